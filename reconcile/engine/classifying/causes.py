"""What decides the cause of a mismatch, as SQL over what is known of it (§6).

First what each mismatch alone tells: the same but for how it is written, which side changed since both agreed, how long
ago. Then, with what repeats over all of them, the cause.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconcile.engine import sql
from reconcile.engine.classifying import formats
from reconcile.engine.classifying.exports import SIDES
from reconcile.engine.classifying.history import CARRIED
from reconcile.engine.classifying.readings import Reading, by_field

_UNLIKELY_WHERE_THE_OTHER_STAYED = ("rounding", "sign", "time")
_ENDS = {"head": "LEFT", "tail": "RIGHT"}
Moments = Mapping[str, str]  # as-of moments by side
Constant = tuple[int, str, str]  # the place of a field, a constant as ``formats.constant`` has it, its detail
_KEPT = ("n", "identity", "kind", "key", "field", "left", "right", "place", "owner", *CARRIED)


def step_one_sided() -> str:
    """Records that one side has alone: identity, side, shown_key."""
    return (
        "SELECT identity, CASE WHEN kind = 'only_left' THEN 'left' ELSE 'right' END AS side, "  # noqa: S608 - quoted names
        f"{sql.name('key')} AS shown_key FROM mismatches WHERE kind IN ('only_left', 'only_right')"
    )


def step_told(
    changes: str, readings: Sequence[Reading], now: Moments, before: Moments | None, lag_days: float | None
) -> str:
    """What each mismatch tells by itself, beside what is known: alike, constant, told, fresh_edit, young.

    ``alike`` is how its values are the same but for how they are written, ``constant`` what turns the left one into
    the right one. ``told`` is a cause that owner and history give, NULL where they give none; ``fresh_edit`` whether
    the owner's record changed within the lag; ``young`` whether a record on one side is younger than that.
    """
    words = any(one.rule.mapping for one in readings)
    left, right = sql.name("left"), sql.name("right")
    cells = ["c.*", f"{'COALESCE(wl.right_word, c.' + left + ')' if words else 'c.' + left} AS left_word"]
    cells.append(f"{'COALESCE(wb.right_word, c.before_left)' if words else 'c.before_left'} AS before_word")
    joins = "".join(
        f" LEFT JOIN words AS {alias} ON {alias}.place = c.place AND {alias}.left_word = c.{column}"
        for alias, column in (("wl", left), ("wb", "before_left"))
        if words
    )
    worded = f"SELECT {', '.join(cells)} FROM ({changes}) AS c{joins}"  # noqa: S608 - steps of ours
    of_owner = ", ".join(
        (
            f"{_owner('changed_left', 'changed_right')} AS owner_changed",
            f"{_owner('changed_right', 'changed_left')} AS other_changed",
            f"{_owner('at_left', 'at_right')} AS owner_at",
            f"CAST({_owner('since_left', 'since_right')} AS TIMESTAMP) AS owner_since",
            f"{_owner('since_left', 'since_right')} = {_owner(*(sql.text(now[side]) for side in SIDES))} AS just_now",
            f"{_owner(*(_moment(now[side]) for side in SIDES))} AS owner_as_of",
            f"{_behind(readings)} AS other_behind",
        )
    )
    last_seen = f"WHEN just_now THEN {_owner(*(_moment(before[side]) for side in SIDES))}" if before else ""
    old = f"CASE WHEN agreed_at IS NULL THEN NULL {last_seen} ELSE CAST(agreed_at AS TIMESTAMP) END"
    sided = f"SELECT *, {of_owner} FROM ({worded}) AS worded"  # noqa: S608 - steps of ours
    aged = (
        f"SELECT *, {_USABLE} AS usable, DATEDIFF('second', CASE WHEN {_USABLE} THEN owner_at ELSE owner_since END, "  # noqa: S608
        f"owner_as_of) AS age FROM (SELECT *, {old} AS old_until FROM ({sided}) AS sided) AS dated"
    )
    ends = ", ".join(
        f"LOWER({function}({cell}, 1)) AS {end}_{side}"
        for end, function in _ENDS.items()
        for side, cell in zip(SIDES, (left, right), strict=True)
    )
    forms = f"SELECT *, {ends} FROM ({formats.step_forms(aged, readings)}) AS formed"  # noqa: S608 - steps of ours
    read = ", ".join(f"{form}_{side}" for form in ("number", "moment") for side in SIDES)
    alike = by_field({one.place: _alike(one, left, right) for one in readings}, "CAST(NULL AS VARCHAR)")
    kept = ", ".join(sql.name(column) for column in _KEPT)
    edits = ", ".join(f"changed_{side}, at_{side}, by_{side}, via_{side}" for side in SIDES)
    edits += ", how, other_key, other_side, columns_alike"
    forms = f"SELECT *, {_spelled(readings, left, right)} AS spelled FROM ({forms}) AS ended"  # noqa: S608 - as above
    told = (
        f"SELECT {kept}, {edits}, {read}, {alike} AS alike, {_TOLD} AS told, {_FRESH} AS fresh_edit, "  # noqa: S608 - steps of ours
        f"{_young(now, lag_days)} AS young FROM ({forms}) AS aged"
    )
    constant = by_field({one.place: formats.constant(one) for one in readings}, "CAST(NULL AS VARCHAR)")
    asked = "alike IS NULL AND COALESCE(told, '') NOT IN ('timing', 'never_sent')"
    return (
        f"SELECT {kept}, {edits}, alike, told, fresh_edit, young, CASE WHEN {asked} THEN {constant} END AS constant "  # noqa: S608 - steps of ours
        f"FROM ({told}) AS told"
    )


def _spelled(readings: Sequence[Reading], left: str, right: str) -> str:
    """How two values are alike as texts, or NULL. One expression for all fields, and asked of few.

    Nearly all words that differ begin or end with letters that differ, nearly all numbers differ by more than one.
    """
    asked = [one for one in readings if one.comparison not in (one.number, one.date)]
    if not asked:
        return "CAST(NULL AS VARCHAR)"
    bare = " AND ".join(f"{end}_{side} BETWEEN '0' AND '9'" for end in _ENDS for side in SIDES)
    others = [f"(ABS(number_left - number_right) > 1 AND number_left <> -number_right AND {bare})"]
    for end in _ENDS:
        one, two = f"{end}_left", f"{end}_right"
        plain = " AND ".join(f"({cell} BETWEEN 'a' AND 'z' OR {cell} BETWEEN '0' AND '9')" for cell in (one, two))
        others.append(f"({one} <> {two} AND ({one} >= 'a' OR {two} >= 'a') AND {plain})")
    alike = formats.alike(replace(asked[0], number=None, date=None), left, right)
    places = " OR ".join(f"place = {one.place}" for one in asked)
    return f"(CASE WHEN NOT ({places}) OR {' OR '.join(others)} THEN NULL ELSE {alike} END)"


def _alike(reading: Reading, left: str, right: str) -> str:
    """How two values of one field are alike, or NULL: as what they are read as, or as texts."""
    if not reading.number and not reading.date:
        return "spelled"
    alike = formats.alike(
        replace(reading, comparison=reading.number or reading.date or reading.comparison), left, right
    )
    return f"COALESCE({alike}, spelled)"


def _owner(left: str, right: str) -> str:
    """One of two expressions, by which side owns the field."""
    return f"CASE owner WHEN 'left' THEN {left} WHEN 'right' THEN {right} END"


def _moment(text: str) -> str:
    return f"CAST({sql.text(text)} AS TIMESTAMP)"


# A record's moment of change speaks of this value if it lies after the last time the old one was seen, and not after
# the first time the new one was: a later change was one of something else.
_USABLE = (
    "(owner_at IS NOT NULL AND (old_until IS NULL OR owner_at > old_until "
    "OR (owner_at = CAST(CAST(owner_at AS DATE) AS TIMESTAMP) AND CAST(owner_at AS DATE) = CAST(old_until AS DATE))) "
    "AND (owner_since IS NULL OR just_now OR owner_at <= owner_since))"
)
_RECENT = (
    "(CASE WHEN lag IS NULL THEN COALESCE(just_now, FALSE) WHEN usable THEN age < lag "
    "WHEN just_now THEN TRUE ELSE COALESCE(age < lag, FALSE) END)"
)
_TOLD = (
    "(CASE WHEN COALESCE(owner, '') = '' THEN NULL "
    "WHEN (owner_changed AND NOT other_changed) OR other_behind "
    f"THEN CASE WHEN {_RECENT} THEN 'timing' ELSE 'never_sent' END "
    "WHEN other_changed AND NOT owner_changed THEN 'non_owner_edit' "
    "WHEN other_changed AND owner_changed THEN 'both_edited' END)"
)
# Of a value that an earlier run saw already, the record's moment of change says nothing: something else changed.
_FRESH = (
    "(COALESCE(owner, '') <> '' AND agreed_at IS NULL AND usable AND lag IS NOT NULL AND age < lag "
    "AND (COALESCE(just_now, FALSE) OR NOT stood))"
)


def _behind(readings: Sequence[Reading]) -> str:
    """Whether the other side holds what the owner had before its present value."""
    right = sql.name("right")
    of_left = by_field({one.place: one.same_across("before_word", right) for one in readings}, "FALSE")
    of_right = by_field({one.place: one.same_across("left_word", "before_right") for one in readings}, "FALSE")
    return (
        f"(CASE WHEN owner = 'left' AND before_left IS NOT NULL THEN {of_left} "
        f"WHEN owner = 'right' AND before_right IS NOT NULL THEN {of_right} ELSE FALSE END)"
    )


def _young(now: Moments, lag_days: float | None) -> str:
    """Whether a record on one side is younger than the lag, or was first seen in this run where nothing says more."""
    lag = "NULL" if lag_days is None else str(round(lag_days * 86_400))
    tried = []
    for side in SIDES:
        made, since = f"at_{side}", f"CAST(since_{side} AS TIMESTAMP)"
        age = f"DATEDIFF('second', COALESCE({made}, {since}), {_moment(now[side])})"
        first = f"COALESCE(since_{side} = {sql.text(now[side])}, FALSE)"
        known = (
            first
            if lag_days is None
            else f"CASE WHEN {made} IS NULL AND {first} THEN TRUE ELSE COALESCE({age} < {lag}, FALSE) END"
        )
        tried.append(f"WHEN kind = 'only_{side}' THEN {known}")
    return f"(CASE {' '.join(tried)} ELSE FALSE END)"


def step_decided(told: str, constants: Sequence[Constant], vocabulary: Sequence[tuple[int, str, str]]) -> str:
    """The cause of each mismatch and its detail, from what it tells and what repeats over all (§6, in this order).

    ``vocabulary`` are places of fields with a left and a right word. Nothing is joined: rows keep their order.
    """
    stayed = ", ".join(map(sql.text, _UNLIKELY_WHERE_THE_OTHER_STAYED))
    written = (
        f"(t.alike IS NOT NULL AND NOT (t.alike IN ({stayed}) AND COALESCE(t.told, '') IN ('timing', 'never_sent')))"
    )
    word = f"({_is_word(vocabulary)} AND t.changed_left = t.changed_right)"
    cause = (
        "CASE WHEN t.kind LIKE 'duplicate%' THEN 'duplicate' WHEN t.kind <> 'differs' THEN CASE "
        "WHEN t.agreed_at IS NOT NULL THEN 'removed' WHEN t.how IS NOT NULL THEN 'duplicate' "
        "WHEN t.young THEN 'timing' ELSE 'missing_event' END "
        f"WHEN {written} THEN 'format' WHEN {word} THEN 'meaning' "
        "WHEN t.told IN ('timing', 'never_sent') THEN t.told WHEN t.repeated IS NOT NULL THEN 'format' "
        "WHEN t.told IS NOT NULL THEN t.told WHEN t.fresh_edit THEN 'timing' ELSE 'unexplained' END"
    )
    repeated = f"SELECT *, {_repeated(constants)} AS repeated FROM {told} AS source"  # noqa: S608 - values quoted
    decided = f"SELECT t.*, {cause} AS cause FROM ({repeated}) AS t"  # noqa: S608 - steps of ours
    detail = (
        "CASE WHEN cause = 'duplicate' THEN CASE WHEN kind LIKE 'duplicate%' THEN 'repeated' ELSE how END "
        f"WHEN cause = 'format' THEN CASE WHEN {written.replace('t.', '')} THEN alike ELSE repeated END ELSE '' END"
    )
    side = (
        "CASE WHEN kind = 'only_left' THEN 'left' WHEN kind = 'only_right' THEN 'right' "
        "WHEN kind <> 'differs' THEN NULL "
        "WHEN cause IN ('timing', 'never_sent') THEN owner "
        "WHEN changed_left AND NOT changed_right THEN 'left' WHEN changed_right AND NOT changed_left THEN 'right' "
        "WHEN owner = 'left' THEN 'right' WHEN owner = 'right' THEN 'left' END"
    )
    copied = ", ".join(
        f"CASE WHEN cause = 'duplicate' THEN {column} END AS {name}"
        for name, column in (("other", "other_key"), ("other_in", "other_side"), ("alike_in", "columns_alike"))
    )
    return f"SELECT *, {detail} AS detail, {side} AS edited, {copied} FROM ({decided}) AS decided"  # noqa: S608 - steps of ours


def _repeated(constants: Sequence[Constant]) -> str:
    """The detail of a constant that repeats, NULL of any other."""
    fields: dict[int, list[str]] = {}
    for place, constant, detail in constants:
        fields.setdefault(place, []).append(f"WHEN {sql.text(constant)} THEN {sql.text(detail)}")
    told = " ".join(f"WHEN {place} THEN CASE constant {' '.join(whens)} END" for place, whens in fields.items())
    return f"(CASE place {told} END)" if told else "CAST(NULL AS VARCHAR)"


def _is_word(vocabulary: Sequence[tuple[int, str, str]]) -> str:
    """Whether both values of a mismatch stand against each other as words."""
    fields: dict[int, list[str]] = {}
    for place, left, right in vocabulary:
        fields.setdefault(place, []).append(sql.text(f"{len(left)} {left}{right}"))
    pair = 'CAST(LENGTH(t."left") AS VARCHAR) || \' \' || t."left" || t."right"'
    told = " ".join(
        f"WHEN {place} THEN COALESCE(LIST_CONTAINS([{', '.join(pairs)}]::VARCHAR[], {pair}), FALSE)"
        for place, pairs in fields.items()
    )
    return f"(CASE t.place {told} ELSE FALSE END)" if told else "FALSE"


def step_caused(decided: str) -> str:
    """Every mismatch with the columns of ``Caused``."""
    edits = {
        name: f"CASE edited WHEN 'left' THEN {column}_left WHEN 'right' THEN {column}_right END"
        for name, column in (("at", "at"), ("edited_by", "by"), ("via", "via"))
    }
    field = "CASE WHEN kind = 'differs' THEN field ELSE '' END"
    wide = f"CASE WHEN cause = 'format' THEN {_general('detail')} ELSE detail END"
    label = f"cause || '|' || kind || '|' || {wide} || '|' || {field}"
    known = f"({edits['at']}) IS NOT NULL OR ({edits['edited_by']}) IS NOT NULL OR ({edits['via']}) IS NOT NULL"
    cells = [
        *(sql.name(name) for name in ("n", "identity", "kind", "key", "field", "left", "right")),
        "cause",
        "detail",
    ]
    cells += [f"{label} AS label", *CARRIED, f"CASE WHEN {known} THEN edited END AS edited_side"]
    cells.append(f"REPLACE(CAST({edits['at']} AS VARCHAR), ' ', 'T') AS edited_at")
    cells += [f"{edits[name]} AS {name}" for name in ("edited_by", "via")]
    cells += ["other", "other_in AS other_side", "alike_in AS alike"]
    return f"SELECT {', '.join(cells)} FROM ({decided}) AS decided"  # noqa: S608 - steps of ours


def _general(detail: str) -> str:
    """What ``formats.general`` makes of a detail."""
    for word, wider in formats.GENERAL.items():
        detail = f"REPLACE({detail}, {sql.text(word)}, {sql.text(wider)})"
    return detail


def step_groups() -> str:
    """The groups that mismatches make, a row for each detail: label, cause, kind, field, detail, count."""
    return (
        "SELECT label, cause, kind, CASE WHEN kind = 'differs' THEN field ELSE '' END AS field, detail, COUNT(*) AS n "
        "FROM classified GROUP BY label, cause, kind, field, detail ORDER BY n DESC, label, detail"
    )
