"""Naming, answering, splitting and merging patterns on their pages: what happens, and what is said where it cannot."""

import pytest
from django.test import Client

from ownership.models import Person, Role
from reconcile.checks.models import Check, Run
from reconcile.patterns.models import Pattern
from reconcile.patterns.queries.patterns import patterns_of
from reconcile.patterns.services import remembering
from tests import build
from tests.checks.test_run_page import words
from tests.conftest import signed_in
from tests.patterns.pages_world import COMPARING, LEFT, RIGHT, check_of, pattern, run_of

pytestmark = pytest.mark.django_db

POSTED = ("name", "event", "words", "split", "merge", "unmerge")


@pytest.fixture
def check(dana: Person) -> Check:
    return check_of(dana)


@pytest.fixture
def run(check: Check) -> Run:
    return run_of(check)


def via(run: Run, value: str, **more: str) -> dict[str, str]:
    """Return what the form of a split posts: the left column ``via``."""
    return {"column": f"left:{run.left.export.columns.index('via')}", "value": value, **more}


def counts(check: Check) -> dict[str, int]:
    return {one.name: one.count for one in patterns_of(check)}


@pytest.mark.usefixtures("run")
def test_only_the_lead_of_the_team_shapes_a_pattern() -> None:
    others = [
        signed_in(build.person(email=f"{role}@example.com", role=role))
        for role in (Role.VIEWER, Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR)
    ]
    for client in others:
        for what in POSTED:
            assert client.post(f"/patterns/{pattern().pk}/{what}/").status_code == 403
    assert Pattern.objects.exclude(name="").count() == 0


@pytest.mark.usefixtures("run")
def test_what_changes_something_is_posted(as_dana: Client) -> None:
    for what in POSTED:
        assert as_dana.get(f"/patterns/{pattern().pk}/{what}/").status_code == (200 if what == "split" else 405)
        assert as_dana.post(f"/patterns/{10**30}/{what}/").status_code == 404


@pytest.mark.usefixtures("run")
def test_a_name_is_given_and_taken_away_and_the_history_tells(as_dana: Client) -> None:
    address = f"/patterns/{pattern().pk}/"
    assert as_dana.post(f"{address}name/", {"name": "  Lost   imports "})["Location"] == address
    page = words(as_dana.get(address))
    assert "Lost imports" in page
    assert "Dana Reyes" in page
    as_dana.post(f"{address}name/", {"name": ""})
    assert "Customers in CRM that never reached Billing" in words(as_dana.get(address))
    refused = as_dana.post(f"{address}name/", {"name": "n" * 201})
    assert refused.status_code == 422
    assert "A name has at most 200 characters." in words(refused)


@pytest.mark.usefixtures("run")
def test_the_answer_about_the_event_is_kept_with_the_pattern(as_dana: Client) -> None:
    address = f"/patterns/{pattern().pk}/"
    as_dana.post(f"{address}event/", {"event": "When the customer signs, both take the order."})
    assert "When the customer signs, both take the order. Say it otherwise" in words(as_dana.get(address))
    assert as_dana.post(f"{address}event/", {"event": "e" * 501}).status_code == 422


def test_a_pair_of_words_is_added_to_the_mapping_of_later_runs(as_dana: Client, check: Check, run: Run) -> None:
    address = f"/patterns/{pattern('differs').pk}/"
    as_dana.post(f"{address}words/", {"left": "current", "right": "PAID"})
    check.refresh_from_db()
    status = next(field for field in check.comparing.fields if field.name == "status")
    assert (status.compare, status.mapping) == ("mapped", (("current", "PAID"),))
    assert run.comparing.fields[1].mapping == ()
    assert "in the mapping from the next run on" in words(as_dana.get(address))
    refused = as_dana.post(f"{address}words/", {"left": "current", "right": "OVERDUE"})
    assert refused.status_code == 422
    assert "current stands for PAID in the mapping already." in words(refused)
    assert "no value is none" in words(as_dana.post(f"{address}words/", {}))


def test_before_a_split_the_page_says_how_many_go_over(as_dana: Client, run: Run) -> None:
    address = f"/patterns/{pattern().pk}/split/"
    assert "2 of 4 mismatches go over, 2 stay." in words(as_dana.get(address, via(run, "import")))
    assert "Nothing of it has this value" in words(as_dana.get(address, via(run, "IMPORT")))
    assert Pattern.objects.count() == 2


