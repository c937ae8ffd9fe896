"""Edit columns and lags of a check in a file: loaded, dumped, loaded again, refused where they are wrong."""

from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from reconcile import engine
from reconcile.checks.models import Check
from tests.configuration.test_load import FILE, load, refused, rows_of_history

pytestmark = pytest.mark.django_db

EDITS = "{created_at: opened_on, created_via: created_via, updated_at: ' changed ', updated_by: changed_by}"
WITH = FILE.replace("key: [account_id]}", f"key: [account_id], edits: {EDITS}}}")
CHOSEN = engine.EditColumns("opened_on", "", "created_via", " changed ", "changed_by")


def dumped(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    call_command("dump")
    return capsys.readouterr().out


def test_a_file_says_which_columns_tell_of_edits(tmp_path: Path) -> None:
    load(tmp_path, WITH)
    comparing = Check.objects.get().comparing
    assert (comparing.left_edits, comparing.right_edits) == (CHOSEN, engine.EditColumns())


def test_what_is_dumped_changes_nothing_when_it_is_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(tmp_path, WITH)
    written = rows_of_history()
    first = dumped(capsys)
    assert yaml.safe_load(first)["checks"][0]["left"]["edits"] == {
        "created_at": "opened_on",
        "created_via": "created_via",
        "updated_at": " changed ",
        "updated_by": "changed_by",
    }
    load(tmp_path, first)
    load(tmp_path, WITH)
    assert rows_of_history() == written
    assert dumped(capsys) == first


def test_a_file_that_says_nothing_of_edits_leaves_them(tmp_path: Path) -> None:
    load(tmp_path, WITH)
    load(tmp_path, FILE)
    assert Check.objects.get().comparing.left_edits == CHOSEN


@pytest.mark.parametrize("nothing", ["", "{}"])
def test_edits_with_nothing_behind_them_are_emptied(tmp_path: Path, nothing: str) -> None:
    load(tmp_path, WITH)
    load(tmp_path, f"checks: [{{name: weekly customers, left: {{edits: {nothing}}}}}]")
    comparing = Check.objects.get().comparing
    assert comparing.left_edits == engine.EditColumns()
    assert comparing.key == (("account_id", "CustomerRef"),)


def test_a_dump_of_a_check_without_edits_takes_those_chosen_since_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(tmp_path, FILE)
    before = dumped(capsys)
    load(tmp_path, WITH)
    load(tmp_path, before)
    assert Check.objects.get().comparing.left_edits == engine.EditColumns()
    assert dumped(capsys) == before


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ("[a]", "checks[0].left.edits: write keys and values here: created_at, "),
        ("{made_at: a}", "checks[0].left.edits.made_at: there is no such key; there are created_at, "),
        ("{created_at: [a]}", "checks[0].left.edits.created_at: write the name of a column here."),
        ("{updated_by: ''}", "checks[0].left.edits.updated_by: write the name of a column here."),
    ],
)
def test_wrong_edits_are_refused_with_where_they_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], edits: str, sentence: str
) -> None:
    text = f"checks: [{{name: a, left: {{system: CRM, key: [id], edits: {edits}}}}}]"
    assert sentence in refused(tmp_path, capsys, text)
