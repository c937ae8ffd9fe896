"""Where the verb of a sentence stands, who comes before it, and whether one can tell at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from boundaries.reading_steps import vocabulary as known

_WORD = re.compile(r"[^\W_](?:[\w/&]|['\N{RIGHT SINGLE QUOTATION MARK}-](?=\w))*")
_TIMES = re.compile(
    r"(?:(?:every|each|on|at|in|by|then|daily|once an?|twice an?) ?)+(?:the |last |first |second |other )*"
    r"(?:\w*days?|mornings?|afternoons?|evenings?|nights?|noon|midday|weeks?|weekends?|months?|quarters?|years?|hours?|end)?"
    r"(?: (?:morning|afternoon|evening|night))? ",
    re.IGNORECASE,
)
# Ends of words that name what is done.
_NAMING = ("tion", "tions", "ment", "ments", "ing")
_MANY = frozenset(
    {"people", "staff", "team", "and", "or", "we", "they", "you", "i", "also", "then", "always", "usually"}
)
_MODALS = known.HELPING - known.BEING - known.DONE
# Of what is written in other languages some words are English by chance.
_MOST_ENGLISH = 0.6


@dataclass(frozen=True, slots=True)
class Parsed:
    """A sentence in one line, its words in lower case, and what was understood of their order.

    ``verb`` is the place of the verb, None where no word can be one; ``subject`` the who before it, ``agent`` the who
    that "by" names in the passive. ``is_order``: it begins with its verb. ``is_passive``: it tells what happens and not
    who does it. ``is_told_after``: it begins with a when or an if, behind which who and verb cannot be told for sure.
    """

    text: str
    words: tuple[str, ...]
    verb: int | None = None
    subject: str = ""
    agent: str = ""
    is_order: bool = False
    is_passive: bool = False
    is_told_after: bool = False

    @property
    def is_english(self) -> bool:
        """Whether most words are English for sure."""
        sure = sum(word in known.KNOWN or word.endswith(_NAMING) for word in self.words)
        return sure >= _MOST_ENGLISH * len(self.words)


def is_latin(text: str) -> bool:
    """Return whether all letters are Latin ones: other sentences are not judged."""
    return all(unicodedata.name(sign, "").startswith("LATIN") for sign in text if sign.isalpha())


def parse(text: str, *, names: Sequence[str] = ()) -> Parsed:
    """Read ``text``, which is in one line. A name of ``names`` where a who stands is never the verb."""
    found = list(_WORD.finditer(text))
    words = tuple(one.group().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").casefold() for one in found)
    if not words:
        return Parsed(text, words)
    begin = _beginning(text, words)
    first = next((number for number, one in enumerate(found) if one.start() >= begin), 0)
    free = first + _words_of_name(text[found[first].start() :], names)
    is_order = free == first and _is_order(words, first)
    verb = first if is_order else _verb(words, max(first + 1, free), after_name=free > first)
    end = found[verb].start() if verb is not None else found[free].start() if free < len(found) else len(text)
    is_passive, agent = _passive(words, verb)
    return Parsed(
        text=text,
        words=words,
        verb=verb,
        subject=text[found[first].start() : end].strip() if first < free or verb is not None else "",
        agent=agent,
        is_order=is_order,
        is_passive=is_passive,
        is_told_after=words[0] in known.SUBORDINATE and begin == 0,
    )


def _beginning(text: str, words: Sequence[str]) -> int:
    """Where the who may begin: behind a time or behind the comma after a when."""
    comma = text.find(",")
    if words[0] in known.OPENINGS and comma > 0:
        return comma + 1
    if words[0] in known.SUBORDINATE and tuple(words[:2]) != ("once", "a"):
        return 0
    time = _TIMES.match(text)
    return time.end() if time else 0


def _words_of_name(text: str, names: Sequence[str]) -> int:
    """How many words of a known name a text begins with, its article counted."""
    article = re.match(r"(?:the|our|an?) ", text, re.IGNORECASE)
    rest = text[article.end() :] if article else text
    folded = rest.casefold()
    for name in sorted((name.strip() for name in names if name.strip()), key=len, reverse=True):
        if folded.startswith(name.casefold()) and re.match(rf"{re.escape(name)}(?!\w)", rest, re.IGNORECASE):
            return len(_WORD.findall(name)) + (1 if article else 0)
    return 0


def _is_order(words: Sequence[str], first: int) -> bool:
    """Whether the sentence begins with its verb: "Create the invoice". An order desk and a support team are a who."""
    word = words[first]
    if word in known.DEPARTMENTS or not (known.THIRD_PERSON.get(word, word) in known.VERBS or _is_doing(word)):
        return False
    after = words[first + 1] if len(words) > first + 1 else ""
    if word in known.ALSO_THINGS and (not after or after.endswith(_NAMING)):
        # "Invoice creation" is a thing, and so is an invoice alone.
        return False
    if known.THIRD_PERSON.get(word) in known.ALSO_THINGS and after not in known.KNOWN:
        # Many of them may be the who: "Invoices bounce".
        return False
    if not after or after in known.DETERMINERS:
        return True
    near = range(first + 1, min(first + 6, len(words)))
    # "Order intake types orders" may have its verb later; "export deals" has it before what is exported.
    is_doubtful = word in known.ALSO_THINGS and not after.endswith("s") and after not in known.LINKS
    return not any(_strength(words, number) >= (_PERHAPS if is_doubtful else _SURE) for number in near)


def _is_doing(word: str) -> bool:
    stem = word.removesuffix("ing")
    return stem != word and bool({stem, f"{stem}e", stem[:-1]} & known.VERBS)


# --- The verb --------------------------------------------------------------------------------------------------------

_NONE, _PERHAPS, _SURE = 0, 1, 2
_NEVER = (known.KNOWN | known.NO_VERBS) - known.VERBS - frozenset(known.THIRD_PERSON)


def _verb(words: Sequence[str], start: int, *, after_name: bool) -> int | None:
    perhaps = None
    for number in range(start, len(words)):
        strength = _strength(words, number)
        if strength == _SURE or (strength == _PERHAPS and after_name and number == start):
            return number
        if strength == _PERHAPS and perhaps is None:
            perhaps = number
    return perhaps


def _strength(words: Sequence[str], number: int) -> int:
    """How sure it is that a word is a verb where it stands."""
    word, before = words[number], words[number - 1]
    after = words[number + 1] if number + 1 < len(words) else ""
    if word in known.HELPING:
        return _SURE
    if before in known.BEFORE_THINGS:
        return _NONE
    if word in known.THIRD_PERSON:
        is_sure = known.THIRD_PERSON[word] not in known.ALSO_THINGS or before in known.DEPARTMENTS | known.ROLES
        return _SURE if is_sure or after in known.DETERMINERS else _PERHAPS
    if word in known.VERBS:
        return _plain_strength(word, before, after)
    return _strength_of_unknown(word, before, after)


def _strength_of_unknown(word: str, before: str, after: str) -> int:
    """Of words that are no verb one knows: "frobnicates", and what looks like any noun in "agents tag the ticket"."""
    if word in _NEVER:
        is_like_one = before.endswith("s") or word in known.PLURALS
        is_doing = after in known.DETERMINERS and is_like_one and word not in known.LINKS
        return _PERHAPS if is_doing else _NONE
    if len(word) < 4 or not word.endswith(("s", "ed")) or word.endswith(("ss", "us", "is")):
        return _NONE
    return _SURE if after in known.DETERMINERS else _PERHAPS


def _plain_strength(word: str, before: str, after: str) -> int:
    """Of "clerks copy" and "finance copy" only the first is somebody doing something."""
    if not (before.endswith("s") or before in _MANY):
        return _NONE if word in known.ALSO_THINGS else _PERHAPS
    return _SURE if after in known.DETERMINERS or word not in known.ALSO_THINGS else _PERHAPS


# --- The passive -----------------------------------------------------------------------------------------------------


def _passive(words: Sequence[str], verb: int | None) -> tuple[bool, str]:
    """Whether nobody is named who does it, and who is by "by"."""
    if verb is None or (words[verb] not in known.BEING and words[verb] not in _MODALS):
        return False, ""
    rest = list(words[verb + 1 :])
    is_being = words[verb] in known.BEING
    while rest and (rest[0] in known.BEING or rest[0] in {"not", "then", "also", "always"} or rest[0].endswith("ly")):
        is_being = is_being or rest[0] in known.BEING
        rest.pop(0)
    if not is_being or not rest or not (rest[0].endswith("ed") or rest[0] in known.DONE):
        return False, ""
    agent = _agent(rest)
    return not agent, agent


def _agent(words: Sequence[str]) -> str:
    for number, word in enumerate(words):
        named = [one for one in words[number + 1 : number + 5] if one not in {"the", "a", "an", "our"}]
        if word == "by" and named and named[0] not in known.NO_AGENTS and not named[0].endswith("ing"):
            return " ".join(named)
    return ""