def test_a_split_is_one_post_and_stays(as_dana: Client, check: Check, run: Run) -> None:
    address = f"/patterns/{pattern().pk}/split/"
    answer = as_dana.post(address, via(run, "import", name="Lost imports"))
    remembering.catch_up(check.pk)
    assert counts(check) == {
        "Status uses two vocabularies": 8,
        "Customers in CRM that never reached Billing": 2,
        "Lost imports": 2,
    }
    page = words(as_dana.get(answer["Location"]))
    assert "Split from Customers in CRM that never reached Billing where via = import" in page
    another = "13,town 13,settled,hand\n"
    later = run_of(check, week=1, left=LEFT + another, right=RIGHT + another)
    assert later.number == 2
    assert counts(check)["Lost imports"] == 2
    again = as_dana.post(address, via(run, "import"))
    assert again.status_code == 422
    assert "This is set apart already, as: Lost imports." in words(again)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Choose the column that tells the records apart."),
        ({"column": "left:99", "value": "x"}, "Neither export has this column."),
        ({"column": "nonsense"}, "Neither export has this column."),
        ({"column": "left:0", "and_column": "left:0"}, "This column is asked already."),
        ({"column": "left:0", "value": "x" * 1_001}, "at most 1000 characters"),
        ({"column": "left:0", "name": "n" * 201}, "A name has at most 200 characters."),
    ],
)
@pytest.mark.usefixtures("run")
def test_a_split_that_makes_no_sense_is_refused_in_a_sentence(
    as_dana: Client, given: dict[str, str], said: str
) -> None:
    refused = as_dana.post(f"/patterns/{pattern().pk}/split/", given)
    assert refused.status_code == 422
    assert said in words(refused)
    assert Pattern.objects.count() == 2


def test_a_merge_is_counted_in_the_other_and_can_be_taken_back(as_dana: Client, check: Check, run: Run) -> None:
    as_dana.post(f"/patterns/{pattern().pk}/split/", via(run, "import", name="Lost imports"))
    remembering.catch_up(check.pk)
    lost = Pattern.objects.get(name="Lost imports")
    root = Pattern.objects.get(kind="only_left", split_from=None)
    assert as_dana.post(f"/patterns/{lost.pk}/merge/", {"into": root.pk})["Location"] == f"/patterns/{root.pk}/"
    remembering.catch_up(check.pk)
    assert counts(check)["Customers in CRM that never reached Billing"] == 4
    assert as_dana.get(f"/patterns/{lost.pk}/")["Location"] == f"/patterns/{root.pk}/"
    assert "Merged into it, in every later run: Lost imports Take it out again" in words(
        as_dana.get(f"/patterns/{root.pk}/")
    )
    as_dana.post(f"/patterns/{lost.pk}/unmerge/")
    remembering.catch_up(check.pk)
    assert counts(check)["Lost imports"] == 2
    again = as_dana.post(f"/patterns/{lost.pk}/unmerge/", follow=True)
    assert "This pattern is not merged into another" in words(again)


@pytest.mark.usefixtures("run")
def test_a_merge_into_nothing_or_another_check_is_refused(as_dana: Client, check: Check) -> None:
    other = build.check(name="Others", comparing=COMPARING, owner=check.owner)
    run_of(other)
    found = Pattern.objects.get(check_compared=check, kind="only_left")
    elsewhere = Pattern.objects.get(check_compared=other, kind="only_left")
    for given in ("", "nonsense", str(elsewhere.pk), str(found.pk), str(10**30)):
        refused = as_dana.post(f"/patterns/{found.pk}/merge/", {"into": given})
        assert refused.status_code == 422, given
    assert Pattern.objects.exclude(merged_into=None).count() == 0


def test_the_page_of_a_new_split_waits_until_its_mismatches_are_known(as_dana: Client, check: Check, run: Run) -> None:
    answer = as_dana.post(f"/patterns/{pattern().pk}/split/", via(run, "import"))
    page = as_dana.get(answer["Location"])
    assert "It is being worked out what belongs to it." in words(page)
    assert f'hx-get="{answer["Location"]}"' in page.content.decode()
    assert as_dana.get(answer["Location"], headers={"HX-Request": "true"}).status_code == 204
    remembering.catch_up(check.pk)
    assert as_dana.get(answer["Location"], headers={"HX-Request": "true"})["HX-Refresh"] == "true"
