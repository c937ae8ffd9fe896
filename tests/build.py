"""Builders: each reaches a state the way the app does, and takes keywords only."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from boundaries.definitions import Map
from boundaries.models import Boundary
from boundaries.services.defining import define as define_boundary
from ownership.definitions import Definition, Record, Rule, Use, When
from ownership.history import save_with_reason
from ownership.models import Field, Person, RecordType, Role, System, Team
from ownership.services import defining, directory
from reconcile import engine, pipeline
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check, Mismatch, Run
from reconcile.checks.services import runs
from reconcile.exports import services as exports
from reconcile.exports.models import Snapshot
from reconcile.patterns.models import Pattern
from tests.boundaries.worlds import STORY

PASSWORD = "four plain words here"
# The day of every export that a test says nothing about; each further run of a check is a week later.
DAY = datetime(2026, 3, 6, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def person(
    *,
    email: str = "finn@example.com",
    name: str = "Finn Okafor",
    role: Role = Role.VIEWER,
    password: str = PASSWORD,
    is_active: bool = True,
) -> Person:
    """Create and return somebody who signs in with ``password``."""
    return Person.objects.create_user(email, password, name=name, role=role, is_active=is_active)


def team(*, name: str = "Revenue operations", lead: Person | None = None) -> Team:
    """Create and return a team."""
    made = Team(name=name, lead=lead)
    save_with_reason(made, reason="A test needs it.")
    return made


def system(*, name: str = "CRM", owner: Team | None = None) -> System:
    """Create and return a system."""
    made = System(name=name, owner=owner)
    save_with_reason(made, reason="A test needs it.")
    return made


STATUS = Definition(
    name="billing status",
    subject="customer",
    means="where the customer stands with their invoices",
    uses=(
        Use("CRM", "billing_status", "what sales was last told", ("Sales",)),
        Use("Billing", "Status", "state of the latest posted invoice", ("Finance",)),
    ),
    rule=Rule(
        first_appears_in=Record("CRM", "deal"),
        owner="Finance",
        settled_by=Record("Billing", "posted invoice"),
        because="the customer has seen the invoice",
        conditions=(
            When(
                "the order form is not signed yet",
                "CRM",
                "signed",
                "equals",
                "no",
                Record("CRM", "signed order form"),
            ),
        ),
        approver="finn@example.com",
        deputy="mira@example.com",
    ),
)


@dataclass(frozen=True)
class Company:
    """Sales with the CRM, led by Dana; Finance with Billing, led by Finn; Mira, a manager without a team."""

    dana: Person
    finn: Person
    mira: Person
    sales: Team
    finance: Team
    crm: System
    billing: System


def company() -> Company:
    """Create and return the company of the examples, without any field."""
    dana = person(email="dana@example.com", name="Dana Reyes", role=Role.LEAD)
    finn = person(email="finn@example.com", name="Finn Okafor", role=Role.LEAD)
    mira = person(email="mira@example.com", name="Mira Lind", role=Role.MANAGER)
    sales, finance = team(name="Sales", lead=dana), team(name="Finance", lead=finn)
    for one, own in ((dana, sales), (finn, finance)):
        one.team = own
        save_with_reason(one, reason="A test needs it.")
    systems = [System.objects.filter(name=name).first() or system(name=name) for name in ("CRM", "Billing")]
    for stored, owner in zip(systems, (sales, finance), strict=True):
        stored.owner = owner
        save_with_reason(stored, reason="A test needs it.")
    return Company(dana, finn, mira, sales, finance, *systems)


def field(definition: Definition = STATUS, *, person: Person | None = None, reason: str = "") -> Field:
    """Create and return a field; teams, systems and people it names have to be there."""
    return defining.define([defining.Wanted(None, definition)], person=person, reason=reason)[0]


def boundary(said: Map | None = None, *, person: Person | None = None) -> Boundary:
    """Create and return a boundary with its map, else one without a step; the teams it names have to be there."""
    drawn = said or Map(name="sales to billing", source="CRM", target="Billing", owner="Sales")
    return define_boundary(None, drawn, person=person)


def record_type(*, system: System, name: str = "credit note", means: str = "") -> RecordType:
    """Create and return a record type that no rule names."""
    return directory.add_record_type(system=system, name=name, means=means)


def received(  # noqa: PLR0913 - all have a default
    *,
    content: bytes = b"id,a\n1,x\n",
    file_name: str = "left.csv",
    system: System | None = None,
    person: Person | None = None,
    options: engine.ReadOptions | None = None,
    as_of: datetime | None = DAY,
) -> Snapshot:
    """Return a snapshot of ``content`` that nobody has read yet; with None it is left to its name of which day."""
    with file_of(content) as path:
        return exports.receive(
            path=path, file_name=file_name, person=person, system=system, options=options, as_of=as_of
        )


@contextmanager
def file_of(content: bytes) -> Iterator[Path]:
    """Give a file that holds ``content`` for as long as the block lasts."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def snapshot(
    *,
    text: str = "id,a\n1,x\n",
    file_name: str = "left.csv",
    system: System | None = None,
    person: Person | None = None,
    as_of: datetime | None = DAY,
) -> Snapshot:
    """Return a snapshot of ``text`` (in UTF-8), received and read by the engine's own process."""
    new = received(content=text.encode(), file_name=file_name, system=system, person=person, as_of=as_of)
    return exports.read(snapshot_id=new.pk)


