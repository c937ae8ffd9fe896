"""What the editor shows of a map: a row for each form, with what was typed into the one that was not kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from boundaries import reading_steps
from boundaries.cases import cases_of
from boundaries.definitions import STANDARD_CASES, Carried, Case, Handoff, Map, Step
from boundaries.forms.about import CONFIRM_WORDS, about_texts
from boundaries.forms.editing import EditForm, Texts
from boundaries.forms.handoffs import CASE_WORDS, HOW_WORDS, case_texts, field_texts, handoff_texts
from boundaries.forms.steps import TOUCH_WORDS, step_texts
from boundaries.queries.offered import Names, Uses

EMPTY_FIELD = {"field": "", "how": "", "before": "", "after": "", "note": ""}
EMPTY_CASE = case_texts(Case(""))


@dataclass(frozen=True, slots=True)
class Differing:
    """A box into which two people wrote different things."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A form that was not kept: why, in sentences by box ("" for all of it), and what somebody else wrote meanwhile.

    ``texts`` are what its boxes show. ``by`` is who changed the same, empty if nobody did.
    """

    form: EditForm | None
    sentences: tuple[tuple[str, str], ...]
    texts: Texts = field(default_factory=dict)
    by: str = ""
    differing: tuple[Differing, ...] = ()

    @property
    def row(self) -> str:
        """Which form it is, "-" for none on the page."""
        return self.form.row if self.form else "-"

    @property
    def written(self) -> tuple[tuple[str, str], ...]:
        """What was typed, by the labels of the boxes: for where the form is not on the page any more."""
        boxes = self.form.fields if self.form else {}
        return tuple((str(boxes[box].label), text) for box, text in self.texts.items() if text.strip() and box in boxes)


@dataclass(frozen=True, slots=True)
class Row:
    """A form as it is shown: ``id`` begins the ids of its boxes, ``texts`` stand in them."""

    id: str
    texts: Texts
    attempt: Attempt | None = None
    complaints: tuple[str, ...] = ()

    @property
    def wrong(self) -> tuple[str, ...]:
        """The boxes with something that cannot be kept."""
        return tuple(box for box, _ in self.attempt.sentences) if self.attempt else ()


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A carried field; ``index`` None for the row in which one more is written."""

    row: Row
    index: int | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """An awkward case; ``index`` None for one that nobody has written of yet."""

    row: Row
    index: int | None
    kind: str
    decided: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """What is folded of a hand-off. ``owner``: the team that owns it where nobody is named for it alone."""

    owned: Row
    owner: str
    fields: tuple[FieldRow, ...]
    new_field: Row
    renames: tuple[tuple[Carried, Texts], ...]
    cases: tuple[CaseRow, ...]
    new_case: Row


