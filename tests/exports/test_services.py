"""An export is received: its bytes are kept before anything reads them."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from ownership.models import Person
from reconcile import engine
from reconcile.exports import services
from reconcile.exports.models import Snapshot
from tests import build

pytestmark = pytest.mark.django_db

CONTENT = b"id,a\n1,x\n"


def kept_files(settings: Settings) -> list[Path]:
    return [path for path in (Path(settings.MEDIA_ROOT) / "received").rglob("*") if path.is_file()]


def test_the_bytes_are_kept_under_their_hash() -> None:
    snapshot = build.received(content=CONTENT)
    assert snapshot.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert snapshot.path.parts[-2:] == (snapshot.sha256[:2], snapshot.sha256)
    assert snapshot.path.read_bytes() == CONTENT
    assert (snapshot.size, snapshot.state) == (9, "received")


def test_the_same_bytes_are_kept_once_and_received_twice(settings: Settings) -> None:
    first, second = build.received(content=CONTENT), build.received(content=CONTENT, file_name="again.csv")
    assert first.pk != second.pk
    assert first.path == second.path
    assert kept_files(settings) == [first.path]


def test_a_file_that_changes_afterwards_changes_nothing_that_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "left.csv"
    file.write_bytes(CONTENT)
    snapshot = services.receive(path=file, file_name="left.csv", person=None)
    file.write_bytes(b"other")
    assert snapshot.path.read_bytes() == CONTENT


def test_a_moved_file_is_gone_once_the_snapshot_is_committed(
    tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    file = tmp_path / "left.csv"
    file.write_bytes(CONTENT)
    with django_capture_on_commit_callbacks() as committed:
        snapshot = services.receive(path=file, file_name="left.csv", person=None, move=True)
        assert file.exists()
    for callback in committed:
        callback()
    assert not file.exists()
    assert snapshot.path.read_bytes() == CONTENT


def test_half_written_bytes_never_carry_the_name_of_the_whole(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(FileNotFoundError):
        services.receive(path=tmp_path / "missing.csv", file_name="missing.csv", person=None)
    assert kept_files(settings) == []
    assert not Snapshot.objects.exists()


def test_who_sent_it_from_where_and_as_of_when_are_kept(dana: Person) -> None:
    as_of = datetime(2026, 5, 1, 8, tzinfo=UTC)
    system = build.system(name="Billing")
    with build.file_of(CONTENT) as path:
        snapshot = services.receive(path=path, file_name="l.csv", person=dana, system=system, as_of=as_of)
    assert (snapshot.received_by, snapshot.system, snapshot.as_of) == (dana, system, as_of)


@pytest.mark.parametrize(
    ("file_name", "known"), [("crm_2026-05-01.csv", True), ("crm.csv", False), ("crm_2026-05-01_2026-05-08.csv", False)]
)
def test_of_which_day_an_export_is_nobody_says_but_its_name(file_name: str, known: bool) -> None:  # noqa: FBT001
    snapshot = build.received(file_name=file_name, as_of=None)
    assert snapshot.as_of_known == known
    assert (snapshot.as_of == datetime(2026, 5, 1, tzinfo=UTC)) == known


def test_the_day_holds_when_a_file_is_read_in_another_way() -> None:
    again = services.read_again(snapshot=build.received(), options=engine.ReadOptions(delimiter=";"), person=None)
    unknown = services.read_again(
        snapshot=build.received(as_of=None), options=engine.ReadOptions(delimiter=";"), person=None
    )
    assert [(one.as_of_known, one.as_of == build.DAY) for one in (again, unknown)] == [(True, True), (False, False)]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("left.csv", "left.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\left.csv", "left.csv"),
        ("", "export"),
        ("..", "export"),
        ("a\x00b\r\nc.csv", "a\ufffdb\ufffd\ufffdc.csv"),
        ("\ud800.csv", "\ufffd.csv"),
        ("\u202efdp.csv", "\u202efdp.csv"),
        ("n" * 10_000, "n" * 255),
        ('"><script>alert(1)</script>.csv', "script>.csv"),
    ],
)
def test_a_file_name_is_its_last_part_without_control_characters(given: str, kept: str) -> None:
    snapshot = build.received(file_name=given)
    assert Snapshot.objects.get(pk=snapshot.pk).file_name == kept


def test_a_snapshot_is_read_in_another_way_as_long_as_nobody_used_it(dana: Person) -> None:
    snapshot = build.snapshot(text="id;a\n1;x\n", person=dana)
    again = services.read_again(snapshot=snapshot, options=engine.ReadOptions(delimiter=","), person=dana)
    assert again.pk == snapshot.pk
    assert services.read(snapshot_id=again.pk).export.columns == ("id;a",)


def test_a_snapshot_somebody_else_sent_is_read_in_another_way_as_a_new_one(dana: Person, ada: Person) -> None:
    snapshot = build.snapshot(text="id;a\n1;x\n", person=dana)
    again = services.read_again(snapshot=snapshot, options=engine.ReadOptions(delimiter=","), person=ada)
    assert again.pk != snapshot.pk
    assert (again.sha256, again.received_by) == (snapshot.sha256, ada)
    assert Snapshot.objects.get(pk=snapshot.pk).export.columns == ("id", "a")


def test_a_snapshot_that_a_run_compared_stays_what_it_was(dana: Person) -> None:
    run = build.run_queued(check=build.check(), left_text="id;a\n1;x\n", right_text="id;a\n1;y\n", person=dana)
    Snapshot.objects.filter(pk=run.left_id).update(received_by=dana)
    snapshot = services.read(snapshot_id=run.left_id)
    again = services.read_again(snapshot=snapshot, options=engine.ReadOptions(delimiter=","), person=dana)
    assert again.pk != snapshot.pk
    assert Snapshot.objects.get(pk=snapshot.pk).options == {}
