"""What Home says: what waits for a person, what fails the same way, what was begun, and how each check stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache

from ownership import wording
from ownership.models import Person, Role
from ownership.parts import Sparkline
from ownership.permissions import administers, leads_a_team
from ownership.queries.people import who_can_help
from reconcile.checks.models import ACTIVE, Check, Draft, Run, RunState
from reconcile.checks.queries.answers import sentence
from reconcile.checks.queries.checks import checks
from reconcile.checks.queries.drafts import open_drafts
from reconcile.dashboard.news import News, news
from reconcile.dashboard.queries import EXAMPLE_LOADING
from reconcile.dashboard.registry import Registry, registry

MOST_CHECKS = 20
MOST_ACTIVE = 10
MOST_DRAFTS = 5


@dataclass(frozen=True)
class CheckLine:
    """One check: what its last finished run found, in a sentence, and whether this person may run it again."""

    check: Check
    last: Run | None
    sentence: str
    sparkline: Sparkline | None
    state: str
    may_run: bool


@dataclass(frozen=True)
class Home:
    """Everything on the page. ``help`` is for whoever may not make checks, ``loading`` how far the example is."""

    lines: Sequence[CheckLine]
    more: int
    active: Sequence[Run]
    drafts: Sequence[Draft]
    may_make: bool
    help: str
    may_remove_example: bool
    loading: str
    registry: Registry
    news: News

    @property
    def empty(self) -> bool:
        return not (self.lines or self.active or self.drafts)

    @property
    def held(self) -> int:
        """How many runs wait for a person."""
        return sum(run.state == RunState.NEEDS_CONFIRMATION for run in self.active)

    @property
    def sentence(self) -> str:
        """What is true now."""
        if self.held:
            waits = "run waits" if self.held == 1 else "runs wait"
            return f"{wording.number(self.held)} {waits} for somebody to say whether the exports are right."
        if self.active:
            going = "run is" if len(self.active) == 1 else "runs are"
            return f"{wording.number(len(self.active))} {going} under way."
        if self.registry.count:
            return self.registry.asks
        ran = [line.last.left.as_of for line in self.lines if line.last]
        if ran:
            return (
                f"Nothing waits for you. The last exports that were compared are of {wording.moment(max(ran).date())}."
            )
        return "Two exports in, every mismatch out. Nothing has been compared yet."


def home(person: Person) -> Home:
    """Return what ``person`` sees on Home; the number of queries does not grow with what there is."""
    leads = bool(leads_a_team(person))
    shown = list(checks().order_by("-last_at", "name")[: MOST_CHECKS + 1])  # type: ignore[misc]  # annotated there
    last = _last_runs(shown)
    return Home(
        lines=[_line(check, last.get(check.pk), person, leads=leads) for check in shown[:MOST_CHECKS]],
        more=len(shown) - MOST_CHECKS,
        active=list(
            Run.objects.filter(state__in=ACTIVE)
            .select_related("check_compared", "requested_by")
            .defer("totals", "comparing_data")
            .order_by("-id")[:MOST_ACTIVE]
        ),
        drafts=list(open_drafts(person)[:MOST_DRAFTS]),
        may_make=leads,
        help="" if leads else who_can_help(person),
        may_remove_example=any(check.is_demo for check in shown) and (leads or bool(administers(person))),
        loading=cache.get(EXAMPLE_LOADING, ""),
        registry=registry(person),
        news=news(person),
    )


def _last_runs(shown: Sequence[Check]) -> dict[int, Run]:
    """The last finished run of each check, with its figures, in one query."""
    ids = [check.recent[0].pk for check in shown if check.recent]  # type: ignore[attr-defined]  # prefetched so
    runs = Run.objects.filter(pk__in=ids).select_related("left", "right").defer("comparing_data", "left__understood")
    return {run.check_compared_id: run for run in runs.defer("right__understood")}


def _line(check: Check, last: Run | None, person: Person, *, leads: bool) -> CheckLine:
    recent = list(reversed(check.recent))  # type: ignore[attr-defined]
    figures = [run.mismatches_then or 0 for run in recent]
    return CheckLine(
        check=check,
        last=last,
        sentence=sentence(check, last.totals or {}) if last else "It has not come to an end yet.",
        sparkline=Sparkline(f"Mismatches of the last {len(figures)} runs", figures) if len(figures) > 1 else None,
        state=check.last_state or "",  # type: ignore[attr-defined]
        may_run=_leads(person, check, leads=leads),
    )


def _leads(person: Person, check: Check, *, leads: bool) -> bool:
    """``ownership.permissions.leads`` without a query of its own for each check."""
    if check.owner is None:
        return leads
    return check.owner.lead_id == person.pk or (person.role == Role.LEAD and person.team_id == check.owner_id)
