"""Which manual touch a sentence sounds like: a guess people can correct."""

from __future__ import annotations

import re
from collections.abc import Sequence

from boundaries.reading_steps.vocabulary import THIRD_PERSON

_VERBS = {
    "export": "export",
    "download": "export",
    "upload": "upload",
    "import": "upload",
    "copy": "paste",
    "paste": "paste",
    "retype": "paste",
    "transcribe": "paste",
    "mail": "inbox",
    "email": "inbox",
    "e-mail": "inbox",
    "forward": "inbox",
    "message": "chat",
    "ping": "chat",
    "correct": "edit",
    "fix": "edit",
    "edit": "edit",
    "override": "edit",
    "overwrite": "edit",
    "patch": "edit",
}
_SPOKEN = {"re-types": "retype", "rekeys": "retype", "re-keys": "retype", "re-enters": "retype"}

# In the order in which they tell more than the next: a spreadsheet that is mailed is mailed.
_WORDS = (
    ("inbox", r"(?:sends?|replies|reply|answers?|writes?|gets?|receives?)\b[^.]*\be-?mails?\b(?! address)"),
    ("spreadsheet", r"spreadsheets?|excel|google sheets?|worksheets?|workbooks?|pivot tables?"),
    ("spreadsheet", r"(?:a|an|the|their|our|shared|tracking) sheet"),
    ("chat", r"slack|whatsapp|teams (?:chat|message|channel|thread)|(?:in|on|via) teams|chats?|chat threads?"),
    ("chat", r"(?:a|direct|text) messages?"),
    (
        "inbox",
        r"in-?box(?:es)?|mailbox(?:es)?|outlook|gmail|(?:by|via|in|per|an|the) e-?mails?(?! address)|e-?mail thread",
    ),
    ("export", r"(?:pulls?|runs?|takes?) (?:an?|the) (?:\w+ )?(?:export|report|extract)|saves?\b[^.]*\bas csv"),
    ("upload", r"loads? (?:an?|the) (?:\w+ )?(?:file|csv)|csv uploads?"),
    ("paste", r"copy(?:-| and )paste"),
    ("edit", r"by hand|manually"),
)
_PATTERNS = tuple((touch, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)) for touch, words in _WORDS)


def touch_of(text: str, words: Sequence[str], verb: int | None) -> str:
    """Return the touch a sentence sounds like, empty for normal work.

    ``words`` are its words in lower case and ``verb`` the place of its verb among them.
    """
    by_word = next((touch for touch, pattern in _PATTERNS if pattern.search(text)), "")
    for number, word in enumerate(words):
        touch = _VERBS.get(_SPOKEN.get(word) or THIRD_PERSON.get(word, word), "")
        if touch and _is_done(words, number, verb):
            # Mending a record inside of a spreadsheet is cleaning up the spreadsheet.
            return "spreadsheet" if touch == "edit" and by_word == "spreadsheet" else touch
    return by_word


def _is_done(words: Sequence[str], number: int, verb: int | None) -> bool:
    """Whether a word stands where a verb does: the main one, or one joined to it. "Two copies" are no copying."""
    return number == verb or (verb is not None and number > verb and words[number - 1] in {"and", "or", "then"})
