"""One record of a run, both sides beside each other."""

import re
from html import unescape

import pytest
from django.test import Client

from ownership.models import Person
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Mismatch, Run
from tests import build
from tests.checks.test_run_page import words
from tests.checks.three_runs import ThreeRuns

pytestmark = pytest.mark.django_db


def mismatch(run: Run, key: str, kind: str = "differs") -> Mismatch:
    return Mismatch.objects.get(check_compared=run.check_compared_id, key=key, kind=kind)


def address(run: Run, key: str, kind: str = "differs") -> str:
    return f"/runs/{run.pk}/records/{mismatch(run, key, kind).pk}/"


def link(page: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}"\s+href="([^"]+)"', page)
    return unescape(found.group(1)) if found else ""


def test_both_sides_stand_beside_each_other_with_what_differs_marked(as_dana: Client, three_runs: ThreeRuns) -> None:
    page = as_dana.get(address(three_runs.runs[2], "2"))
    assert "Billing and CRM differ in 1 of 2 compared fields." in words(page)
    assert "a differs Billing x CRM y b Billing p CRM p" in words(page)
    assert "<mark>x</mark>" in page.content.decode()


def test_columns_that_are_not_compared_stand_below(as_dana: Client, dana: Person) -> None:
    run = build.run_done(
        check=build.check(), left_text="id,a,region\n1,x,north\n", right_text="id,a,by\n1,y,import\n", person=dana
    )
    assert "Not compared region north by import" in words(as_dana.get(address(run, "1")))


def test_a_one_sided_record_says_where_it_is_not(as_dana: Client, three_runs: ThreeRuns) -> None:
    page = words(as_dana.get(address(three_runs.runs[2], "4", "only_right")))
    assert "CRM has this record, Billing does not." in page
    assert "Billing has no record with this key." in page
    assert "Row id a b 3 4 x p" in page


def test_a_repeated_key_shows_every_row_with_its_number(as_dana: Client, three_runs: ThreeRuns) -> None:
    page = words(as_dana.get(address(three_runs.runs[2], "5", "duplicate_left")))
    assert "The key is not unique: 2 rows in Billing and 1 row in CRM have it." in page
    assert "Billing 2 rows Row id a b 3 5 x p 4 5 x q" in page
    assert "CRM 1 row Row id a b 4 5 x p" in page


def test_the_life_of_a_mismatch_is_told_up_to_the_run(as_dana: Client, three_runs: ThreeRuns) -> None:
    day, middle, latest = (f"{run.left.as_of:%Y-%m-%d}" for run in three_runs.runs)
    first, _, third = three_runs.runs
    assert f"a open first seen {day} · seen 1 time" in words(as_dana.get(address(first, "2")))
    page = words(as_dana.get(address(third, "2")))
    assert f"a returned first seen {day} · seen 2 times · returned 1 time" in page
    assert f"{day} {day} 1 x y new {latest} this run 1 x y returned" in page
    changed = words(as_dana.get(address(third, "6")))
    assert f"{middle} {middle} 1 v w new {latest} this run 1 u w values changed" in changed


def test_in_a_run_that_did_not_see_it_a_record_is_said_to_agree(as_dana: Client, three_runs: ThreeRuns) -> None:
    page = words(as_dana.get(address(three_runs.runs[1], "2")))
    assert "Billing and CRM agree on this record in run 2." in page
    assert "a gone" in page


def test_next_and_previous_follow_the_list_it_was_opened_from(as_dana: Client, three_runs: ThreeRuns) -> None:
    run = three_runs.runs[2]
    page = as_dana.get(f"{address(run, '2')}?kind=differs&size=25").content.decode()
    assert link(page, "prev") == ""
    following = link(page, "next")
    assert following.startswith(f"{address(run, '6')}?kind=differs&size=25")
    page = as_dana.get(following).content.decode()
    assert link(page, "next") == ""
    assert link(page, "prev").startswith(address(run, "2"))
    backwards = as_dana.get(f"{address(run, '6')}?kind=differs&sort=-key").content.decode()
    assert link(backwards, "next").startswith(address(run, "2"))


def test_the_way_back_leads_to_the_same_place_of_the_list(as_dana: Client, three_runs: ThreeRuns) -> None:
    run = three_runs.runs[2]
    one = mismatch(run, "2")
    page = as_dana.get(f"{address(run, '2')}?kind=differs&page=1&nonsense=1").content.decode()
    back = f"/runs/{run.pk}/?kind=differs&page=1#mismatch-{one.pk}"
    assert f'href="{back.replace("&", "&amp;")}"' in page
    assert f'id="mismatch-{one.pk}"' in as_dana.get(back.partition("#")[0]).content.decode()


def test_without_the_kept_copies_what_was_stored_is_shown(as_dana: Client, three_runs: ThreeRuns) -> None:
    run = three_runs.runs[2]
    for snapshot in (run.left, run.right):
        snapshot.kept_path.unlink()
    page = words(as_dana.get(address(run, "2")))
    assert "The kept copy of left.csv is no longer there." in page
    assert "a differs Billing x CRM y" in page


def test_a_copy_that_cannot_be_read_is_said_so(as_dana: Client, three_runs: ThreeRuns) -> None:
    run = three_runs.runs[2]
    run.left.kept_path.write_bytes(b"not parquet")
    assert "What this run found is shown as it was stored." in words(as_dana.get(address(run, "2")))


def test_folded_keys_find_their_record_on_both_sides(as_dana: Client) -> None:
    comparing = Comparing(key=(("id", "id"),), key_fold=True, fields=(ComparedField("a", "a", "a", "exact"),))
    run = build.run_done(check=build.check(comparing=comparing), left_text="id,a\nA ,x\n", right_text="id,a\na,y\n")
    page = words(as_dana.get(f"/runs/{run.pk}/records/{Mismatch.objects.get().pk}/"))
    assert "differ in 1 of 1 compared field." in page
    assert "a differs CRM x Billing y" in page


def test_a_mismatch_of_another_check_or_a_later_run_is_not_found(as_dana: Client, three_runs: ThreeRuns) -> None:
    other = build.many_mismatches(check=build.check(name="Others"), count=1)
    first, second, _ = three_runs.runs
    assert as_dana.get(f"/runs/{first.pk}/records/{Mismatch.objects.latest('pk').pk}/").status_code == 404
    assert as_dana.get(f"/runs/{first.pk}/records/{mismatch(first, '6').pk}/").status_code == 404
    assert as_dana.get(f"/runs/{second.pk}/records/{mismatch(first, '6').pk}/").status_code == 200
    assert as_dana.get(f"/runs/{other.pk}/records/{10**30}/").status_code == 404


def test_a_run_that_is_not_done_has_no_records(as_dana: Client) -> None:
    run = build.run_queued(check=build.check(), left_text="id,a\n1,x\n", right_text="id,a\n1,x\n")
    assert as_dana.get(f"/runs/{run.pk}/records/1/")["Location"] == f"/runs/{run.pk}/"
