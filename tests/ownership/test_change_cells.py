"""Editing cells of the table: one request, one transaction, one undo."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ownership.definitions import Definition, Record, Rule, Use
from ownership.models import Field, FieldVersion, Person, RecordType, Role
from ownership.services import defining
from ownership.services.defining import Wanted
from tests import build
from tests.conftest import signed_in
from tests.ownership.editing_cells import agreed, change, definition, everything, of_nobody, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> build.Company:
    return build.company()


@pytest.fixture
def status(made: build.Company) -> Field:
    return build.field(person=made.finn)


# --- What is kept ------------------------------------------------------------------------------------------------


def test_a_cell_is_changed_and_its_row_comes_back(made: build.Company, status: Field) -> None:
    answer = post(made.finn, change(status, "owner", "sales", was="Finance"))
    assert answer.status_code == 200
    said = answer.json()
    assert said["said"] == "1 cell of 1 field changed."
    (row,) = said["rows"]
    assert (row["field"], row["key"], row["texts"]["owner"], row["state"]) == (
        status.pk,
        str(status.pk),
        "Sales",
        "draft",
    )
    assert row["html"]["owner"] == '<td data-column="owner">Sales</td>'
    assert "tone-waiting" in row["chip"]
    assert row["address"] == f"/ownership/fields/{status.pk}/"
    assert definition(status).rule.owner == "Sales"


def test_every_changed_field_gets_one_version_with_who_and_why(made: build.Company, status: Field) -> None:
    post(made.finn, change(status, "means", "where they stand"), change(status, "because", "so"), reason="Clearer.")
    versions = FieldVersion.objects.filter(field=status, number__gt=1)
    assert [(one.number, one.by_name, one.reason) for one in versions] == [(2, "Finn Okafor", "Clearer.")]
    assert definition(status) == replace(
        build.STATUS, means="where they stand", rule=replace(build.STATUS.rule, because="so")
    )


def test_new_rows_become_fields_and_keep_their_keys(made: build.Company) -> None:
    answer = post(
        made.dana,
        change("new-1", "name", "plan"),
        change("new-1", "subject", "customer"),
        change("new-2", "settled_by", "Billing: invoice"),
        change("new-2", "name", "tier"),
        create=True,
    )
    rows = answer.json()["rows"]
    assert [(row["key"], row["texts"]["name"]) for row in rows] == [("new-1", "plan"), ("new-2", "tier")]
    assert answer.json()["said"] == "2 fields added."
    assert definition(Field.objects.get(name="tier")).rule.settled_by == Record("Billing", "invoice")


def test_a_new_row_in_which_nothing_is_written_is_left_out(made: build.Company) -> None:
    answer = post(made.dana, change("new-1", "name", " "), change("new-1", "means", ""))
    assert (answer.status_code, answer.json()["said"]) == (200, "Nothing changed.")
    assert not Field.objects.exists()


def test_characters_no_database_keeps_are_dropped(made: build.Company) -> None:
    answer = post(made.dana, change("new-1", "name", "pl\x00an\ud800\t\n"), change("new-1", "means", "a\r\nb\x07"))
    assert answer.status_code == 200
    field = Field.objects.get()
    assert (field.name, field.means) == ("plan", "a\nb")


def test_what_stands_there_already_is_not_written(made: build.Company, status: Field) -> None:
    answer = post(made.finn, change(status, "owner", " finance "), change(status, "name", "billing status"))
    assert (answer.status_code, answer.json()["said"]) == (200, "Nothing changed.")
    assert answer.json()["undo"]["changes"] == []
    assert FieldVersion.objects.filter(field=status).count() == 1


def test_systems_left_out_of_the_editors_keep_what_is_known_of_them(made: build.Company, status: Field) -> None:
    post(made.finn, change(status, "editors", "CRM: Sales, Finance"))
    assert definition(status).uses == (
        Use("CRM", "billing_status", "what sales was last told", ("Finance", "Sales")),
        Use("Billing", "Status", "state of the latest posted invoice", ()),
    )


# --- Records that are new ----------------------------------------------------------------------------------------


def test_a_record_that_is_new_is_made_when_that_is_asked(made: build.Company, status: Field) -> None:
    answer = post(made.finn, change(status, "settled_by", "credit note in billing"), create=True)
    assert answer.json()["rows"][0]["texts"]["settled_by"] == "Billing: credit note"
    assert RecordType.objects.filter(system=made.billing, name="credit note").exists()


def test_a_record_that_is_new_is_named_when_nobody_said_to_make_it(made: build.Company, status: Field) -> None:
    answer = post(made.finn, change(status, "settled_by", "Billing: posted invoce"))
    assert answer.status_code == 422
    (refused,) = answer.json()["refused"]
    assert refused["sentence"] == (
        "Billing: posted invoce would be new: nothing of that kind is known in Billing yet. "
        "There is Billing: posted invoice."
    )
    assert refused["new"] == "Billing: posted invoce"
    assert RecordType.objects.count() == 3


# --- What cannot be taken ----------------------------------------------------------------------------------------


def test_one_cell_that_cannot_be_taken_keeps_all_others_from_being_written(made: build.Company, status: Field) -> None:
    before = everything()
    answer = post(
        made.finn,
        change(status, "means", "another"),
        change(status, "owner", "Fnance"),
        change("new-1", "name", "plan"),
        change("new-1", "approver", "Nora"),
        create=True,
    )
    assert answer.status_code == 422
    assert [
        (one["field"], one["key"], one["column"], one["text"], one["sentence"]) for one in answer.json()["refused"]
    ] == [
        (status.pk, str(status.pk), "owner", "Fnance", "There is no team Fnance; there is Finance."),
        (None, "new-1", "approver", "Nora", "Nobody here is called Nora. People are added by an administrator."),
    ]
    assert everything() == before
    assert FieldVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "column", "sentence"),
    [
        ([("new-1", "subject", "customer")], "name", "A field needs a name, such as billing status."),
        ([("new-1", "name", "Billing Status")], "name", "There is a field called Billing Status already."),
        ([("new-1", "name", "a"), ("new-2", "name", "A")], "name", "Two rows are called A."),
        ([("new-1", "name", "x" * 201)], "name", "Field: at most 200 characters; here are 201."),
        ([("new-1", "name", "a"), ("new-1", "state", "agreed")], "state", None),
        (
            [("new-1", "name", "a"), ("new-1", "approver", "Mira Lind"), ("new-1", "deputy", "mira@example.com")],
            "deputy",
            "The deputy is somebody else than the approver.",
        ),
        (
            [("new-1", "name", "a"), ("new-1", "settled_by", f"CRM: {'x' * 101}")],
            "settled_by",
            "The name of a record has at most 100 characters.",
        ),
    ],
)
def test_what_a_row_cannot_be_is_said_for_its_cell(
    status: Field, changes: Sequence[tuple[str, str, str]], column: str, sentence: str | None
) -> None:
    dana = Person.objects.get(email="dana@example.com")
    answer = post(dana, *(change(*one) for one in changes), create=True)
    assert answer.status_code == 422
    (refused,) = answer.json()["refused"]
    assert refused["column"] == column
    assert refused["sentence"] == (sentence or refused["sentence"])
    assert Field.objects.get() == status


def test_the_name_of_a_field_cannot_be_emptied_or_given_twice(made: build.Company, status: Field) -> None:
    other = of_nobody()
    for name, sentence in (
        ("", "A field needs a name, such as billing status."),
        ("START date", "There is a field called START date already."),
    ):
        answer = post(made.finn, change(status, "name", name))
        assert [one["sentence"] for one in answer.json()["refused"]] == [sentence]
    assert post(made.finn, change(other, "name", "Start Date")).status_code == 200


def test_a_field_that_is_gone_is_said_with_who_removed_it(made: build.Company, status: Field) -> None:
    defining.remove(status, person=made.dana, reason="Nobody compares it.")
    answer = post(made.finn, change(status, "owner", "Sales"), {**change("new-1", "name", "x"), "field": 987_654})
    assert answer.status_code == 422
    said = [one["sentence"] for one in answer.json()["refused"]]
    assert said == ["billing status was removed by Dana Reyes.", "This field is not there."]
    assert post(made.finn, remove=[2**62]).status_code == 422


# --- Bodies that cannot be read ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "7",
        "[" * 100_000,
        '{"changes": {}}',
        '{"changes": [7]}',
        '{"changes": [{"field": 1, "column": "owner"}]}',
        '{"changes": [{"field": 1, "column": "colour", "text": ""}]}',
        '{"changes": [{"field": 1, "column": ["owner"], "text": ""}]}',
        '{"changes": [{"field": true, "column": "owner", "text": ""}]}',
        '{"changes": [{"field": 1.5, "column": "owner", "text": ""}]}',
        '{"changes": [{"field": "1", "column": "owner", "text": ""}]}',
        '{"changes": [{"field": -1, "column": "owner", "text": ""}]}',
        '{"changes": [{"field": 99999999999999999999, "column": "owner", "text": ""}]}',
        '{"changes": [{"field": "new-' + "1" * 80 + '", "column": "owner", "text": ""}]}',
        '{"changes": [{"field": 1, "column": "owner", "text": 7}]}',
        '{"changes": [{"field": 1, "column": "owner", "text": "", "was": 7}]}',
        '{"changes": [{"field": 1, "column": "owner", "text": "", "version": "1"}]}',
        '{"changes": [], "create": "yes"}',
        '{"changes": [], "reason": null}',
        '{"changes": [], "reason": "' + "x" * 1_001 + '"}',
        '{"changes": [], "remove": ["1"]}',
        '{"changes": [], "versions": [1]}',
        '{"changes": [], "versions": {"a": 1}}',
        '{"changes": [' + ",".join(['{"field": 1, "column": "owner", "text": ""}'] * 20_001) + "]}",
        '{"changes": [], "more": "' + "x" * 2_000_000 + '"}',
        '{"changes": [], "more": "' + "x" * 3_000_000 + '"}',
        b"\xff\xfe",
    ],
    ids=lambda body: str(body)[:60],
)
def test_a_body_that_cannot_be_read_is_answered_with_a_sentence(made: build.Company, body: str | bytes) -> None:
    answer = signed_in(made.dana).post("/ownership/cells/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["sentence"].endswith(".")


def test_a_form_is_not_a_batch(made: build.Company) -> None:
    answer = signed_in(made.dana).post("/ownership/cells/", {"changes": "[]"})
    assert (answer.status_code, answer.json()) == (400, {"sentence": "Cells are sent as JSON."})


# --- Two people --------------------------------------------------------------------------------------------------


def test_what_somebody_else_wrote_meanwhile_is_shown_with_both_values_and_names(
    made: build.Company, status: Field
) -> None:
    post(made.dana, change(status, "means", "theirs", was=build.STATUS.means))
    post(made.finn, change(status, "because", "another reason"))
    answer = post(
        made.finn, change(status, "means", "mine", was=build.STATUS.means), change(status, "subject", "account")
    )
    assert answer.status_code == 409
    said = answer.json()
    when = FieldVersion.objects.get(field=status, number=2).at.isoformat()
    assert said["conflicts"] == [
        {
            "field": status.pk,
            "column": "means",
            "yours": "mine",
            "theirs": "theirs",
            "was": build.STATUS.means,
            "who": "Dana Reyes",
            "when": when,
        }
    ]
    assert [row["texts"]["means"] for row in said["rows"]] == ["theirs"]
    assert definition(status).means == "theirs"
    assert definition(status).subject == "customer"


def test_two_people_who_write_the_same_are_no_conflict(made: build.Company, status: Field) -> None:
    post(made.dana, change(status, "owner", "Sales", was="Finance"))
    assert post(made.finn, change(status, "owner", "sales", was="Finance")).status_code == 200
    assert post(made.finn, change(status, "approver", "dana reyes", was="finn@example.com")).status_code == 200


def test_a_cell_nobody_asked_about_is_no_conflict(made: build.Company, status: Field) -> None:
    post(made.dana, change(status, "means", "theirs"))
    assert post(made.finn, change(status, "means", "mine")).status_code == 200


# --- Reasons -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("column", "text"), [("because", "so"), ("editors", "CRM: Finance"), ("conditions", "")])
def test_what_the_teams_agreed_on_changes_with_a_reason(
    made: build.Company, status: Field, column: str, text: str
) -> None:
    agreed(status)
    answer = post(made.finn, change(status, column, text))
    assert answer.status_code == 422
    assert answer.json() == {
        "needs_reason": [status.pk],
        "names": ["billing status"],
        "sentence": "The teams agreed on billing status. Say why it changes.",
    }
    assert definition(status) == build.STATUS
    assert post(made.finn, change(status, column, text), reason="They asked.").status_code == 200
    assert FieldVersion.objects.get(field=status, number=2).reason == "They asked."


def test_what_a_field_means_changes_without_one(made: build.Company, status: Field) -> None:
    agreed(status)
    assert post(made.finn, change(status, "means", "x"), change(status, "owner", "finance")).status_code == 200


def test_a_version_that_is_worked_on_already_asks_no_more(made: build.Company, status: Field) -> None:
    agreed(status)
    post(made.finn, change(status, "because", "so"), reason="They asked.")
    assert post(made.finn, change(status, "because", "or so")).status_code == 200


# --- Who may -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER, Role.ADMINISTRATOR])
def test_who_leads_no_team_changes_nothing_and_is_told_who_does(status: Field, role: Role) -> None:
    reader = build.person(email="reader@example.com", role=role)
    before = everything()
    answer = post(reader, change(status, "means", "x"))
    assert (answer.status_code, answer.json()) == (
        403,
        {"sentence": "billing status is edited by the lead of Finance (Finn Okafor) or Sales (Dana Reyes)."},
    )
    answer = post(reader, change("new-1", "name", "plan"))
    assert (answer.status_code, answer.json()) == (403, {"sentence": "Fields are added by the leads of teams."})
    assert post(reader, remove=[status.pk]).status_code == 403
    assert everything() == before


def test_one_field_one_may_not_touch_keeps_the_whole_batch_from_being_written(status: Field) -> None:
    free = of_nobody()
    lead = build.person(email="lead@example.com", role=Role.LEAD)
    assert post(lead, change(free, "means", "x"), remove=[status.pk]).status_code == 403
    assert definition(free).means == ""


def test_the_lead_of_another_team_suggests_while_the_rest_is_written(made: build.Company) -> None:
    theirs = build.field(Definition("status", rule=Rule(owner="Finance")))
    free = of_nobody()
    answer = post(made.dana, change(theirs, "means", "x"), change(free, "means", "y"), reason="Clearer.")
    said = answer.json()
    assert (said["suggested"], said["said"]) == (
        1,
        "1 cell of 1 field changed, 1 suggestion kept for those who edit the field.",
    )
    (suggested,) = next(row for row in said["rows"] if row["field"] == theirs.pk)["suggestions"]
    assert (suggested["column"], suggested["text"], suggested["who"], suggested["why"]) == (
        "means",
        "x",
        "Dana Reyes",
        "Clearer.",
    )
    assert (definition(theirs).means, definition(free).means) == ("", "y")


# --- Many --------------------------------------------------------------------------------------------------------


def test_two_hundred_fields_are_edited_with_few_queries_each(made: build.Company) -> None:
    columns = {
        "means": "new",
        "first_appears_in": "Billing: posted invoice",
        "owner": "Sales",
        "because": "so",
        "deputy": "Dana Reyes",
    }
    counts = []
    for count in (10, 40):
        fields = defining.define(
            [Wanted(None, replace(build.STATUS, name=f"{count} {number}")) for number in range(count)], person=None
        )
        changes = [change(one, column, text) for one in fields for column, text in columns.items()]
        with CaptureQueriesContext(connection) as queries:
            assert post(made.finn, *changes).json()["said"] == f"{5 * count} cells of {count} fields changed."
        counts.append(len(queries))
    assert (counts[1] - counts[0]) / 30 <= 5
