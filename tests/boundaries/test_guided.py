"""Timing or ownership: where the answers lead, on every path."""

from collections.abc import Iterator

import pytest

from boundaries.definitions import ENDINGS
from boundaries.guided import Ending, Question, ask


def paths(answers: dict[str, str]) -> Iterator[tuple[dict[str, str], Ending]]:
    following = ask(answers)
    if isinstance(following, Ending):
        yield answers, following
        return
    assert following.key not in answers
    for value, _ in following.answers:
        yield from paths({**answers, following.key: value})


ALL = list(paths({}))


def test_every_path_ends_within_six_questions() -> None:
    assert max(len(answers) for answers, _ in ALL) == 6
    assert {ending.kind for _, ending in ALL} == set(ENDINGS)


def test_every_ending_says_why_what_it_implies_and_what_to_do() -> None:
    for _, ending in ALL:
        for told in (ending.because, ending.implies, ending.next_step):
            assert told[0].isupper()
            assert told.endswith(".")


def test_i_do_not_know_is_an_answer_to_every_question_and_makes_the_ending_likely_only() -> None:
    for answers, ending in ALL:
        is_open = "unknown" in answers.values()
        assert ("This is the likeliest, not certain" in ending.because) == is_open
        assert ("would tell" in ending.because) == is_open


def test_one_answer_more_asks_the_next_question_or_ends() -> None:
    for answers, _ in ALL:
        for count in range(len(answers)):
            following = ask(dict(list(answers.items())[:count]))
            assert isinstance(following, Question)
            assert following.key == list(answers)[count]


@pytest.mark.parametrize(
    ("answers", "kind", "because"),
    [
        # If the billing system updates one day later, that is a timing issue.
        ({"both": "yes", "later": "yes"}, "timing", "The other system catches up by itself."),
        ({"both": "no", "came": "yes"}, "timing", "The record arrives by itself later."),
        # If sales can edit billing fields after finance owns the record, that is an ownership issue.
        (
            {"both": "yes", "later": "no", "word": "yes", "edited": "yes"},
            "ownership",
            "Somebody changed the value on the side that does not own it.",
        ),
        (
            {"both": "yes", "later": "no", "word": "yes", "edited": "unknown", "may": "yes"},
            "ownership",
            "People on both sides may edit the value.",
        ),
        (
            {"both": "no", "came": "no", "counts": "yes", "removed": "yes"},
            "ownership",
            "Somebody removed or merged the record where it is missing.",
        ),
        # "Active customer" may mean "signed contract" to sales and "paid invoice" to finance.
        (
            {"both": "yes", "later": "no", "word": "no"},
            "definition",
            "The two sides mean different things by the word.",
        ),
        (
            {"both": "no", "came": "no", "counts": "no"},
            "definition",
            "By its own meaning the other system should not have such a record.",
        ),
        # Invoice 1842 is paid in billing and open in CRM after a refund.
        (
            {"both": "yes", "later": "no", "word": "yes", "edited": "no", "told": "no"},
            "missed event",
            "Nothing told the other system of the change.",
        ),
        (
            {"both": "no", "came": "no", "counts": "yes", "removed": "no", "sent": "no"},
            "missed event",
            "Nothing told the other system of the record.",
        ),
    ],
)
def test_the_last_answer_decides(answers: dict[str, str], kind: str, because: str) -> None:
    ending = ask(answers)
    assert isinstance(ending, Ending)
    assert ending.kind == kind
    assert ending.because.startswith(because)


@pytest.mark.parametrize("kind", ["ownership", "definition"])
def test_a_sync_tool_would_not_help_where_a_rule_or_a_word_is_missing(kind: str) -> None:
    assert all(ending.implies.startswith("A sync tool would not help: ") for _, ending in ALL if ending.kind == kind)


def test_nothing_known_is_told_as_nothing_known() -> None:
    ending = next(ending for answers, ending in ALL if set(answers.values()) == {"unknown"})
    assert ending.because.startswith("Nothing is known for sure")
    assert "6 questions are open" in ending.because


def test_what_was_told_and_not_taken_is_followed_instead_of_triggered_anew() -> None:
    answers = {"both": "yes", "later": "no", "word": "yes", "edited": "no", "told": "yes"}
    ending = ask(answers)
    assert isinstance(ending, Ending)
    assert ending.next_step.startswith("Follow what was sent")


@pytest.mark.parametrize("answers", [{}, {"both": ""}, {"both": "perhaps"}, {"what": "yes"}, {"later": "yes"}])
def test_answers_it_does_not_know_are_left_alone(answers: dict[str, str]) -> None:
    following = ask(answers)
    assert isinstance(following, Question)
    assert following.key == "both"
    assert following.answers == (("yes", "Yes"), ("no", "No"), ("unknown", "I do not know"))