PLAIN = Comparing(key=(("id", "id"),), fields=(ComparedField("a", "a", "a", "exact"),))


def fields(*names: str) -> Comparing:
    """Compare these columns, called alike on both sides, as exact text under the key ``id``."""
    return Comparing(key=(("id", "id"),), fields=tuple(ComparedField(name, name, name, "exact") for name in names))


def check(  # noqa: PLR0913 - all have a default
    *,
    name: str = "Customers",
    comparing: Comparing = PLAIN,
    owner: Team | None = None,
    volume_guard: float | None = None,
    left: str = "CRM",
    right: str = "Billing",
) -> Check:
    """Create and return a check between two systems, made where they are not there yet; it guards no volume."""
    systems = [System.objects.filter(name=side).first() or system(name=side) for side in (left, right)]
    made = Check(
        name=name,
        comparing_data=comparing.to_json(),
        owner=owner,
        volume_guard=volume_guard,
        left_system=systems[0],
        right_system=systems[1],
    )
    save_with_reason(made, reason="A test needs it.")
    return made


def run_queued(
    *, check: Check, left_text: str, right_text: str, person: Person | None = None, as_of: datetime | None = None
) -> Run:
    """Return a new run over the texts of two files, waiting for a worker; by default later than those before."""
    day = as_of or DAY + check.runs.count() * WEEK
    left = received(content=left_text.encode(), file_name="left.csv", system=check.left_system, as_of=day)
    right = received(content=right_text.encode(), file_name="right.csv", system=check.right_system, as_of=day)
    return runs.start_run(check=check, left=left, right=right, person=person).run


def run_done(  # noqa: PLR0913 - all but three have a default
    *,
    check: Check,
    left_text: str,
    right_text: str,
    person: Person | None = None,
    as_of: datetime | None = None,
    causes: bool = False,
) -> Run:
    """Return a run over the texts of two files after one attempt: *done*, or as far as it came.

    ``causes``: with why its records differ, for those who ask; for the others that would be half of the time.
    """
    run = run_queued(check=check, left_text=left_text, right_text=right_text, person=person, as_of=as_of)
    pipeline.execute(run.pk, causes=causes)
    run.refresh_from_db()
    return run


def many_mismatches(*, check: Check, count: int, person: Person | None = None) -> Run:
    """Return a done run of ``check`` (key ``id``, a field ``a``) where ``count`` values differ and one does not."""
    ids = range(1, count + 1)
    left, right = ("".join(f"{number},{side} {number}\n" for number in ids) for side in ("left", "right"))
    return run_done(check=check, left_text=f"id,a\n0,x\n{left}", right_text=f"id,a\n0,x\n{right}", person=person)


class Addressed(dict[str, object]):
    """Something real for each name in braces of the addresses in tests/roles.py, made when it is asked for."""

    def __missing__(self, name: str) -> object:
        makers: dict[str, Callable[[], object]] = {
            "snapshot": lambda: received(person=self["sender"]).pk,  # type: ignore[arg-type]
            "upload": lambda: exports.start_upload(person=self["sender"], file_name="left.csv", size=10).pk,  # type: ignore[arg-type]
            "sender": lambda: person(email="sender@example.com", role=Role.LEAD),
            "queued": lambda: (
                run_queued(check=check(name="Orders"), left_text="id,a\n1,x\n", right_text="id,a\n1,y\n").pk
            ),
            "run": lambda: (
                run_done(check=check(), left_text="id,a\n1,x\n2,y\n", right_text="id,a\n1,x\n2,z\n", causes=True).pk
            ),
            "check": lambda: check(name="Invoices").pk,
            "company": company,
            "field": lambda: self["company"] and field().pk,
            "team": lambda: self["company"].sales.pk,  # type: ignore[attr-defined]
            "system": lambda: self["company"].crm.pk,  # type: ignore[attr-defined]
            "person": lambda: self["company"].dana.pk,  # type: ignore[attr-defined]
            "record_type": lambda: record_type(system=self["company"].billing).pk,  # type: ignore[attr-defined]
            "boundary": lambda: self["company"] and boundary(STORY).slug,
            "draft": lambda: "7f5c3c1e-0000-4000-8000-000000000000",
            "pattern": lambda: Pattern.objects.get(check_compared__runs=cast("int", self["run"])).pk,
            "mismatch": lambda: Mismatch.objects.get(check_compared__runs=cast("int", self["run"])).pk,
        }
        self[name] = makers[name]()
        return self[name]


def addressed() -> Addressed:
    """Return what addresses are filled in with: ``address.format_map(addressed())``."""
    return Addressed()
