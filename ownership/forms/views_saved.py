"""Naming a view of a list, choosing its columns."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.utils.http import url_has_allowed_host_and_scheme

from ownership.models import SavedView

LISTING = SavedView._meta.get_field("listing").max_length  # noqa: SLF001 - Django's public _meta
NAME = SavedView._meta.get_field("name").max_length  # noqa: SLF001
QUERY = SavedView._meta.get_field("query").max_length  # noqa: SLF001
MOST_COLUMNS = 20
LONGEST_COLUMN = 40


class BackForm(forms.Form):
    """The page to go back to: one of ours."""

    back = forms.CharField(max_length=4_000)

    def clean_back(self) -> str:
        """Nobody is sent to another site."""
        back: str = self.cleaned_data["back"]
        if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            message = "That is no page of Reconcile."
            raise forms.ValidationError(message)
        return back

    @property
    def path(self) -> str:
        """The page to go back to, without what its address asks for."""
        return str(urlsplit(self.cleaned_data["back"]).path)

    @property
    def sentence(self) -> str:
        """What is wrong with it, first thing first."""
        return next((str(error) for errors in self.errors.values() for error in errors), "")


class ViewForm(BackForm):
    """A view of a list: its name, the query of its address, whether others get it too."""

    listing = forms.SlugField(max_length=LISTING)
    name = forms.CharField(
        max_length=NAME,
        error_messages={
            "required": "A view needs a name.",
            "max_length": f"The name of a view has at most {NAME} characters.",
        },
    )
    query = forms.CharField(
        max_length=QUERY,
        required=False,
        error_messages={"max_length": "This view narrows the list by more than can be kept."},
    )
    shared = forms.BooleanField(required=False)


class ColumnsForm(BackForm):
    """The columns of a list somebody wants to see; names no column can have are left out."""

    listing = forms.SlugField(max_length=LISTING)
    columns = forms.Field(required=False, widget=forms.SelectMultiple)

    def clean_columns(self) -> list[str]:
        """Return the names, at most as many as a list can have."""
        given: list[str] = self.cleaned_data["columns"] or []
        return [name for name in given if name.isidentifier() and len(name) <= LONGEST_COLUMN][:MOST_COLUMNS]
