"""Which mismatch is in which pattern: written in bulk, only what changed, in constant memory."""

import tracemalloc
from pathlib import Path
from uuid import uuid4

import pytest

from reconcile import engine
from reconcile.checks.models import Check, Mismatch
from reconcile.patterns.models import Membership, Pattern
from reconcile.patterns.services import members
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def check() -> Check:
    return build.check()


@pytest.fixture
def patterns(check: Check) -> dict[str, int]:
    """Return two patterns, a and b, by label."""
    made = [Pattern.objects.create(check_compared=check, label=label, cause="timing", kind="differs") for label in "ab"]
    return {one.label: one.pk for one in made}


def mismatches(check: Check, count: int) -> list[str]:
    """Return the identities of so many new mismatches, which nobody compared."""
    identities = [uuid4() for _ in range(count)]
    Mismatch.objects.bulk_create(
        Mismatch(
            check_compared=check, identity=one, kind="differs", key=str(one), field="a", first_number=1, opened_number=1
        )
        for one in identities
    )
    return [one.hex for one in identities]


def causes(path: Path, labels: dict[str, str]) -> Path:
    """Return a file with what of a causes file memberships are made of."""
    engine.write_rows(labels.items(), path, ("identity", "label"))
    return path


def stored() -> dict[str, str]:
    rows = Membership.objects.values_list("mismatch__identity", "pattern__label")
    return {identity.hex: label for identity, label in rows if identity}


def test_the_first_time_all_are_written(check: Check, patterns: dict[str, int], tmp_path: Path) -> None:
    one, two, three = mismatches(check, 3)
    said = {one: "a", two: "b", three: "a"}

    assert members.write(check.pk, causes(tmp_path / "now.parquet", said), None, patterns) == 3

    assert stored() == said


def test_what_stays_where_it_was_is_not_staged(check: Check, patterns: dict[str, int], tmp_path: Path) -> None:
    same, moved, gone, new = mismatches(check, 4)
    before = causes(tmp_path / "before.parquet", {same: "a", moved: "a", gone: "b"})
    now = causes(tmp_path / "now.parquet", {same: "a", moved: "b", new: "b"})
    members.write(check.pk, before, None, patterns)

    assert members.write(check.pk, now, before, patterns) == 3
    assert stored() == {same: "a", moved: "b", new: "b"}
    assert members.write(check.pk, now, now, patterns) == 0
    assert stored() == {same: "a", moved: "b", new: "b"}


def test_without_a_file_to_go_by_all_are_written_anew(check: Check, patterns: dict[str, int], tmp_path: Path) -> None:
    one, two = mismatches(check, 2)
    members.write(check.pk, causes(tmp_path / "before.parquet", {one: "a", two: "a"}), None, patterns)
    Membership.objects.create(mismatch_id=10_000_000, pattern_id=patterns["b"])

    members.write(check.pk, causes(tmp_path / "now.parquet", {two: "b"}), None, patterns)

    assert stored() == {two: "b"}
    assert Membership.objects.count() == 1


def test_other_checks_keep_theirs(check: Check, patterns: dict[str, int], tmp_path: Path) -> None:
    other = build.check(name="Orders")
    pattern = Pattern.objects.create(check_compared=other, label="a", cause="timing", kind="differs")
    (theirs,), (ours,) = mismatches(other, 1), mismatches(check, 1)
    members.write(other.pk, causes(tmp_path / "theirs.parquet", {theirs: "a"}), None, {"a": pattern.pk})

    members.write(check.pk, causes(tmp_path / "ours.parquet", {ours: "b"}), None, patterns)
    assert stored() == {theirs: "a", ours: "b"}

    members.write(check.pk, None, None, {})
    assert stored() == {theirs: "a"}


def test_memory_does_not_grow_with_the_number_of_mismatches(
    check: Check, patterns: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "BATCH", 500)
    peaks = []
    for count in (2_000, 20_000):
        labels = {uuid4().hex: "a" for _ in range(count)}
        now = causes(tmp_path / f"{count}.parquet", labels)
        tracemalloc.start()
        assert members.write(check.pk, now, None, patterns) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < 1.5 * peaks[0]
