"""A field in one sentence: where its value starts, who owns it, who may change it, which record wins, who excepts.

Pure: a definition and people's names in, text out. What people wrote themselves is fitted into the sentence: on one
line, without its full stop, without a "because" too many, and where it is written from right to left kept together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from ownership.definitions import WITHOUT_VALUE, Definition, Record, Rule, Use, When
from ownership.wording import plural

# Of a text that goes on and on, this much is said; the whole of it stands beside the sentence.
LONGEST = 300
MOST_CONDITIONS = 8

OPERATOR_WORDS = {
    "equals": "is",
    "not_equals": "is not",
    "in": "is one of",
    "before": "is before",
    "after": "is after",
    "less": "is less than",
    "greater": "is more than",
    "empty": "is empty",
    "not_empty": "is not empty",
}

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# Words that begin a sentence with a capital only because they begin it.
SMALL_WORDS = frozenset({
    "a", "after", "all", "an", "any", "as", "because", "before", "by", "each", "either", "every", "for", "from", "he",
    "if", "in", "it", "its", "neither", "no", "nobody", "nothing", "on", "once", "only", "our", "she", "since", "some",
    "somebody", "that", "the", "their", "there", "these", "they", "this", "those", "to", "until", "unless", "we",
    "what", "when", "whenever", "where", "while", "who", "with", "without", "you",
})  # fmt: skip
ARTICLE = re.compile(r"^(?:the|a|an)\s+(?=\S)", re.IGNORECASE)
CAUSE = re.compile(r"^(?:because|since)\b[\s,:]*", re.IGNORECASE)
OTHER_CAUSE = re.compile(r"(?:because of|due to|so that|in order to|as|to|for|by)\b", re.IGNORECASE)
WHILE = re.compile(r"^(?:except\s+)?(?:while|when|whenever|if)\b[\s,:]*", re.IGNORECASE)
OTHER_TIME = re.compile(r"(?:as long as|before|after|until|unless|once|during|for|in|on)\b", re.IGNORECASE)
TWICE = re.compile(r"[,;:][,;:.]+")
DOTS = re.compile(r"\.{2,}")
STRAY = re.compile(r"^(?:[.,;:]+\s+)+")
LOOSE = re.compile(r"\s+(?=[,;:.](?:\s|$))")
# Invisible, but part of how some words are written.
JOINERS = frozenset("\u200c\u200d")
ODD_ENDS = " \t.,;:!?\N{HORIZONTAL ELLIPSIS}"

WHO_WINS_UNKNOWN = "nobody has agreed which record wins"


def sentence(definition: Definition, names: Mapping[str, str]) -> str:
    """Return the whole answer about a field as one line that ends with a full stop.

    ``names``: people's names by e-mail address; whoever is not in it is called by the address.
    """
    name = _capital(_said(definition.name) or "this field")
    if not _anything_known(definition):
        return _ended(
            f"{name}: nobody has said yet where it first appears, who owns it, who may change it or which record wins"
        )
    parts = [_start(name, definition.rule), _owner(definition.rule), _editors(definition.uses), _winner(definition)]
    return f"{_ended('; '.join(parts))} {_ended(_exceptions(definition.rule, names))}"


def short(definition: Definition, names: Mapping[str, str]) -> str:  # noqa: ARG001 - asked for like `sentence`
    """Return who owns the field and which record wins, as one short line that ends with a full stop."""
    rule = definition.rule
    count = len(rule.conditions)
    under = plural(count, "condition", "conditions")
    if rule.depends:
        wins = (
            f"which record wins depends on {under}" if count else "which record wins depends, nobody has said on what"
        )
    elif rule.settled_by:
        wins = f"{named(rule.settled_by)} wins" + (f", unless one of {under} holds" if count > 1 else "")
        wins += ", unless 1 condition holds" if count == 1 else ""
    else:
        wins = WHO_WINS_UNKNOWN
    return _capital(_ended(f"{_owner(rule)}; {wins}"))


def named(record: Record) -> str:
    """Return a record type as a sentence calls it: "the posted invoice in Billing"."""
    kind, system = _kind(record), _name(record.system)
    return f"the {kind}" if kind.casefold().startswith(f"{system.casefold()} ") else f"the {kind} in {system}"


def asked(when: When) -> str:
    """Return the test of a condition in words: "signed in CRM is no"; nothing if it has none yet."""
    if not when.column:
        return ""
    where = _name(when.column) + (f" in {_name(when.system)}" if when.system else "")
    words = f"{where} {OPERATOR_WORDS.get(when.operator, when.operator)}"
    if when.operator in WITHOUT_VALUE:
        return words
    values = when.value if isinstance(when.value, tuple) else (when.value,)
    return f"{words} {_either([_said(value) or 'empty' for value in values]) or 'nothing'}"


def holding(when: When) -> str:
    """Return when a condition holds: "while the order form is not signed"; by its test if nobody wrote a sentence."""
    said = _fitted(when.sentence)
    if OTHER_TIME.match(said):
        return said
    said = _small(WHILE.sub("", said, count=1))
    return f"while {said or asked(when) or 'something holds that nobody has written down yet'}"


def _anything_known(definition: Definition) -> bool:
    return bool(definition.uses) or definition.rule != Rule()


def _start(name: str, rule: Rule) -> str:
    if rule.first_appears_in is None:
        return f"{name}: nobody has said where it first appears"
    return f"{name} {'first appear' if _many(name) else 'first appears'} in {_first(rule.first_appears_in)}"


def _first(record: Record) -> str:
    """The record a value starts in, the way people say it: "the CRM deal"."""
    kind, system = _kind(record), _name(record.system)
    if kind.casefold().startswith(f"{system.casefold()} ") or ARTICLE.match(system):
        return named(record)
    return f"the {system} {kind}"


def _owner(rule: Rule) -> str:
    return f"{_name(rule.owner)} owns it" if rule.owner else "nobody owns it yet"


def _editors(uses: Sequence[Use]) -> str:
    """Who may change the field where. Systems with the same editors are said together."""
    places: dict[tuple[str, ...], list[str]] = {}
    for use in uses:
        if use.editors:
            places.setdefault(tuple(_name(team) for team in use.editors), []).append(_name(use.system))
    teams = {team for editors in places for team in editors}
    if not teams:
        return "no team is named that may change it"
    groups = [(_and(editors), _and(systems)) for editors, systems in places.items()]
    if len(teams) == 1:
        return f"only {groups[0][0]} may change it, in {groups[0][1]}"
    first, *others = groups
    said = [f"{first[0]} may change it in {first[1]}", *(f"{who} in {where}" for who, where in others)]
    plain = all(len(editors) == 1 and len(systems) == 1 for editors, systems in places.items())
    return f"{_and(said) if plain else ', and '.join(said)}, so {_count(len(teams))} teams can change it"


def _winner(definition: Definition) -> str:
    rule = definition.rule
    if rule.depends:
        return _depends(rule)
    differ = {2: "the two differ"}.get(
        len(definition.uses), "they differ" if definition.uses[2:] else "the systems differ"
    )
    if rule.settled_by is None:
        return f"if {differ}, {WHO_WINS_UNKNOWN}{_excepted(rule.conditions)}"
    return f"if {differ}, {named(rule.settled_by)} wins{_because(rule)}{_excepted(rule.conditions)}"


def _depends(rule: Rule) -> str:
    if not rule.conditions:
        return f"which record wins depends{_because(rule)}, but nobody has said on what"
    several = len(rule.conditions) > 1
    said = "; ".join(f"{holding(one)}, {_wins(one)}" for one in rule.conditions[:MOST_CONDITIONS])
    otherwise = f"if {'none of this holds' if several else 'that does not hold'}, nobody has agreed"
    return f"which record wins depends{_because(rule)}: {said}{_further(rule.conditions)}; {otherwise}"


def _excepted(conditions: Sequence[When]) -> str:
    if not conditions:
        return ""
    said = "; ".join(f"{holding(one)}: then {_wins(one)}" for one in conditions[:MOST_CONDITIONS])
    return f", except{', in this order,' if len(conditions) > 1 else ''} {said}{_further(conditions)}"


def _further(conditions: Sequence[When]) -> str:
    more = len(conditions) - MOST_CONDITIONS
    return f"; and {plural(more, 'more condition', 'more conditions')}" if more > 0 else ""


def _wins(one: When) -> str:
    return f"{named(one.settled_by)} wins" if one.settled_by else WHO_WINS_UNKNOWN


def _because(rule: Rule) -> str:
    said = _fitted(rule.because)
    if not said:
        return ""
    if OTHER_CAUSE.match(said):
        return f" {_small(said)}"
    said = _small(CAUSE.sub("", said, count=1))
    return f" because {said}" if said else ""


def _exceptions(rule: Rule, names: Mapping[str, str]) -> str:
    approver, deputy = (_name(names.get(email, email)) if email else "" for email in (rule.approver, rule.deputy))
    if approver:
        return f"Exceptions: {approver}" + (f", in their absence {deputy}" if deputy else "")
    if deputy:
        return f"Exceptions: {deputy} as deputy, the approver is not named yet"
    return "Nobody is named who approves exceptions"


# --- Words --------------------------------------------------------------------------------------------------------


def _said(text: str) -> str:
    """``text`` on one line, without what cannot be seen; written from right to left, it keeps to itself."""
    line = " ".join("".join(_visible(one) for one in text).split())
    line = _tidy(line) if line.strip(ODD_ENDS) else ""
    if len(line) > LONGEST:
        line = f"{line[:LONGEST].rstrip(ODD_ENDS)}\N{HORIZONTAL ELLIPSIS}"
    turned = any(unicodedata.bidirectional(one) in {"R", "AL"} for one in line)
    return f"\N{FIRST STRONG ISOLATE}{line}\N{POP DIRECTIONAL ISOLATE}" if turned else line


def _tidy(line: str) -> str:
    """``line`` with no stop or comma twice, loose or in front; each round leaves less, so it ends."""
    before = ""
    while line != before:
        before = line
        once = DOTS.sub("\N{HORIZONTAL ELLIPSIS}", TWICE.sub(lambda found: found[0][0], line))
        line = STRAY.sub("", LOOSE.sub("", once).strip(" ,;:"))
    return line


def _visible(one: str) -> str:
    """Marks that would turn the rest of the sentence around go; a line break is a space."""
    if one.isprintable() or one in JOINERS:
        return one
    return "" if unicodedata.category(one) == "Cf" else " "


def _fitted(text: str) -> str:
    """Somebody's own sentence as a part of ours."""
    return _said(text.strip().strip(ODD_ENDS)) if len(text) <= LONGEST else _said(text)


def _name(text: str) -> str:
    return _said(text) or "something without a name"


def _kind(record: Record) -> str:
    return ARTICLE.sub("", _name(record.record_type), count=1)


def _small(text: str) -> str:
    first, _, rest = text.partition(" ")
    return f"{first.lower()} {rest}".rstrip() if first.lower() in SMALL_WORDS else text


def _capital(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def _ended(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _many(name: str) -> bool:
    """Whether a name is a plural: "payment terms", not "status", "address", "VAT basis"."""
    head = re.split(r" (?:of|for|in|on|at|per|by|from|to|with) ", name, maxsplit=1)[0].rpartition(" ")[2]
    return head.endswith("s") and not head.endswith(("ss", "us", "is", "as", "os", "news", "series"))


def _and(words: Sequence[str]) -> str:
    return _joined(words, "and")


def _either(words: Sequence[str]) -> str:
    return _joined(words, "or")


def _joined(words: Iterable[str], last: str) -> str:
    *first, end = list(words) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def _count(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)
