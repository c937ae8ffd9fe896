"""One undo takes a whole batch of cells back."""

from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ownership.definitions import Definition, Rule, Use
from ownership.history import save_with_reason
from ownership.models import Field, FieldVersion
from ownership.queries import registry
from tests import build
from tests.conftest import signed_in
from tests.ownership.editing_cells import agreed, change, definition, everything, of_nobody, post, post_body

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> build.Company:
    return build.company()


@pytest.fixture
def status(made: build.Company) -> Field:
    return build.field(person=made.finn)


def test_one_undo_takes_everything_back_and_its_undo_does_it_again(made: build.Company, status: Field) -> None:
    other = of_nobody()
    before = everything()
    done = post(
        made.finn,
        change(status, "owner", "Sales"),
        change(status, "settled_by", "it depends"),
        change(status, "editors", ""),
        change(status, "conditions", "never | CRM signed is empty"),
        change(status, "approver", ""),
        change(other, "name", "end date"),
        change("new-1", "name", "plan"),
        change("new-2", "name", "tier"),
        create=True,
    ).json()
    after = everything()
    undone = post_body(signed_in(made.finn), done["undo"])
    assert (undone.status_code, undone.json()["removed"]) == (200, done["undo"]["remove"])
    assert everything() == before
    again = post_body(signed_in(made.finn), undone.json()["undo"])
    assert again.status_code == 200
    assert everything() == after
    assert post_body(signed_in(made.finn), again.json()["undo"]).status_code == 200
    assert everything() == before


def test_undo_sets_the_new_version_of_an_agreed_rule_aside(made: build.Company, status: Field) -> None:
    agreed(status)
    done = post(made.finn, change(status, "because", "so"), reason="They asked.").json()
    assert definition(status).rule.because == "so"
    assert post_body(signed_in(made.finn), done["undo"]).status_code == 200
    (rule,) = registry.whole().get().rules.all()
    assert (rule.state, registry.definition(status)) == ("agreed", build.STATUS)
    assert FieldVersion.objects.filter(field=status).first() == FieldVersion.objects.get(field=status, number=3)
    assert FieldVersion.objects.get(field=status, number=3).reason == "Taken back."


def test_redo_of_an_agreed_rule_asks_for_no_reason_again(made: build.Company, status: Field) -> None:
    agreed(status)
    done = post(made.finn, change(status, "because", "so"), reason="They asked.").json()
    undone = post_body(signed_in(made.finn), done["undo"]).json()
    assert post_body(signed_in(made.finn), undone["undo"]).status_code == 200


def test_undo_shows_what_somebody_else_wrote_meanwhile(made: build.Company, status: Field) -> None:
    done = post(made.finn, change(status, "means", "mine"), change(status, "because", "so")).json()
    post(made.dana, change(status, "means", "theirs"))
    answer = post_body(signed_in(made.finn), done["undo"])
    assert answer.status_code == 409
    assert [(one["column"], one["theirs"], one["who"]) for one in answer.json()["conflicts"]] == [
        ("means", "theirs", "Dana Reyes")
    ]
    assert definition(status).rule.because == "so"


def test_undo_does_not_remove_a_field_somebody_else_went_on_with(made: build.Company) -> None:
    done = post(made.finn, change("new-1", "name", "plan")).json()
    post(made.dana, change(Field.objects.get(), "means", "what they pay"))
    answer = post_body(signed_in(made.finn), done["undo"])
    assert answer.status_code == 422
    assert answer.json()["refused"][0]["sentence"] == (
        "plan was changed by Dana Reyes meanwhile. It is removed on its own page."
    )
    assert Field.objects.get().removed_at is None


def test_undo_brings_texts_back_that_no_cell_would_take(made: build.Company) -> None:
    odd = replace(
        build.STATUS,
        means="  with space around ",
        rule=replace(build.STATUS.rule, approver="mira@example.com", deputy=""),
    )
    status = build.field(odd)
    made.mira.is_active = False
    save_with_reason(made.mira, reason="Left.")
    done = post(made.finn, change(status, "means", "x"), change(status, "approver", "")).json()
    assert post_body(signed_in(made.finn), done["undo"]).status_code == 200
    assert definition(status) == odd


