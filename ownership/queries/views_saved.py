"""What a person keeps of a list: views with a name, and the columns they chose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from ownership.models import ChosenColumns, Person, SavedView
from ownership.parts import Choice

MOST_VIEWS = 50


@dataclass(frozen=True)
class Remembered:
    """What ``person`` keeps of the list called ``listing``: hand it to `Listing` to switch both on there."""

    person: Person
    listing: str

    @cached_property
    def columns(self) -> list[str]:
        """The columns chosen, none if nothing was chosen yet. One query."""
        chosen = ChosenColumns.objects.filter(person=self.person, listing=self.listing).first()
        return chosen.columns.split(",") if chosen else []

    @cached_property
    def views(self) -> list[SavedView]:
        """Own views and those others share, own ones first. One query."""
        views = visible_views(self.person).filter(listing=self.listing).select_related("person")[: 2 * MOST_VIEWS]
        return sorted(views, key=lambda view: (view.person_id != self.person.pk, view.name.casefold(), view.pk))

    def choices(self, here: str) -> list[Choice]:
        """Return the views as links; ``here`` is the address of the list as it is now.

        ``hint`` says whose a view is where it is another's, ``key`` is there for one's own.
        """
        return [
            Choice(
                view.name,
                f"?{view.query}",
                active=f"?{view.query}" == here,
                hint="" if view.person_id == self.person.pk else view.person.name,
                key=str(view.pk) if view.person_id == self.person.pk else "",
            )
            for view in self.views
        ]


def visible_views(person: Person) -> QuerySet[SavedView]:
    """Return the saved views ``person`` may use: their own and those that are shared."""
    return SavedView.objects.filter(Q(person=person) | Q(shared=True))
