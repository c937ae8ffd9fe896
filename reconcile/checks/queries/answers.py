"""What a run found, in words: the answer before the figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ownership import wording
from reconcile.checks.models import Check, Kind

LONGEST_NAME = 60
_ENDS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"))


def singular(records: str) -> str:
    """Return one of ``records``: "customers" gives "customer". A word that is its own plural stays as it is."""
    for ending, one in _ENDS:
        if records.endswith(ending) and len(records) > len(ending) + 1:
            return records.removesuffix(ending) + one
    plain = len(records) > 1 and records.endswith("s") and not records.endswith("ss")
    return records.removesuffix("s") if plain else records


def counted(check: Check, count: int) -> str:
    """Return how many of the check's records: "19,762 customers", "1 customer"."""
    return wording.plural(count, singular(check.records), check.records)


def side_names(check: Check) -> tuple[str, str]:
    """The names of both systems, left and right, clipped where somebody called one a novel."""
    return tuple(_clipped(name) for name in (check.left_system.name, check.right_system.name))  # type: ignore[return-value]


def _clipped(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def kind_words(check: Check) -> dict[str, str]:
    """Each kind of mismatch in words that name the systems."""
    left, right = side_names(check)
    return {
        Kind.DIFFERS: "Values differ",
        Kind.ONLY_LEFT: f"Only in {left}",
        Kind.ONLY_RIGHT: f"Only in {right}",
        Kind.DUPLICATE_LEFT: f"Repeated key, rows in {left}",
        Kind.DUPLICATE_RIGHT: f"Repeated key, rows in {right}",
    }


def sentence(check: Check, totals: Mapping[str, Any]) -> str:
    """Return what a run found: "Billing and CRM agree on 98.2 % of 19,762 customers; 95 customers are only in CRM."."""
    left, right = side_names(check)
    said = [_agreement(check, totals), *_one_sided(check, totals)]
    for name, system in (("left", left), ("right", right)):
        if repeated := totals.get(f"duplicate_keys_{name}", 0):
            said.append(f"{wording.plural(repeated, 'key repeats', 'keys repeat')} in {system}")
    return "; ".join(said) + "."


def _agreement(check: Check, totals: Mapping[str, Any]) -> str:
    left, right = side_names(check)
    matched, differing = totals.get("matched", 0), totals.get("differing_rows", 0)
    if not matched and not totals.get("mismatches"):
        return f"Neither {left} nor {right} has any {check.records}"
    if not matched:
        return f"{left} and {right} have no {check.records} in common"
    if not differing:
        they_have = "" if not totals.get("mismatches") else " that both have"
        every = "the one" if matched == 1 else f"all {wording.number(matched)}"
        word = singular(check.records) if matched == 1 else check.records
        return f"{left} and {right} agree on {every} {word}{they_have}"
    agreed = wording.percent(matched - differing, matched)
    share = "none" if agreed == "0 %" else agreed
    fields = sum(1 for field in totals.get("fields", ()) if field["differing"])
    values = wording.plural(totals.get("differing_cells", 0), "value differs", "values differ")
    agree = f"agree on {share} of {counted(check, matched)}"
    if matched == 1:
        agree = f"disagree on the one {singular(check.records)} that both have"
    return f"{left} and {right} {agree}; {values} in {wording.plural(fields, 'field', 'fields')}"


def _one_sided(check: Check, totals: Mapping[str, Any]) -> list[str]:
    sides = zip(("only_left", "only_right"), side_names(check), strict=True)
    return [
        f"{counted(check, count)} {'is' if count == 1 else 'are'} only in {system}"
        for name, system in sides
        if (count := totals.get(name, 0))
    ]
