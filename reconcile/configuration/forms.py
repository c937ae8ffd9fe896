"""What people say about a sheet, or a map, they bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from ownership import wording
from ownership.models import SheetImport
from reconcile.configuration import bringing_maps
from reconcile.configuration.sheet.targets import LEFT_OUT, Target, label_of

RECORD_CHARACTERS = 100


class BringForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label="Your sheet",
        help_text="CSV or XLSX, one row a field, up to 5,000 rows, 100 columns and 10 MB.",
        error_messages={
            "required": "Choose a file first.",
            "empty": "This file is empty. Save the sheet again and check that it has rows.",
            "missing": "Choose a file first.",
            "max_length": "The name of this file is too long. Rename it, and bring it again.",
        },
        allow_empty_file=False,
    )


class BringMapsForm(forms.Form):
    """A file of maps, or the same as text. Whichever it was, ``text`` has it once the form is valid."""

    file = forms.FileField(
        label="A file",
        help_text="YAML, as a map's download or dump writes it, up to 1 MB.",
        required=False,
        allow_empty_file=True,
        error_messages={"max_length": "The name of this file is too long. Rename it, and bring it again."},
    )
    text = forms.CharField(
        label="Or its text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "bring-text"}),
    )

    def clean_file(self) -> UploadedFile[Any] | None:
        """Raises ValidationError for a file that is too large to be read here."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > bringing_maps.LONGEST:
            message = f"This file has {wording.size(file.size)}; up to {wording.size(bringing_maps.LONGEST)} are taken."
            raise forms.ValidationError(message)
        return file

    def clean_text(self) -> str:
        """Raises ValidationError for a text that is too long to be read here."""
        text: str = self.cleaned_data["text"]
        if len(text) > bringing_maps.LONGEST:
            message = f"This has {len(text):,} characters; at most {bringing_maps.LONGEST:,} are taken."
            raise forms.ValidationError(message)
        return text

    def clean(self) -> None:
        """A file goes before the text. Raises ValidationError where there is neither, or the file is no text."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if file is not None:
            try:
                self.cleaned_data["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", "This file is not UTF-8. Save it as UTF-8, and bring it again.")
        elif not self.errors and not self.cleaned_data["text"].strip():
            self.add_error("text", "Choose a file, or paste its text here.")


class PairingForm(forms.Form):
    """Which of ours each column of a sheet is; what a record is called where only a system is named; what to add."""

    record = forms.CharField(
        max_length=RECORD_CHARACTERS,
        required=False,
        label="Where only a system is named, its record is called",
        help_text="Such as record. Left empty, those rows stay unclear.",
    )

    def __init__(self, said: QueryDict | None, *, sheet: SheetImport, choices: Sequence[Target]) -> None:
        columns = list(sheet.pairing.get("columns", ()))
        super().__init__(said, initial={"record": sheet.pairing.get("record", "")})
        known = {one.key: one.label for one in choices}
        # A column that names a system nobody has added yet stays to be chosen.
        known |= {key: label_of(key) for key in columns if key and key not in known}
        options = [(LEFT_OUT, "leave out"), *known.items()]
        self.columns = [f"column-{place}" for place in range(len(sheet.header))]
        for name, head, chosen in zip(self.columns, sheet.header, columns, strict=True):
            self.fields[name] = forms.ChoiceField(choices=options, required=False, label=head, initial=chosen)

    def chosen(self) -> list[str]:
        """The key of the target of each column. Only of a form that is valid."""
        return [str(self.cleaned_data[name]) for name in self.columns]