def test_whoever_gives_a_field_away_may_take_that_back_and_no_more(made: build.Company) -> None:
    status = build.field(Definition("status", rule=Rule(owner="Sales")), person=made.finn)
    done = post(made.dana, change(status, "owner", "Finance")).json()
    assert done["rows"][0]["may"] == "suggest"
    more = {**done["undo"], "changes": [change(status, "means", "x")]}
    assert post_body(signed_in(made.dana), more).json()["suggested"] == 1
    assert post_body(signed_in(made.dana), done["undo"]).json()["suggested"] == 0
    assert definition(status).rule.owner == "Sales"


def test_whoever_adds_a_field_for_others_may_take_it_back(made: build.Company) -> None:
    done = post(made.dana, change("new-1", "name", "status"), change("new-1", "owner", "Finance")).json()
    assert post_body(signed_in(made.dana), done["undo"]).status_code == 200
    assert not registry.whole().exists()


def test_a_name_taken_meanwhile_keeps_a_field_from_coming_back(made: build.Company) -> None:
    done = post(made.finn, change("new-1", "name", "plan")).json()
    undone = post_body(signed_in(made.finn), done["undo"]).json()
    assert undone["said"] == "1 field removed."
    post(made.dana, change("new-1", "name", "Plan"))
    answer = post_body(signed_in(made.finn), undone["undo"])
    assert (answer.status_code, answer.json()["refused"][0]["sentence"]) == (
        422,
        "There is another field called plan by now.",
    )


TEXTS = {
    "subject": st.sampled_from(["", "customer", "order"]),
    "name": st.sampled_from(["billing status", "status", "start date"]),
    "means": st.sampled_from(["", "one\ntwo", "x\x00"]),
    "first_appears_in": st.sampled_from(["", "CRM: deal", "CRM: lead", "Billing: quote"]),
    "owner": st.sampled_from(["", "Sales", "finance"]),
    "editors": st.sampled_from(["", "CRM: Sales", "Billing: Sales, Finance; CRM: nobody"]),
    "settled_by": st.sampled_from(["", "it depends", "Billing: credit note"]),
    "because": st.sampled_from(["", "so"]),
    "conditions": st.sampled_from(["", "a | CRM signed is no | CRM: lead", "a\nb"]),
    "approver": st.sampled_from(["", "Dana Reyes", "Mira Lind"]),
    "deputy": st.sampled_from(["", "Finn Okafor", "Mira Lind"]),
}
CELLS = st.sampled_from(sorted(TEXTS)).flatmap(lambda column: st.tuples(st.just(column), TEXTS[column]))
ROWS = st.sampled_from(["agreed", "draft", "plain", "new-1", "new-2"])


def as_shown() -> list[tuple[Definition, str]]:
    """Return everything there is; a field without any rule and one with an empty draft are the same to people."""
    return [(one, state or "draft") for one, state in everything()]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ROWS, CELLS), max_size=8))
def test_whatever_is_changed_one_undo_brings_everything_back(
    made: build.Company, changes: list[tuple[str, tuple[str, str]]]
) -> None:
    with transaction.atomic():
        fields = {name: build.field(replace(build.STATUS, name=name)) for name in ("agreed", "draft")}
        fields["plain"] = build.field(Definition("plain", uses=(Use("CRM", editors=("Finance",)),)))
        agreed(fields["agreed"])
        before = as_shown()
        cells = (change(fields.get(row, row), column, text) for row, (column, text) in changes)
        done = post(made.finn, *cells, create=True, reason="x")
        if done.status_code == 200:
            assert post_body(signed_in(made.finn), done.json()["undo"]).status_code == 200
        else:
            assert done.status_code == 422
        assert as_shown() == before
        transaction.set_rollback(True)
