"""Keeping views of a list under a name, and the columns somebody chose for it."""

from __future__ import annotations

from collections.abc import Sequence

from ownership.models import ChosenColumns, Person, SavedView
from ownership.queries.views_saved import MOST_VIEWS


class TooMany(Exception):
    """There is no room for another view."""

    def __init__(self) -> None:
        super().__init__(f"You keep {MOST_VIEWS} views of this list already. Remove one first.")


def save_view(*, person: Person, listing: str, name: str, query: str, shared: bool) -> SavedView:
    """Keep ``query`` (of an address, without its question mark) under ``name``; the same name again replaces it.

    Raises TooMany.
    """
    own = SavedView.objects.filter(person=person, listing=listing)
    if not own.filter(name=name).exists() and own.count() >= MOST_VIEWS:
        raise TooMany
    view, _ = SavedView.objects.update_or_create(
        person=person, listing=listing, name=name, defaults={"query": query, "shared": shared}
    )
    return view


def remove_view(view: SavedView) -> None:
    """Forget a saved view; what it showed stays."""
    view.delete()


def choose_columns(*, person: Person, listing: str, columns: Sequence[str]) -> None:
    """Remember which columns of a list ``person`` wants to see; none: those everybody begins with."""
    if not columns:
        ChosenColumns.objects.filter(person=person, listing=listing).delete()
        return
    ChosenColumns.objects.update_or_create(
        person=person, listing=listing, defaults={"columns": ",".join(dict.fromkeys(columns))}
    )
