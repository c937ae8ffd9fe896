"""Adding, saying, moving and removing a step."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from boundaries import operations, reading_steps
from boundaries.definitions import Map, Step
from boundaries.forms.editing import LONGEST_NAME, LONGEST_TEAM, EditForm, Texts, choice, figure, key, number_text, text
from boundaries.models.maps import FIELD_CHARACTERS, Touch

TOUCH_WORDS = {"": "not by hand", **dict(Touch.choices)}
SENTENCE = "A step is one sentence: who does what, where."
MOST_CHANGED = 100
GUESSED = ("team", "system", "touch")


def step_texts(one: Step) -> Texts:
    """Return what the form of a step shows."""
    return {
        "does": one.does,
        "team": one.team,
        "system": one.system,
        "touch": one.touch,
        "minutes": number_text(one.minutes),
        "times_per_week": number_text(one.times_per_week),
        "changes": ", ".join(one.changes),
    }


class AboutOneStep(EditForm):
    """A form about a step that is there."""

    step = key("Step")

    @property
    def place(self) -> str:
        return f"step {self.given('step')}"


class AddStepForm(EditForm):
    """A new step, of which the sentence is enough: team, system and touch are read out of it."""

    said = ("does",)

    does = text("Step")
    after = text("After")

    @property
    def place(self) -> str:
        return f"step {self.made}" if hasattr(self, "made") else ""

    @property
    def row(self) -> str:
        return f"add_step {self.given('after')}".strip()

    @property
    def boxes(self) -> str:
        return f"add-step-{self.given('after')}".strip("-")

    def clean_does(self) -> str:
        if not self.cleaned_data["does"].strip():
            message = f"{SENTENCE} For example: Finance creates the customer in Billing."
            raise ValidationError(message)
        return str(self.cleaned_data["does"])

    def change(self, said: Map) -> Map:
        does = self.cleaned_data["does"]
        read = reading_steps.read(does, teams=self.teams, systems=self.systems)
        self.made = operations.step_id(said, does, taken=self.taken)
        new = Step(self.made, does, team=read.team, system=read.system, touch=read.touch)
        return operations.add_step(said, new, after=self.cleaned_data["after"])


class StepForm(AboutOneStep):
    """What is said of a step."""

    said = ("does", "team", "system", "touch", "minutes", "times_per_week", "changes")

    does = text("What happens")
    team = text("Team", LONGEST_TEAM)
    system = text("System", LONGEST_TEAM)
    touch = choice("By hand", TOUCH_WORDS)
    minutes = figure("Minutes each time")
    times_per_week = figure("Times a week")
    changes = text("Fields that may be changed here", 10 * LONGEST_NAME)

    @property
    def boxes(self) -> str:
        return f"step-{self.given('step')}"

    def texts(self, said: Map) -> Texts:
        there = said.step(self.given("step"))
        return step_texts(there) if there else {}

    def clean_does(self) -> str:
        if "does" in self.data and not self.cleaned_data["does"].strip():
            raise ValidationError(SENTENCE)
        return str(self.cleaned_data["does"])

    def clean_changes(self) -> tuple[str, ...]:
        names = [" ".join(one.split()) for one in self.cleaned_data["changes"].split(",")]
        found: dict[str, str] = {}
        for one in filter(None, names):
            found.setdefault(one.casefold(), one)
        if len(found) > MOST_CHANGED:
            message = f"A step changes at most {MOST_CHANGED} fields."
            raise ValidationError(message)
        if any(len(one) > FIELD_CHARACTERS for one in found.values()):
            message = f"The name of a field has at most {FIELD_CHARACTERS} characters. Put commas between the names."
            raise ValidationError(message)
        return tuple(found.values())

    def change(self, said: Map) -> Map:
        values = self.posted(*self.said)
        there = said.step(self.cleaned_data["step"])
        if there is not None and values.get("does", there.does) != there.does:
            values |= self._guessed(there, values)
        return operations.change_step(said, self.cleaned_data["step"], **values)

    def _guessed(self, there: Step, values: dict[str, Any]) -> dict[str, str]:
        """What another sentence says, where nobody chose: it was empty, or what the sentence before said."""
        before, now = (
            reading_steps.read(one, teams=self.teams, systems=self.systems) for one in (there.does, values["does"])
        )
        costs = values.get("minutes", there.minutes), values.get("times_per_week", there.times_per_week)
        guessed = {}
        for name in GUESSED:
            was, old, new = getattr(there, name), getattr(before, name), getattr(now, name)
            untouched = values.get(name, was) == was and was.casefold() in ("", old.casefold())
            # What a sentence no longer says stays, but for a touch that nobody said more about.
            empties = name == "touch" and costs == (None, None)
            if untouched and old != new and (new or empties):
                guessed[name] = new
        return guessed


class MoveForm(AboutOneStep):
    """Putting a step somewhere else."""

    before = text("Before")

    @property
    def row(self) -> str:
        return f"move {self.given('step')}"

    def change(self, said: Map) -> Map:
        return operations.move_step(said, self.cleaned_data["step"], before=self.cleaned_data["before"])


class RemoveStepForm(AboutOneStep):
    """Taking a step away."""

    @property
    def row(self) -> str:
        return f"remove {self.given('step')}"

    def change(self, said: Map) -> Map:
        return operations.remove_step(said, self.cleaned_data["step"])
