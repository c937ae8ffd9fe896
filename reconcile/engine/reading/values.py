"""What single texts look like: numbers, dates. For samples, to recognise headers and to suggest; never to convert."""

from __future__ import annotations

import re

NUMBER = re.compile(r"\s*[+-]?(?:\d+|\d{1,3}(?:[,.' ]\d{3})+)(?:[.,]\d+)?(?:[eE][+-]?\d+)?\s*%?\s*")
DATE = re.compile(
    r"\s*(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2}|[AaPp][Mm])?)?\s*"
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def kind_of(text: str) -> str:
    """One of: empty, number, date, text."""
    if not text or text.isspace():
        return "empty"
    if NUMBER.fullmatch(text):
        return "number"
    return "date" if DATE.fullmatch(text) else "text"


def is_year(text: str) -> bool:
    """Whether a text is a year people put over a column."""
    return _YEAR.fullmatch(text.strip()) is not None
