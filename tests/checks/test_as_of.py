"""Of which day exports and runs are: said, or in the name of the file, and otherwise asked for; never today."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from ownership.models import Person
from reconcile.checks.models import Check, Run
from reconcile.checks.services import drafts, runs
from reconcile.checks.services.refusals import DayMissing
from reconcile.exports.models import Snapshot
from tests import build

pytestmark = pytest.mark.django_db

LEFT = "id,a\n1,x\n2,y\n"
RIGHT = "id,a\n1,x\n2,z\n"
ABOUT = {
    "name": "Customers",
    "left_system": "CRM",
    "right_system": "Billing",
    "records": "customers",
    "owner": "",
    "cadence": "weekly",
}


def sides(left: str, right: str) -> tuple[Snapshot, Snapshot]:
    """Two exports of which only the names can say the day."""
    return (
        build.snapshot(text=LEFT, file_name=left, as_of=None),
        build.snapshot(text=RIGHT, file_name=right, as_of=None),
    )


def posted(left: str, right: str) -> dict[str, object]:
    first, second = sides(left, right)
    return {"left_snapshot": first.pk, "right_snapshot": second.pk}


def words(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def days_of(run: Run) -> list[str]:
    return [side.as_of.date().isoformat() for side in (run.left, run.right)]


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("a.csv", "b.csv"), r"Of which day are a\.csv and b\.csv\? Their names do not say"),
        (("a_2026-05-01.csv", "b.csv"), r"Of which day is b\.csv\? Its name does not say"),
    ],
)
def test_a_run_of_exports_nobody_knows_the_day_of_is_refused(names: tuple[str, str], why: str) -> None:
    left, right = sides(*names)
    with pytest.raises(DayMissing, match=why):
        runs.start_run(check=build.check(), left=left, right=right, person=None)
    assert not Run.objects.exists()


def test_a_run_is_as_of_the_later_of_its_exports() -> None:
    left, right = sides("a_2026-05-01.csv", "b_2026-04-30.csv")
    run = runs.start_run(check=build.check(), left=left, right=right, person=None).run
    assert run.as_of == datetime(2026, 5, 1, tzinfo=UTC)


def test_names_that_say_no_day_have_it_asked_for_and_the_files_stay(as_dana: Client) -> None:
    check = build.check()
    files = posted("a.csv", "b.csv")
    answer = as_dana.post(f"/checks/{check.pk}/run/", files)
    page = words(answer)
    assert answer.status_code == 422
    assert "Of which day are a.csv and b.csv? Their names do not say: say the day on which they were made." in page
    assert f'name="left_snapshot" value="{files["left_snapshot"]}"' in page
    assert 'type="date" name="as_of" id="as_of" value="" aria-describedby="as_of-hint" required' in page
    assert "data-go-on>" not in page, "it would send itself again without a day"


def test_the_day_that_is_asked_for_is_that_of_both(as_dana: Client) -> None:
    check = build.check()
    as_dana.post(f"/checks/{check.pk}/run/", {**posted("a.csv", "b.csv"), "as_of": "2026-05-01"})
    assert days_of(Run.objects.select_related("left", "right").get()) == ["2026-05-01"] * 2


def test_names_that_say_two_days_leave_each_its_own(as_dana: Client) -> None:
    check = build.check()
    as_dana.post(f"/checks/{check.pk}/run/", posted("a_2026-05-01.csv", "b_2026-04-30.csv"))
    assert days_of(Run.objects.select_related("left", "right").get()) == ["2026-05-01", "2026-04-30"]


def test_two_days_are_asked_for_side_by_side(as_dana: Client) -> None:
    check = build.check()
    files = posted("a_2026-05-01.csv", "b_2026-04-30.csv")
    page = words(as_dana.post(f"/checks/{check.pk}/run/", {**files, "as_of_right": "soon"}))
    assert 'name="as_of_left" id="as_of_left" value="2026-05-01"' in page
    assert "As b_2026-04-30.csv says" in page
    assert "The day is written as 2026-11-20." in page
    as_dana.post(f"/checks/{check.pk}/run/", {**files, "as_of_left": "2026-05-02", "as_of_right": "2026-05-03"})
    assert days_of(Run.objects.select_related("left", "right").get()) == ["2026-05-02", "2026-05-03"]


def first_draft(person: Person, left: str, right: str) -> str:
    first, second = sides(left, right)
    draft = drafts.start(person=person, left=first, right=second)
    drafts.suggest(draft_id=str(draft.pk))
    return f"/checks/new/{draft.pk}/"


def test_the_first_run_of_a_check_asks_for_the_day_too(as_dana: Client, dana: Person) -> None:
    address = first_draft(dana, "a.csv", "b.csv")
    assert "Their names do not say it." in words(as_dana.get(address))
    answer = as_dana.post(f"{address}run/", ABOUT)
    assert answer.status_code == 422
    assert "Of which day are a.csv and b.csv?" in words(answer)
    assert not Check.objects.exists()
    as_dana.post(f"{address}run/", {**ABOUT, "as_of": "2026-05-01"})
    assert days_of(Run.objects.select_related("left", "right").get()) == ["2026-05-01"] * 2


def test_the_first_run_fills_in_what_the_names_say(as_dana: Client, dana: Person) -> None:
    address = first_draft(dana, "a_2026-05-01.csv", "b.csv")
    assert 'name="as_of" id="as_of" value="2026-05-01"' in words(as_dana.get(address))
    as_dana.post(f"{address}run/", ABOUT)
    assert days_of(Run.objects.select_related("left", "right").get()) == ["2026-05-01"] * 2


def test_a_day_that_is_none_makes_no_check(as_dana: Client, dana: Person) -> None:
    address = first_draft(dana, "a.csv", "b.csv")
    answer = as_dana.post(f"{address}run/", {**ABOUT, "as_of": "Friday"})
    assert answer.status_code == 422
    assert "The day is written as 2026-11-20." in words(answer)
    assert not Check.objects.exists()
