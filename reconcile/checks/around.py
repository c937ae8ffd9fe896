"""What folders higher up show on the pages of checks. They say so here when they start; checks knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.safestring import SafeString

from reconcile.checks.masking import Masking
from reconcile.checks.models import Check, Mismatch, Run


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a mismatch in a list: words, what they lead to, and what they mean on hover."""

    words: str
    address: str = ""
    hint: str = ""


CheckPart = Callable[[HttpRequest, Check], SafeString]
RecordPart = Callable[[HttpRequest, Run, Mismatch, Masking], SafeString]
Teller = Callable[[Run, Iterable[int]], Mapping[int, Said]]

# Shown above the runs of a check, and on the page of a record below its fields.
check_parts: list[CheckPart] = []
record_parts: list[RecordPart] = []
_tellers: list[Teller] = []


def listed_with(teller: Teller) -> None:
    """Have ``teller`` say why the mismatches of a run, by primary key, are there."""
    _tellers[:] = [teller]


def said_of(run: Run, mismatches: Iterable[int]) -> Mapping[int, Said]:
    """What is said of mismatches listed; empty where nobody says anything."""
    return _tellers[0](run, mismatches) if _tellers else {}


def of_check(request: HttpRequest, check: Check) -> list[SafeString]:
    """Every part for the page of a check."""
    return [part(request, check) for part in check_parts]


def of_record(request: HttpRequest, run: Run, mismatch: Mismatch, masking: Masking) -> list[SafeString]:
    """Every part for the page of a record."""
    return [part(request, run, mismatch, masking) for part in record_parts]