@dataclass(frozen=True, slots=True)
class HandoffRow:
    """A hand-off below the step it leads away from. ``next``: it leads to the following step.

    ``inside`` is None while it is closed: most of a long map are, and what is folded is most of a hand-off.
    """

    handoff: Handoff
    row: Row
    to_number: int
    next: bool
    asked: int
    undecided: int
    renames: int
    inside: Inside | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step with the hand-offs that lead away from it; ``up`` and ``down``: before which step a move puts it."""

    step: Step
    number: int
    row: Row
    add: Row
    move: Row
    remove: Row
    hand_over: Row
    up: str
    down: str
    is_last: bool
    handoffs: tuple[HandoffRow, ...]


class Rows:
    """The rows of a map, with ``attempt`` in the one it belongs to.

    ``opened`` are the places of the hand-offs that are shown whole, such as "handoff mail create"; places that are none
    are nothing. The one that ``attempt`` belongs to is among them: what was typed is never out of sight.
    """

    def __init__(
        self, said: Map, names: Names, uses: Uses, attempt: Attempt | None = None, opened: Collection[str] = ()
    ) -> None:
        self.said, self.names, self.uses, self.attempt = said, names, uses, attempt
        self.opened = frozenset(opened) | ({attempt.form.inside} if attempt and attempt.form else set())
        self._shown: set[str] = set()

    def context(self) -> dict[str, Any]:
        """Return what the templates of the editor show, but for the picture and the notes."""
        steps = [self._step(number, one) for number, one in enumerate(self.said.steps, start=1)]
        about = self._row("about", "about", about_texts(self.said))
        confirm = self._row("confirm", "confirm", {})
        return {
            "steps": steps,
            "about": about,
            "confirm": confirm,
            "confirmed": [(one, words, one in self.said.confirmed) for one, words in CONFIRM_WORDS.items()],
            "add": self._row("add_step", "add-step", {"does": ""}),
            "others": len(steps) > 1,
            "names": self.names,
            "touches": TOUCH_WORDS.items(),
            "hows": HOW_WORDS.items(),
            "about_open": bool(about.attempt or confirm.attempt),
            # Last: what belongs to no form that is shown stands above all of them.
            "unplaced": self.attempt if self.attempt and self.attempt.row not in self._shown else None,
        }

    def _complaints(self, one: Step) -> tuple[str, ...]:
        return reading_steps.read(one.does, teams=self.names.teams, systems=self.names.systems).complaints

    def _row(self, name: str, prefix: str, texts: Texts, complaints: Iterable[str] = ()) -> Row:
        self._shown.add(name)
        if self.attempt is None or self.attempt.row != name:
            return Row(prefix, texts, complaints=tuple(complaints))
        return Row(prefix, texts | self.attempt.texts, self.attempt, tuple(complaints))

    def _step(self, number: int, one: Step) -> StepRow:
        steps = self.said.steps
        following = steps[number].id if number < len(steps) else ""
        handoffs = sorted(self.said.out_of(one.id), key=lambda handoff: handoff.target != following)
        return StepRow(
            step=one,
            number=number,
            row=self._row(f"step {one.id}", f"step-{one.id}", step_texts(one), self._complaints(one)),
            add=self._row(f"add_step {one.id}", f"add-step-{one.id}", {"does": ""}),
            move=self._row(f"move {one.id}", f"move-{one.id}", {}),
            remove=self._row(f"remove {one.id}", f"remove-{one.id}", {}),
            hand_over=self._row(f"add_handoff {one.id}", f"add-handoff-{one.id}", {"target": ""}),
            up=steps[number - 2].id if number > 1 else "",
            down=steps[number + 1].id if number + 1 < len(steps) else "",
            is_last=not following,
            handoffs=tuple(self._handoff(handoff, is_next=handoff.target == following) for handoff in handoffs),
        )

    def _handoff(self, one: Handoff, *, is_next: bool) -> HandoffRow:
        ends, id_ends = " ".join(one.ends), "--".join(one.ends)
        cases, renames = cases_of(self.said, one), self.uses.renames(self.said, one.ends)
        return HandoffRow(
            handoff=one,
            row=self._row(f"handoff {ends}", f"handoff-{id_ends}", handoff_texts(one)),
            to_number=self.said.number(one.target),
            next=is_next,
            asked=len(cases),
            undecided=sum(not case.decided for case in cases),
            renames=len(renames),
            inside=self._inside(one, cases, renames) if f"handoff {ends}" in self.opened else None,
        )

    def _inside(self, one: Handoff, cases: Iterable[Case], renames: Iterable[Carried]) -> Inside:
        ends, id_ends = " ".join(one.ends), "--".join(one.ends)
        return Inside(
            owned=self._row(f"owner {ends}", f"handoff-{id_ends}", handoff_texts(one)),
            owner=self.said.owner_of(replace(one, owner="")),
            fields=tuple(
                FieldRow(self._row(f"field {ends} {at}", f"field-{id_ends}-{at}", field_texts(carried)), at)
                for at, carried in enumerate(one.fields)
            ),
            new_field=self._row(f"field {ends} new", f"field-{id_ends}-new", EMPTY_FIELD),
            renames=tuple((carried, field_texts(carried)) for carried in renames),
            cases=tuple(self._case(one, at, case) for at, case in enumerate(cases)),
            new_case=self._row(f"case {ends} other", f"case-{id_ends}-new", EMPTY_CASE),
        )

    def _case(self, handoff: Handoff, at: int, case: Case) -> CaseRow:
        ends, id_ends = " ".join(handoff.ends), "--".join(handoff.ends)
        written = at < len(handoff.cases)
        # A standard case keeps its id when it is written down: who types in it goes on typing.
        standard = case.kind in STANDARD_CASES and [one.kind for one in handoff.cases].count(case.kind) <= 1
        prefix = f"case-{id_ends}-{case.kind if standard else at}"
        name = f"case {ends} {case.kind if standard else at}"
        return CaseRow(
            self._row(name, prefix, case_texts(case)), at if written else None, CASE_WORDS[case.kind], case.decided
        )
