"""How an export is to be read, where somebody knows better."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from reconcile import engine
from reconcile.exports.models import Snapshot

RECOGNISE = ("", "recognise it")
ENCODINGS = (
    RECOGNISE,
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("cp1252", "Windows-1252: Western European"),
    ("iso-8859-15", "ISO-8859-15: Western European with the euro sign"),
    ("cp1250", "Windows-1250: Central European"),
    ("cp1251", "Windows-1251: Cyrillic"),
    ("cp1253", "Windows-1253: Greek"),
    ("cp1254", "Windows-1254: Turkish"),
    ("cp1257", "Windows-1257: Baltic"),
    ("mac_roman", "Mac Roman"),
    ("cp850", "DOS 850"),
    ("koi8_r", "KOI8-R: Cyrillic"),
    ("gb18030", "GB 18030: Chinese"),
    ("big5", "Big5: Chinese"),
    ("cp932", "Shift JIS: Japanese"),
    ("euc_jp", "EUC-JP: Japanese"),
    ("cp949", "EUC-KR: Korean"),
)
DELIMITERS = (
    RECOGNISE,
    (",", "comma ,"),
    (";", "semicolon ;"),
    ("tab", "tab"),
    ("|", "vertical bar |"),
    (":", "colon :"),
    ("^", "caret ^"),
    ("~", "tilde ~"),
)
HEADERS = (RECOGNISE, ("yes", "the first line has the names"), ("no", "there are no names"))


class ReadAgainForm(forms.Form):
    """Encoding, delimiter, header and sheet; what is left open is recognised."""

    encoding = forms.ChoiceField(choices=ENCODINGS, required=False)
    delimiter = forms.ChoiceField(choices=DELIMITERS, required=False)
    header = forms.ChoiceField(choices=HEADERS, required=False, label="Column names")
    sheet = forms.CharField(
        max_length=200, required=False, strip=False, help_text="Of a spreadsheet: which one. Empty: the first."
    )

    def __init__(self, said: QueryDict | None = None, *, snapshot: Snapshot) -> None:
        super().__init__(said, auto_id=f"snapshot-{snapshot.pk}-%s", initial=_initial(snapshot))
        for field in self.fields.values():
            # The fields may stand inside another form: they belong to this one, or to none.
            field.widget.attrs["form"] = f"read-again-{snapshot.pk}"

    def options(self) -> engine.ReadOptions:
        """What was said. Only of a form that is valid."""
        said = self.cleaned_data
        return engine.ReadOptions(
            encoding=said["encoding"] or None,
            delimiter={"tab": "\t"}.get(said["delimiter"], said["delimiter"]) or None,
            header={"yes": True, "no": False}.get(said["header"]),
            sheet=said["sheet"] or None,
        )


def _initial(snapshot: Snapshot) -> dict[str, str]:
    options = snapshot.options
    return {
        "encoding": options.get("encoding", ""),
        "delimiter": {"\t": "tab"}.get(options.get("delimiter", ""), options.get("delimiter", "")),
        "header": {True: "yes", False: "no"}.get(options.get("header"), ""),
        "sheet": options.get("sheet", ""),
    }
