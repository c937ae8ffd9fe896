"""The five quick checks and the gate before automation, as tables of cases."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.definitions import TOUCHES, Carried, Handoff, Map, Observed, Step
from boundaries.facts import Facts, FieldFacts
from boundaries.ready import QUESTIONS, NotReady, Quick, is_ready, quick_checks, require_ready
from tests.boundaries.any_map import maps
from tests.boundaries.worlds import EMPTY, FACTS, STORY, long

SEEN = (
    Observed("Invoice 1842 is paid in Billing and open in CRM after a refund."),
    Observed("Acme has two customers in Billing since the import in March."),
    Observed("The start date of deal 77 moved after the invoice was posted."),
)
STEPS = (
    Step("close", "Sales rep closes the deal.", "Sales", "CRM"),
    Step("export", "Sales rep exports the deal.", "Sales", "CRM", "export", 5.0, 12.0),
    Step("create", "Finance creates the customer.", "Finance", "Billing"),
)
# A boundary of which all five hold; each case breaks one thing.
SOUND = replace(
    EMPTY,
    owner="Sales",
    trigger="order form signed",
    rule="It is one rule.",
    steps=STEPS,
    handoffs=(
        Handoff("close", "export", "deal closed", 1.0),
        Handoff("export", "create", "file arrives", 1.0, fields=(Carried("start date"),)),
    ),
    confirmed=("field_changes", "touches", "no_other_edits", "one_event"),
    records_per_week=60.0,
    minutes_available=120.0,
    observed=SEEN,
)


def check(said: Map, key: str, facts: Facts = FACTS, compared: tuple[str, ...] = ()) -> Quick:
    return next(one for one in quick_checks(said, facts, compared=compared) if one.key == key)


def owned(**values: object) -> Facts:
    return Facts({"start date": FieldFacts("start date", **values)})  # type: ignore[arg-type]


def without(what: str) -> Map:
    return replace(SOUND, confirmed=tuple(one for one in SOUND.confirmed if one != what))


def test_all_five_hold_of_a_sound_boundary() -> None:
    checks = quick_checks(SOUND, FACTS)
    assert [one.key for one in checks] == ["owners", "event", "normal_path", "exceptions", "volume"]
    assert [one.missing for one in checks] == [()] * 5
    assert all(one.evidence for one in checks)
    assert is_ready(checks)


def test_none_holds_of_an_empty_map() -> None:
    assert [(one.holds, one.evidence) for one in quick_checks(EMPTY, FACTS)] == [(False, ())] * 5


def test_the_story_of_the_article_is_not_ready() -> None:
    assert [one.holds for one in quick_checks(STORY, FACTS)] == [False] * 5


# --- Owners ----------------------------------------------------------------------------------------------------------

BOTH = (("Sales", "Sales"), ("Finance", "Sales"))
APART = (("Finance", "Finance"), ("Sales", "Sales"))


@pytest.mark.parametrize(
    ("facts", "evidence", "missing"),
    [
        (owned(owner="Sales", state="agreed"), "Sales owns start date: agreed.", ""),
        (owned(owner="Sales", state="agreed", claims=APART), "Sales owns start date: agreed.", ""),
        (owned(owner="Sales", state="agreed", asked=True), "Sales owns start date: agreed.", ""),
        (owned(claims=BOTH), "Sales owns start date: Sales and Finance say so.", ""),
        (owned(owner="Sales", state="proposed", claims=BOTH), "Sales owns start date: Sales and Finance say so.", ""),
        (owned(claims=APART), "", "Finance and Sales give different answers on start date: nobody owns it."),
        (
            owned(claims=(("Finance", ""), ("Sales", "Sales"))),
            "",
            "Finance and Sales give different answers on start date: nobody owns it.",
        ),
        (
            owned(claims=(("Finance", ""), ("Sales", ""))),
            "",
            "start date has no owner: Finance and Sales say so.",
        ),
        (owned(claims=(("Finance", "Finance"),)), "", "Only Finance answered who owns start date."),
        (owned(state="disputed", claims=BOTH), "", "The teams dispute who owns start date: nobody owns it."),
        (owned(state="disputed", owner="Sales"), "", "The teams dispute who owns start date: nobody owns it."),
        (owned(asked=True), "", "Who owns start date is being asked just now."),
        (owned(asked=True, claims=BOTH), "", "Who owns start date is being asked just now."),
        (
            owned(owner="Sales", state="draft"),
            "",
            "Sales is named as the owner of start date, and not every team has agreed.",
        ),
        (owned(), "", "start date has no owner."),
        (owned(state="agreed"), "", "start date has no owner."),
        (Facts(), "", "start date is not in the registry, so nobody owns it."),
    ],
)
def test_who_owns_each_field(facts: Facts, evidence: str, missing: str) -> None:
    found = check(SOUND, "owners", facts)
    assert found.evidence == ((evidence,) if evidence else ())
    assert found.missing == ((missing,) if missing else ())
    assert found.holds == bool(evidence)


def test_fields_that_checks_compare_count_as_those_on_the_map() -> None:
    found = check(SOUND, "owners", compared=("billing status", "Start Date"))
    assert found.evidence == ("Sales owns start date: agreed.",)
    assert found.missing == ("Finance and Sales give different answers on billing status: nobody owns it.",)


def test_no_field_at_all_is_no_owner_at_all() -> None:
    assert check(long(), "owners").missing == ("No field is on the map yet: say which fields the hand-offs carry.",)


# --- The event -------------------------------------------------------------------------------------------------------


def nudged(*touches: str) -> Map:
    steps = tuple(replace(one, touch=touch) for one, touch in zip(STEPS, touches, strict=True))
    return replace(SOUND, steps=steps)


def triggers(first: str, second: str) -> Map:
    one, other = SOUND.handoffs
    return replace(SOUND, handoffs=(replace(one, trigger=first), replace(other, trigger=second)))


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (SOUND, ()),
        (replace(SOUND, trigger=" "), ("Nobody said which event updates both CRM and Billing.",)),
        (without("one_event"), ("Nobody confirmed that “order form signed” updates both CRM and Billing.",)),
        (triggers("", "file arrives"), ("The hand-off from step 1 to step 2 has no trigger.",)),
        (
            triggers("", " "),
            (
                "The hand-off from step 1 to step 2 has no trigger.",
                "The hand-off from step 2 to step 3 has no trigger.",
            ),
        ),
        (
            replace(SOUND, handoffs=SOUND.handoffs[:1]),
            ("No way on the map leads from step 1 to a step in Billing.",),
        ),
        (nudged("", "inbox", ""), ("A manual nudge stands between the event and Billing: step 2 (inbox).",)),
        (
            nudged("chat", "inbox", ""),
            ("A chain of manual nudges stands between the event and Billing: step 1 (chat) and step 2 (inbox).",),
        ),
        # What happens once the record has arrived is no longer between the two systems.
        (nudged("", "", "inbox"), ()),
        (
            replace(
                SOUND,
                steps=(*STEPS, Step("tell", "Finance tells sales.", "Finance", "", "chat", 1.0, 1.0)),
                handoffs=(*SOUND.handoffs, Handoff("create", "tell")),
            ),
            (),
        ),
        # Nor is a branch that leads elsewhere.
        (
            replace(
                SOUND,
                steps=(*STEPS, Step("tell", "Sales tells marketing.", "Sales", "", "chat", 1.0, 1.0)),
                handoffs=(*SOUND.handoffs, Handoff("close", "tell")),
            ),
            (),
        ),
        (nudged("paste", "upload", ""), ()),
    ],
)
def test_one_event_updates_both_systems(said: Map, missing: tuple[str, ...]) -> None:
    found = check(said, "event")
    assert found.missing == missing
    assert found.holds == (not missing)


def test_the_event_is_told_as_people_say_it() -> None:
    assert check(SOUND, "event").evidence == (
        "People say that “order form signed” updates both CRM and Billing.",
        "2 hand-offs have a trigger on the way to Billing.",
    )


# --- The normal path -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("touch", TOUCHES)
def test_which_touches_leave_the_normal_path(touch: str) -> None:
    found = check(nudged("", touch, ""), "normal_path")
    assert found.holds == (touch in {"export", "upload"})


def test_edits_outside_the_normal_path_are_named() -> None:
    assert check(STORY, "normal_path").missing == (
        "Step 2 is outside the normal path (inbox): Sales rep mails the order form to finance.",
        (
            "Step 4 is outside the normal path (spreadsheet clean-up):"
            " Finance compares closed deals with new customers in a spreadsheet."
        ),
        "Nobody confirmed that records are edited on no other way.",
    )


def test_people_have_to_say_that_there_is_no_other_way() -> None:
    found = check(without("no_other_edits"), "normal_path")
    assert found.missing == ("Nobody confirmed that records are edited on no other way.",)
    assert found.evidence == (
        "No step of the map leaves the normal path.",
        "Done by hand, and on the normal path: step 2 (export).",
    )


# --- Exceptions ------------------------------------------------------------------------------------------------------

UNCLEAR = "say which record, what differs where, and after what."


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("Invoice 1842 has a paid status in billing but open status in CRM after a manual refund", ""),
        ("Acme is active in CRM and inactive in Billing.", ""),
        ("The customer was merged because the import ran twice.", ""),
        ("Billing's total is too high", ""),
        ("Deal no. 77 has no customer", ""),
        ("Amount differs", UNCLEAR),
        ("Amount differs.", UNCLEAR),
        ("The amount differs on many rows.", UNCLEAR),
        ("The statuses do not match again.", UNCLEAR),
        ("Invoice 1842", UNCLEAR),
        ("Invoice 1842 is paid in CRM. Nobody knows why.", "say it in one sentence."),
        ("Why is invoice 1842 open in CRM?", "it asks, and should tell."),
        ("word " * 30 + "1842", "it has 31 words, and at most 30 are read at a glance."),
        ("請求書1842はCRMでは未払いです", ""),
        ("Счёт 1842 оплачен в Billing", ""),
        ("差異", "say more."),
    ],
)
def test_an_exception_is_one_plain_sentence(sentence: str, wrong: str) -> None:
    found = check(replace(SOUND, observed=(*SEEN[:2], Observed(sentence))), "exceptions")
    assert found.holds == (not wrong)
    if wrong:
        assert found.missing[0] == "One more exception is needed, as one plain sentence."
        assert found.missing[1].endswith(f"is unclear: {wrong}")
    else:
        assert found.evidence == (SEEN[0].sentence, SEEN[1].sentence, " ".join(sentence.split()))


@pytest.mark.parametrize(
    ("count", "missing"),
    [
        (0, ("Three exceptions are needed, each as one plain sentence.",)),
        (1, ("2 more exceptions are needed, each as one plain sentence.",)),
        (2, ("One more exception is needed, as one plain sentence.",)),
        (3, ()),
    ],
)
def test_three_exceptions_are_needed(count: int, missing: tuple[str, ...]) -> None:
    found = check(replace(SOUND, observed=SEEN[:count]), "exceptions")
    assert found.missing == missing
    assert len(found.evidence) == count


def test_the_same_exception_three_times_is_one() -> None:
    again = (SEEN[0], Observed(f" {SEEN[0].sentence.upper()}"), Observed(SEEN[0].sentence.rstrip(".")))
    assert check(replace(SOUND, observed=again), "exceptions").evidence == (SEEN[0].sentence,)


def test_what_else_was_noted_does_not_count_against_three_that_are_clear() -> None:
    assert check(replace(SOUND, observed=(*SEEN, Observed("Amount differs."))), "exceptions").holds


# --- Twice the volume ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (SOUND, ()),
        (replace(SOUND, minutes_available=None), ("Nobody said how many minutes a week there are for work by hand.",)),
        (
            replace(SOUND, minutes_available=119.0),
            ("At twice the volume work by hand takes 2 h a week, and there are 1 h 59 min.",),
        ),
        (without("touches"), ("Nobody confirmed that all work by hand is on the map.",)),
        (
            SOUND.with_step(replace(STEPS[1], minutes=None)),
            ("Step 2 is done by hand and nobody said how long it takes a week.",),
        ),
        (
            SOUND.with_step(replace(STEPS[1], times_per_week=None)).with_step(replace(STEPS[0], touch="edit")),
            ("Steps 1 and 2 are done by hand and nobody said how long they take a week.",),
        ),
        (nudged("", "", ""), ()),
        (
            replace(nudged("", "", ""), confirmed=(), minutes_available=None),
            ("No step is marked as done by hand, and nobody said that none is.",),
        ),
        (replace(nudged("", "", ""), minutes_available=None), ()),
    ],
)
def test_the_same_work_at_twice_the_volume(said: Map, missing: tuple[str, ...]) -> None:
    found = check(said, "volume")
    assert found.missing == missing
    assert found.holds == (not missing)


def test_twice_the_volume_is_told_in_minutes_and_people() -> None:
    assert check(STORY, "volume").evidence == (
        "Work by hand takes 3 h 30 min a week now and 7 h at twice the volume, of 5 h there are.",
        "That is the work of 0.1 people now and of 0.2 people at twice the volume.",
        "60 records a week now and 120 at twice the volume, each with 3.5 min of work by hand.",
    )


@pytest.mark.parametrize(
    ("minutes", "people"),
    [
        (1.0, "less than 0.1 people now and of less than 0.1 people"),
        (1125.0, "0.5 people now and of 1 person"),
        (2250.0, "1 person now and of 2 people"),
    ],
)
def test_people_work_37_and_a_half_hours_a_week(minutes: float, people: str) -> None:
    said = SOUND.with_step(replace(STEPS[1], minutes=minutes, times_per_week=1.0))
    assert check(said, "volume").evidence[1] == f"That is the work of {people} at twice the volume."


# --- The gate --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "override", "opens"),
    [
        (SOUND, "", True),
        (SOUND, "because", True),
        (STORY, "", False),
        (STORY, "because", False),
        (STORY, "   because   ", False),
        (STORY, "123456789", False),
        (STORY, "1234567890", True),
        (STORY, "The audit is on Monday and finance checks it by hand.", True),
        (without("one_event"), "", False),
    ],
)
def test_the_gate(said: Map, override: str, *, opens: bool) -> None:
    checks = quick_checks(said, FACTS)
    if opens:
        require_ready(checks, override=override)
        return
    with pytest.raises(NotReady) as refused:
        require_ready(checks, override=override)
    assert refused.value.failed == tuple(one for one in checks if not one.holds)


def test_the_refusal_names_what_does_not_hold() -> None:
    with pytest.raises(NotReady) as refused:
        require_ready(quick_checks(replace(without("one_event"), observed=()), FACTS))
    assert str(refused.value) == (
        "The boundary is not ready to automate. What does not hold yet: one event that updates both systems and three"
        " exceptions in plain sentences. To automate it anyway, give a reason of at least 10 characters."
    )


# --- Laws ------------------------------------------------------------------------------------------------------------


@given(maps(), st.lists(st.text(), max_size=3))
@settings(deadline=None)
def test_any_map_gets_five_answers_with_evidence_or_what_is_missing(said: Map, compared: list[str]) -> None:
    checks = quick_checks(said, FACTS, compared=compared)
    assert [one.key for one in checks] == list(QUESTIONS)
    for one in checks:
        assert one.holds == (not one.missing)
        assert one.evidence or one.missing


@given(maps())
@settings(deadline=None)
def test_the_gate_opens_only_where_all_hold_or_a_reason_is_given(said: Map) -> None:
    checks = quick_checks(said, FACTS)
    require_ready(checks, override="a reason that is long enough")
    if is_ready(checks):
        require_ready(checks)
    else:
        with pytest.raises(NotReady):
            require_ready(checks)
