"""``manage.py load``: a file goes in whole or not at all, and the second time changes nothing."""

import contextlib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from ownership.models import Person, Role, System, Team
from ownership.permissions import leads
from reconcile.checks.models import Check
from tests import build

FILE = """
teams:
  - {name: Sales, lead: Dana@Example.com}
  - {name: Finance}
people:
  - {email: dana@example.com, name: Dana Reyes, team: Sales, role: lead}
  - {email: mira@example.com, name: Mira Lind, role: manager}
systems:
  - {name: CRM, owner: Sales}
  - {name: Billing, owner: Finance}
checks:
  - name: weekly customers
    owner: Sales
    records: customers
    cadence: weekly
    minutes_before: 150
    volume_guard: 0.25
    expected_lag_days: 3
    left: {system: CRM, key: [account_id]}
    right: {system: Billing, key: [CustomerRef]}
    fields:
      - name: billing status
        left: billing_status
        right: Status
        owner: right
        compare: mapped
        mapping: {current: PAID, no: yes, 1: 2026-05-01}
      - name: start date
        left: start_date
        right: ServiceStart
        owner: left
        compare: date
        tolerance: 0
"""

pytestmark = pytest.mark.django_db


def load(tmp_path: Path, text: str, *options: str) -> str:
    """Load ``text`` as a file and return what the command says; what it refuses ends in SystemExit."""
    file = tmp_path / "house.yaml"
    file.write_text(text)
    out = StringIO()
    with contextlib.redirect_stdout(out):
        call_command("load", str(file), *options)
    return out.getvalue()


def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, *options: str) -> str:
    """Return the one sentence with which ``text`` is refused; nothing may be there afterwards."""
    with pytest.raises(SystemExit) as ended:
        load(tmp_path, text, *options)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.count("\n") == 1
    assert not any(model._default_manager.exists() for model in (Team, Person, System, Check))
    return said.strip()


def rows_of_history() -> int:
    return sum(model.history.count() for model in (Team, Person, System, Check))


def test_everything_in_the_file_is_there_afterwards(tmp_path: Path) -> None:
    assert load(tmp_path, FILE) == "7 added, 0 changed, 0 unchanged.\n"
    dana, check = Person.objects.get(email="dana@example.com"), Check.objects.get()
    assert leads(dana, Team.objects.get(name="Sales"))
    assert (dana.role, dana.has_usable_password()) == (Role.LEAD, False)
    assert (check.left_system.name, check.right_system.name, check.records) == ("CRM", "Billing", "customers")
    assert (check.minutes_before, check.volume_guard, check.expected_lag_days) == (150, 0.25, 3.0)
    status, start = check.comparing.fields
    assert status.mapping == (("current", "PAID"), ("no", "yes"), ("1", "2026-05-01"))
    assert (start.compare, start.argument, start.owner) == ("date", "0", "left")
    assert check.comparing.key == (("account_id", "CustomerRef"),)


def test_a_second_load_changes_nothing_and_writes_no_history(tmp_path: Path) -> None:
    load(tmp_path, FILE)
    before = rows_of_history()
    assert load(tmp_path, FILE) == "Nothing to change: 7 entries are as the file says.\n"
    assert rows_of_history() == before


def test_what_the_file_does_not_say_stays_as_it_is(tmp_path: Path) -> None:
    load(tmp_path, FILE)
    load(tmp_path, "checks: [{name: weekly customers, cadence: daily}]")
    check = Check.objects.get()
    assert (check.cadence, check.minutes_before, len(check.comparing.fields)) == ("daily", 150, 2)
    row = check.history.first()
    assert row.history_change_reason == "Loaded from house.yaml."


def test_somebody_who_is_there_keeps_their_password(tmp_path: Path, dana: Person) -> None:
    load(tmp_path, FILE)
    dana.refresh_from_db()
    assert dana.check_password(build.PASSWORD)
    assert dana.team == Team.objects.get(name="Sales")


