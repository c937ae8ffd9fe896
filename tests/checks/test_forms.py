"""Plain controls and what they mean to the engine."""

import re
from typing import Any

import pytest
from django.http import QueryDict

from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.forms import ColumnsForm, ComparisonForm, WordsForm

COLUMNS = (("id", "name", "status"), ("No", "Name", "State", "Plan"))
NAME = ComparedField("name", "name", "Name")
COMPARING = Comparing(key=(("id", "No"),), fields=(NAME, ComparedField("status", "status", "State")))


def query(posted: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in posted.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize(
    ("compare", "controls", "argument"),
    [
        ("number", {"tolerance": "0,01", "tolerance_in": "absolute"}, "0.01"),
        ("number", {"tolerance": "5", "tolerance_in": "percent"}, "5%"),
        ("number", {"tolerance": "", "tolerance_in": "percent"}, ""),
        ("date", {"days": "2", "formats": ["%Y-%m-%d", "%d.%m.%Y"]}, "2,%Y-%m-%d|%d.%m.%Y"),
        ("date", {"days": "3"}, "3"),
        ("date", {"formats": ["%d/%m/%Y"]}, "%d/%m/%Y"),
        ("text", {"asked": "text", "ignore": ["case", "accents"]}, "case+accents"),
        ("exact", {"tolerance": "5"}, ""),
        ("boolean", {}, ""),
        ("auto", {}, ""),
    ],
)
def test_plain_controls_become_the_argument_the_engine_takes(
    compare: str, controls: dict[str, object], argument: str
) -> None:
    form = ComparisonForm(query({"compare": compare, **controls}))
    assert form.is_valid(), form.errors
    assert form.argument == argument
    field = ComparedField("f", "l", "r", compare, form.argument)
    Comparing(key=(("k", "k"),), fields=(field,)).spec()
    again = ComparisonForm.initial_of(field)
    assert again["compare"] == compare


@pytest.mark.parametrize("argument", ["0.01", "5%", ""])
def test_a_tolerance_is_shown_as_it_was_said(argument: str) -> None:
    shown = ComparisonForm.initial_of(ComparedField("f", "l", "r", "number", argument))
    assert f"{shown['tolerance']}{'%' if shown['tolerance_in'] == 'percent' else ''}" == argument


@pytest.mark.parametrize("argument", ["2,%d.%m.%Y", "2", "%d.%m.%Y|%Y%m%d", "", "%A %d"])
def test_days_and_formats_are_shown_as_they_were_said(argument: str) -> None:
    shown = ComparisonForm.initial_of(ComparedField("f", "l", "r", "date", argument))
    said = [str(shown["days"])] if shown["days"] else []
    said += ["|".join(shown["formats"])] if shown["formats"] else []
    assert ",".join(said) == argument


def test_a_format_that_no_list_has_stays() -> None:
    form = ComparisonForm(query({"compare": "date", "formats": "%A %d"}), kept=["%A %d"])
    assert form.is_valid()
    assert form.argument == "%A %d"


@pytest.mark.parametrize(
    ("compare", "controls", "sentence"),
    [
        ("number", {"tolerance": "a lot"}, "The tolerance is a number such as 0.01 or 5."),
        ("number", {"tolerance": "5000", "tolerance_in": "percent"}, "A tolerance in percent is at most 1,000"),
        ("number", {"tolerance": "1.2345", "tolerance_in": "percent"}, "with up to three decimals"),
        ("date", {"days": "-1"}, "Days are a whole number from 0 to 9,999."),
        ("date", {"days": "soon"}, "Days are a whole number from 0 to 9,999."),
        ("text", {"asked": "text"}, "Tick at least one, or compare exactly."),
        ("roughly", {}, "roughly is not one of the available choices"),
    ],
)
def test_a_control_that_makes_no_sense_is_said(compare: str, controls: dict[str, object], sentence: str) -> None:
    form = ComparisonForm(query({"compare": compare, **controls}))
    assert not form.is_valid()
    assert re.search(re.escape(sentence), str(form.errors))


def test_words_come_from_lines_and_from_a_spreadsheet() -> None:
    form = WordsForm(query({"word_left": ["a", "", "b"], "word_right": ["A", "", "B"], "pasted": "c\tC\r\nd = D\n\n"}))
    assert form.is_valid()
    assert form.cleaned_data["mapping"] == (("a", "A"), ("b", "B"), ("c", "C"), ("d", "D"))


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"pasted": "a\tb\tc"}, "Line 1 of what was pasted does not have two columns."),
        ({"pasted": "a"}, "Line 1 of what was pasted does not have two columns."),
        ({"word_left": ["a", "a"], "word_right": ["b", "c"]}, "stands against two words"),
        ({"pasted": "\n".join(f"{n}\t{n}" for n in range(5001))}, "holds at most 5,000 lines; this one has 5,001."),
    ],
)
def test_a_table_of_words_that_makes_no_sense_is_said(posted: dict[str, object], sentence: str) -> None:
    form = WordsForm(query(posted))
    assert not form.is_valid()
    assert sentence in str(form.errors)


@pytest.mark.parametrize(
    ("name", "left", "right", "sentence"),
    [
        ("", "name", "Plan", "This field is required."),
        ("status", "name", "Plan", "Another field has this name."),
        ("x", "status", "Plan", "This column is compared already, as status."),
        ("x", "name", "State", "This column is compared already, as status."),
        ("x", "id", "Plan", "This column is part of the key"),
        ("x", "nowhere", "Plan", "The left export has no such column."),
        ("x", "name", "", "Choose a column of the right export."),
        ("x" * 201, "name", "Plan", "at most 200 characters"),
    ],
)
def test_columns_that_are_taken_or_missing_are_said(name: str, left: str, right: str, sentence: str) -> None:
    posted = query({"name": name, "left": left, "right": right})
    form = ColumnsForm(posted, columns=COLUMNS, comparing=COMPARING, field=NAME)
    assert not form.is_valid()
    assert sentence in str(form.errors)


def test_a_field_may_keep_its_own_name_and_columns() -> None:
    posted = query({"name": "name", "left": "name", "right": "Plan"})
    assert ColumnsForm(posted, columns=COLUMNS, comparing=COMPARING, field=NAME).is_valid()
