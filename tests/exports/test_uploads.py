"""A file comes in piece by piece, over a line that may break; nobody else sees it."""

import json
import os
import threading
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from ownership.models import Person, Role
from reconcile.exports import services, tasks
from reconcile.exports.models import Snapshot, Upload
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

CONTENT = b"id,a\n1,x\n2,y\n"


def announce(browser: Client, *, size: object = len(CONTENT), name: str = "left.csv") -> dict[str, Any]:
    response = browser.post("/uploads/", {"file_name": name, "size": size})
    assert response.status_code == 201, response.content
    return response.json()  # type: ignore[no-any-return]


def put(browser: Client, upload: dict[str, Any], offset: object, piece: bytes) -> tuple[int, dict[str, Any]]:
    response = browser.put(f"{upload['address']}?offset={offset}", piece, content_type="application/octet-stream")
    return response.status_code, response.json()


def finish(browser: Client, upload: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    response = browser.post(upload["finish"])
    return response.status_code, response.json()


def on_disk(settings: Settings) -> list[Path]:
    return list((Path(settings.MEDIA_ROOT) / "uploads").glob("*"))


def test_pieces_one_after_the_other_make_the_file(as_dana: Client, dana: Person) -> None:
    upload = announce(as_dana)
    assert put(as_dana, upload, 0, CONTENT[:5])[1]["received"] == 5
    assert put(as_dana, upload, 5, CONTENT[5:])[1]["received"] == 13
    status, arrived = finish(as_dana, upload)
    snapshot = Snapshot.objects.get(pk=arrived["snapshot"])
    assert status == 200
    assert arrived["preview"] == f"/snapshots/{snapshot.pk}/preview/"
    assert snapshot.path.read_bytes() == CONTENT
    assert (snapshot.file_name, snapshot.received_by, snapshot.state) == ("left.csv", dana, "received")


def test_after_a_broken_line_the_server_says_where_the_file_stands(as_dana: Client) -> None:
    upload = announce(as_dana)
    put(as_dana, upload, 0, CONTENT[:5])
    assert as_dana.get(upload["address"]).json()["received"] == 5


def test_what_came_of_a_piece_before_the_line_broke_is_kept(dana: Person) -> None:
    class Breaking(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() == 5:
                raise ConnectionResetError
            return super().read(min(size or 0, 5))

    upload = services.start_upload(person=dana, file_name="left.csv", size=len(CONTENT))
    upload = services.append(upload=upload, offset=0, length=len(CONTENT), stream=Breaking(CONTENT))
    assert upload.received == 5
    upload = services.append(upload=upload, offset=5, length=len(CONTENT) - 5, stream=BytesIO(CONTENT[5:]))
    assert services.finish_upload(upload=upload).path.read_bytes() == CONTENT


def test_a_repeated_piece_is_answered_with_where_the_file_stands(as_dana: Client) -> None:
    upload = announce(as_dana)
    put(as_dana, upload, 0, CONTENT[:5])
    status, said = put(as_dana, upload, 0, CONTENT[:5])
    assert (status, said["received"]) == (409, 5)
    assert said["why"] == "The file stands at byte 5. Go on from there."
    put(as_dana, upload, 5, CONTENT[5:])
    assert Snapshot.objects.get(pk=finish(as_dana, upload)[1]["snapshot"]).path.read_bytes() == CONTENT


def test_a_piece_further_on_leaves_no_hole(as_dana: Client) -> None:
    upload = announce(as_dana)
    status, said = put(as_dana, upload, 7, CONTENT[7:])
    assert (status, said["received"]) == (409, 0)


def test_of_two_tabs_that_send_the_same_place_one_is_taken(dana: Person) -> None:
    first = services.start_upload(person=dana, file_name="left.csv", size=10)
    second = Upload.objects.get(pk=first.pk)
    services.append(upload=first, offset=0, length=5, stream=BytesIO(b"aaaaa"))
    with pytest.raises(services.WrongOffset) as refused:
        services.append(upload=second, offset=0, length=5, stream=BytesIO(b"bbbbb"))
    assert refused.value.received == 5
    assert first.path.read_bytes() == b"aaaaa"


def test_what_a_killed_writer_left_beyond_the_file_is_overwritten(dana: Person) -> None:
    upload = services.start_upload(person=dana, file_name="left.csv", size=6)
    upload = services.append(upload=upload, offset=0, length=2, stream=BytesIO(b"ab"))
    upload.path.write_bytes(b"ab-left by a killed writer")
    upload = services.append(upload=upload, offset=2, length=4, stream=BytesIO(b"cdef"))
    assert services.finish_upload(upload=upload).path.read_bytes() == b"abcdef"


def test_what_the_disk_lost_is_asked_for_again(dana: Person) -> None:
    upload = services.start_upload(person=dana, file_name="left.csv", size=6)
    upload = services.append(upload=upload, offset=0, length=4, stream=BytesIO(b"abcd"))
    upload.path.write_bytes(b"ab")
    with pytest.raises(services.WrongOffset) as refused:
        services.append(upload=upload, offset=4, length=2, stream=BytesIO(b"ef"))
    assert refused.value.received == 2
    assert Upload.objects.get(pk=upload.pk).received == 2


def test_a_file_that_the_disk_lost_after_its_last_piece_is_not_finished(dana: Person) -> None:
    upload = services.start_upload(person=dana, file_name="left.csv", size=6)
    upload = services.append(upload=upload, offset=0, length=6, stream=BytesIO(b"abcdef"))
    upload.path.unlink()
    with pytest.raises(services.NotWhole) as refused:
        services.finish_upload(upload=upload)
    assert refused.value.received == 0
    assert Upload.objects.get(pk=upload.pk).received == 0


def test_a_file_of_which_bytes_are_missing_is_not_finished(as_dana: Client) -> None:
    upload = announce(as_dana)
    put(as_dana, upload, 0, CONTENT[:5])
    status, said = finish(as_dana, upload)
    assert (status, said["received"]) == (409, 5)
    assert said["why"] == "Of left.csv, 5 of 13 bytes have arrived. Send the rest first."
    assert not Snapshot.objects.exists()


def test_finished_twice_it_is_the_same_snapshot(as_dana: Client) -> None:
    upload = announce(as_dana)
    put(as_dana, upload, 0, CONTENT)
    first, second = finish(as_dana, upload), finish(as_dana, upload)
    assert first == second
    assert Snapshot.objects.count() == 1
    assert as_dana.get(upload["address"]).json()["snapshot"] == first[1]["snapshot"]


def test_the_pieces_are_gone_once_the_snapshot_is_committed(
    as_dana: Client, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    upload = announce(as_dana)
    put(as_dana, upload, 0, CONTENT)
    with django_capture_on_commit_callbacks(execute=True):
        finish(as_dana, upload)
    assert on_disk(settings) == []


def test_a_cancelled_upload_is_gone_with_its_bytes(
    as_dana: Client, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    upload = announce(as_dana)
    put(as_dana, upload, 0, CONTENT[:5])
    with django_capture_on_commit_callbacks(execute=True):
        assert as_dana.delete(upload["address"]).status_code == 204
    assert on_disk(settings) == []
    assert as_dana.get(upload["address"]).status_code == 404
    assert as_dana.put(f"{upload['address']}?offset=5", b"x").status_code == 404


def test_a_piece_that_comes_after_cancelling_is_not_kept(dana: Person, settings: Settings) -> None:
    class Cancelling(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            Upload.objects.all().delete()
            return super().read(size)

    upload = services.start_upload(person=dana, file_name="left.csv", size=5)
    with pytest.raises(Upload.DoesNotExist):
        services.append(upload=upload, offset=0, length=5, stream=Cancelling(b"abcde"))
    assert on_disk(settings) == []


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_somebody_elses_upload_is_not_there(as_dana: Client, method: str) -> None:
    upload = announce(as_dana)
    other = signed_in(build.person(email="eve@example.com", role=Role.LEAD))
    assert getattr(other, method)(f"{upload['address']}?offset=0").status_code == 404
    assert other.post(upload["finish"]).status_code == 404
    assert as_dana.get(upload["address"]).json()["received"] == 0


def test_an_unknown_upload_is_not_there(as_dana: Client) -> None:
    assert as_dana.get(f"/uploads/{uuid4()}/").status_code == 404


def test_who_leads_no_team_may_not_upload_and_is_told_why() -> None:
    response = signed_in(build.person()).post("/uploads/", {"file_name": "left.csv", "size": 5})
    assert response.status_code == 403
    assert response.json()["why"].startswith("Exports are uploaded by people who lead a team.")


def test_who_is_named_as_the_lead_of_a_team_may_upload() -> None:
    person = build.person()
    build.team(lead=person)
    assert announce(signed_in(person))["received"] == 0


def test_too_large_a_file_is_refused_before_it_is_sent(as_dana: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 2_000_000_000
    response = as_dana.post("/uploads/", {"file_name": "left.csv", "size": 3_000_000_000})
    assert response.status_code == 413
    assert response.json()["why"] == (
        "left.csv has 3.0 GB; the most that is taken is 2.0 GB. Split the export, or send it packed as .gz or .zip."
    )
    assert not Upload.objects.exists()


def test_what_the_disk_has_no_room_for_is_refused_before_it_is_sent(as_dana: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 10**18
    response = as_dana.post("/uploads/", {"file_name": "left.csv", "size": 10**17})
    assert response.status_code == 507
    assert response.json()["why"] == "There is no room on the server for left.csv. Tell your administrator."


@pytest.mark.parametrize("size", ["0", "-5", "", "many", "1.5", "1" * 40, "٣"])
def test_a_size_that_is_none_is_refused_in_a_sentence(as_dana: Client, size: str) -> None:
    response = as_dana.post("/uploads/", {"file_name": "left.csv", "size": size})
    assert response.status_code == 400
    assert response.json()["why"].endswith(".")


@pytest.mark.parametrize("offset", ["-1", "", "five", "1e3", "9" * 40])
def test_an_offset_that_is_none_is_refused_in_a_sentence(as_dana: Client, offset: str) -> None:
    status, said = put(as_dana, announce(as_dana), offset, b"abc")
    assert (status, said["why"]) == (400, "Say at which byte the piece begins.")


def test_a_piece_beyond_the_announced_size_is_refused(as_dana: Client) -> None:
    upload = announce(as_dana, size=5)
    status, said = put(as_dana, upload, 0, b"abcdef")
    assert (status, said["why"]) == (400, "left.csv was announced with 5 bytes; this piece goes beyond.")
    assert as_dana.get(upload["address"]).json()["received"] == 0


def test_an_empty_piece_is_refused(as_dana: Client) -> None:
    status, said = put(as_dana, announce(as_dana), 0, b"")
    assert (status, said["why"]) == (400, "This piece holds no bytes. Send the file from where it stands.")


def test_a_piece_without_the_token_is_refused(dana: Person) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(dana)
    upload = services.start_upload(person=dana, file_name="left.csv", size=5)
    assert browser.put(f"/uploads/{upload.pk}/?offset=0", b"abc").status_code == 403


def test_uploads_nobody_goes_on_with_are_cleared_after_a_day(
    dana: Person, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    old = services.start_upload(person=dana, file_name="old.csv", size=5)
    services.append(upload=old, offset=0, length=3, stream=BytesIO(b"abc"))
    new = services.start_upload(person=dana, file_name="new.csv", size=5)
    services.append(upload=new, offset=0, length=3, stream=BytesIO(b"abc"))
    Upload.objects.filter(pk=old.pk).update(touched_at=timezone.now() - timedelta(hours=24, minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.clear_uploads(untouched_for_hours=24)
    assert [upload.pk for upload in Upload.objects.all()] == [new.pk]
    assert on_disk(settings) == [new.path]


def test_files_that_no_row_knows_are_cleared_after_a_day_and_all_others_stay(settings: Settings) -> None:
    root = Path(settings.MEDIA_ROOT)
    kept, forgotten = build.received(), build.received(content=b"cancelled while it was checked")
    forgotten.delete()
    old = [root / "uploads" / uuid4().hex, root / "uploads" / "junk", root / "received" / ".half", forgotten.path]
    (root / "uploads").mkdir()
    for path in old[:3]:
        path.write_bytes(b"x")
    for path in (*old, kept.path):
        os.utime(path, (0, 0))
    recent = root / "uploads" / uuid4().hex
    recent.write_bytes(b"x")
    tasks.clear_uploads(untouched_for_hours=24)
    assert [path for path in old if path.exists()] == []
    assert kept.path.exists()
    assert recent.exists()


def test_the_nightly_clearing_is_on_the_clock() -> None:
    from reconcile.celery import app

    entries = {entry["task"]: entry for entry in app.conf.beat_schedule.values()}
    assert entries["reconcile.exports.tasks.clear_uploads"]["kwargs"] == {"untouched_for_hours": 24}


def test_no_upload_handler_keeps_a_file_in_memory(settings: Settings) -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]


def test_hostile_file_names_come_back_as_data(as_dana: Client) -> None:
    name = '"; DROP TABLE snapshot; --\r\nX: y<b>.csv'
    upload = announce(as_dana, name=name)
    put(as_dana, upload, 0, CONTENT)
    arrived = finish(as_dana, upload)[1]
    assert json.dumps(arrived["file_name"]) == '"\\"; DROP TABLE snapshot; --\\ufffd\\ufffdX: y<b>.csv"'


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_tabs_that_send_the_same_place_at_the_same_moment_never_mix(dana: Person) -> None:
    upload = services.start_upload(person=dana, file_name="left.csv", size=400_000)
    taken: list[bytes] = []

    def send(letter: bytes) -> None:
        try:
            services.append(upload=upload, offset=0, length=400_000, stream=BytesIO(letter * 400_000))
            taken.append(letter)
        except services.WrongOffset:
            pass
        finally:
            connection.close()

    tabs = [threading.Thread(target=send, args=(letter,)) for letter in (b"a", b"b", b"c", b"d")]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(60)
    assert len(taken) == 1
    assert upload.path.read_bytes() == taken[0] * 400_000


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_finished_from_two_tabs_at_the_same_moment_it_is_one_snapshot(dana: Person) -> None:
    upload = services.start_upload(person=dana, file_name="left.csv", size=13)
    upload = services.append(upload=upload, offset=0, length=13, stream=BytesIO(CONTENT))
    finished: list[int] = []

    def finish_it() -> None:
        try:
            finished.append(services.finish_upload(upload=Upload.objects.get(pk=upload.pk)).pk)
        finally:
            connection.close()

    tabs = [threading.Thread(target=finish_it) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(60)
    assert finished == [Snapshot.objects.get().pk] * 4
    assert Snapshot.objects.get().path.read_bytes() == CONTENT
    assert not upload.path.exists()