def test_what_was_of_the_example_is_ones_own_once_written_down(tmp_path: Path) -> None:
    build.team(name="Sales")
    Team.objects.update(is_demo=True)
    load(tmp_path, "teams: [{name: Sales}]")
    assert not Team.objects.get().is_demo


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "checks: [{name: a, left: {system: CRM, key: [id]}, right: {system: CRM}}]",
            "checks[0].left.key: the key has 1",
        ),
        ("checks: [{name: a, left: {system: CRM, key: id}}]", "checks[0].left.key: write a list here."),
        ("checks: [{name: a}]", "checks[0].left.system: a new check says which system this is."),
        (
            "checks: [{name: a, left: {system: CRM}, right: {system: CRM}}]",
            "checks[0].left.system: there is no system CRM; add it to systems.",
        ),
        (
            "teams: [{name: Sales, lead: a@example.com}]",
            "teams[0].lead: there is no person with the address a@example.com",
        ),
        ("people: [{email: a@example.com}]", "people[0]: the key name is missing."),
        ("people: [{name: A}]", "people[0]: the key email is missing."),
        ("people: [{email: no, name: A}]", "people[0].email: no is no e-mail address."),
        ("people: [{email: a@example.com, name: A, role: boss}]", "people[0].role: write one of viewer, lead"),
        ("people: [{email: a@example.com, name: A, team: X}]", "people[0].team: there is no team X; add it to teams."),
        ("teams: [{name: A}, {name: A}]", "teams[1]: A is at teams[0] already."),
        ("teams: [{name: A, colour: red}]", "teams[0].colour: there is no such key; there are name, lead."),
        ("teams: {name: A}", "teams: write a list here."),
        ("teams: [A]", "teams[0]: write keys and values here: name, lead."),
        ("teams: [{lead: a@example.com}]", "teams[0]: the key name is missing."),
        ("teams: [{name: [A]}]", "teams[0].name: write a text here."),
        ("teams: [{name: ' '}]", "teams[0].name: write a text here."),
        (f"teams: [{{name: {'A' * 101}}}]", "teams[0].name: this has 101 characters; at most 100 are taken."),
        (
            "animals: [dog]",
            "animals: there is no such key; there are teams, people, systems, fields, boundaries, checks.",
        ),
        ("[a, b]", "the file: write keys and values here"),
        ("checks: [{name: a, fields: [{name: x, left: a}]}]", "checks[0].fields[0]: the key right is missing."),
        (
            "checks: [{name: a, fields: [{name: x, left: a, right: b, compare: like}]}]",
            "checks[0].fields[0].compare: write one of auto, exact",
        ),
        (
            "checks: [{name: a, fields: [{name: x, left: a, right: b, compare: date, tolerance: soon}]}]",
            "checks[0].fields[0].tolerance: ",
        ),
        (
            "checks: [{name: a, fields: [{name: x, left: a, right: b}, {name: x, left: c, right: d}]}]",
            "checks[0].fields[1]: there is a field called x already.",
        ),
        (
            "checks: [{name: a, fields: [{name: x, left: a, right: b, mapping: {c: [d]}}]}]",
            "checks[0].fields[0].mapping.c: write one word here.",
        ),
        ("checks: [{name: a, minutes_before: 1.5}]", "checks[0].minutes_before: write whole minutes here."),
        ("checks: [{name: a, volume_guard: lots}]", "checks[0].volume_guard: write a number here"),
        ("checks: [{name: a, volume_guard: .nan}]", "checks[0].volume_guard: write a number here"),
        ("checks: [{name: a, cadence: hourly}]", "checks[0].cadence: write one of daily"),
        (
            "checks: [{name: a, fields: [{field: f}]}]",
            "checks[0].fields[0].field: there is no field f; add it to fields.",
        ),
    ],
)
def test_what_is_wrong_is_refused_whole_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    assert refused(tmp_path, capsys, f"systems: [{{name: Other}}]\n{text}" if text[0] != "[" else text).startswith(
        sentence
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("teams:\n  - {name: A\n", "house.yaml, line 3: this is not YAML"),
        ("teams: [{name: A, name: B}]", "house.yaml, line 1: this says name twice."),
        ("teams: []\nteams: []", "house.yaml, line 2: this says teams twice."),
        (
            "teams: &a [{name: A}]\nsystems: *a",
            "house.yaml, line 2: this refers to another place with *; write it out.",
        ),
        ("[" * 100 + "]" * 100, "house.yaml, line 1: this is nested too deep."),
        (
            "teams: !!python/object/apply:os.system [ls]",
            "house.yaml, line 1: this is marked as tag:yaml.org,2002:python",
        ),
        ("teams: !!int 3", "house.yaml, line 1: this is marked as tag:yaml.org,2002:int, which has no meaning here."),
        ("? [a]\n: b", "house.yaml, line 1: this is no text, and so no key."),
        ('teams: [{name: "a\\0b"}]', "house.yaml, line 1: this holds a NUL character"),
        ("a: 1\n--- \nb: 2", "house.yaml, line 2: this is not YAML"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    assert refused(tmp_path, capsys, text).startswith(sentence)


def test_a_file_that_unfolds_to_billions_is_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    assert "refers to another place" in refused(tmp_path, capsys, "\n".join(lines))


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(tmp_path, capsys, "#" * 10_000_001).startswith(
        "house.yaml has 10 MB; the most that is taken is 10 MB."
    )


def test_other_encodings_are_refused_with_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "house.yaml"
    file.write_bytes(b"teams:\n  - {name: B\xfcro}\n")
    with pytest.raises(SystemExit):
        call_command("load", str(file))
    assert capsys.readouterr().err == "house.yaml, line 2: this is not UTF-8. Save the file as UTF-8.\n"


def test_a_file_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("load", str(tmp_path / "none.yaml"))
    assert "none.yaml cannot be read: No such file or directory." in capsys.readouterr().err


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, "") == "Nothing to change: 0 entries are as the file says.\n"


@pytest.mark.shared
def test_the_example_of_the_contract_is_loaded_whole(tmp_path: Path, shared_data: Path) -> None:
    text = (shared_data.parent / "example.yaml").read_text()
    assert load(tmp_path, text) == "10 added, 0 changed, 0 unchanged.\n"
    assert load(tmp_path, text) == "Nothing to change: 10 entries are as the file says.\n"


@pytest.mark.shared
def test_of_the_example_some_sections_can_be_loaded_alone(tmp_path: Path, shared_data: Path) -> None:
    text = (shared_data.parent / "example.yaml").read_text()
    said = load(tmp_path, text, "--only", "teams,people,systems,checks")
    assert said == "8 added, 0 changed, 0 unchanged.\nLeft out: fields, boundaries, checks[0].boundary.\n"
    status, start = Check.objects.get().comparing.fields
    assert (status.name, status.left, status.right) == ("billing status", "billing_status", "Status")
    assert start.name == "start date"


def test_only_some_sections_and_no_others(tmp_path: Path) -> None:
    said = load(tmp_path, FILE, "--only", "teams,people")
    assert said == "4 added, 0 changed, 0 unchanged.\nLeft out: systems, checks.\n"
    assert not System.objects.exists()


def test_a_section_nobody_knows_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(tmp_path, capsys, FILE, "--only", "animals") == (
        "There is no section animals to load; there are teams, people, systems, fields, boundaries, checks."
    )
