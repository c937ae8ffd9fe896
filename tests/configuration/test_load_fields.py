"""``manage.py load`` of fields: what is agreed is never edited, who agreed is as the file says."""

from pathlib import Path

import pytest
import yaml

from ownership.models import Field, FieldVersion, OwnershipRule, Person, RecordType, System, Team
from ownership.queries import registry
from ownership.services import defining
from reconcile.checks.models import Check
from reconcile.configuration.dumping import dump
from tests import build
from tests.configuration.registries import rows_of_history
from tests.configuration.test_load import load, refused

PLACES = """
teams: [{name: Sales, lead: dana@example.com}, {name: Finance, lead: finn@example.com}]
people:
  - {email: dana@example.com, name: Dana Reyes, team: Sales, role: lead}
  - {email: finn@example.com, name: Finn Okafor, team: Finance, role: lead}
  - {email: mira@example.com, name: Mira Lind, role: manager}
systems: [{name: CRM, owner: Sales}, {name: Billing, owner: Finance}]
"""
STATUS = """
fields:
  - name: billing status
    subject: customer
    means: where the customer stands with their invoices
    sensitive: false
    uses:
      - {system: CRM, column: billing_status, means: what sales was last told, editors: [Sales]}
      - {system: Billing, column: Status, means: state of the latest posted invoice, editors: [Finance]}
    rule:
      first_appears_in: {system: CRM, record_type: deal}
      owner: Finance
      settled_by: {system: Billing, record_type: posted invoice}
      because: the customer has seen the invoice
      conditions:
        - when: the order form is not signed yet
          test: {system: CRM, column: signed, operator: equals, value: "no"}
          settled_by: {system: CRM, record_type: signed order form}
      approver: finn@example.com
      deputy: mira@example.com
"""
AGREED = f"{STATUS}      agreed_by: [Sales, Finance]\n"
CHECK = """
checks:
  - name: weekly customers
    left: {system: CRM, key: [id]}
    right: {system: Billing, key: [ref]}
    fields:
      - {field: billing status, compare: mapped, mapping: {current: PAID}}
      - {name: start date, left: start_date, right: ServiceStart, owner: left}
"""

pytestmark = pytest.mark.django_db


def whole() -> Field:
    return registry.whole().get(name="billing status")


def test_a_field_is_there_as_the_file_describes_it(tmp_path: Path) -> None:
    assert load(tmp_path, PLACES + STATUS) == "8 added, 0 changed, 0 unchanged.\n"
    assert registry.definition(whole()) == build.STATUS
    assert [rule.state for rule in OwnershipRule.objects.all()] == ["draft"]


def test_a_rule_every_team_agreed_to_is_in_force(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED)
    rule = whole().in_force
    assert rule
    assert whole().working is None
    assert rule.agreed_at
    assert {one.team.name for one in rule.agreements.all()} == {"Sales", "Finance"}


def test_a_rule_some_teams_agreed_to_is_proposed(tmp_path: Path) -> None:
    load(tmp_path, f"{PLACES}{STATUS}      agreed_by: [Sales]\n")
    rule = whole().working
    assert rule
    assert rule.state == "proposed"
    assert [one.team.name for one in rule.agreements.all()] == ["Sales"]


def test_a_disputed_rule_stays_disputed(tmp_path: Path) -> None:
    load(tmp_path, f"{PLACES}{STATUS}      state: disputed\n")
    assert [rule.state for rule in OwnershipRule.objects.all()] == ["disputed"]
    assert "state: disputed" in dump()


@pytest.mark.parametrize(
    "more", ["", "      agreed_by: [Sales]\n", "      agreed_by: [Sales, Finance]\n", "      state: disputed\n"]
)
def test_a_second_load_changes_nothing_and_writes_no_history(tmp_path: Path, more: str) -> None:
    load(tmp_path, PLACES + STATUS + more)
    before = rows_of_history()
    assert load(tmp_path, PLACES + STATUS + more) == "Nothing to change: 8 entries are as the file says.\n"
    assert rows_of_history() == before


def test_a_change_of_an_agreed_rule_is_a_draft_and_the_agreed_one_stays_in_force(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED)
    load(tmp_path, STATUS.replace("the customer has seen", "an auditor has seen"))
    field = whole()
    assert field.in_force
    assert field.in_force.because == "the customer has seen the invoice"
    assert field.working
    assert (field.working.state, field.working.because) == (
        "draft",
        "an auditor has seen the invoice",
    )


def test_a_changed_rule_that_every_team_agreed_to_takes_the_place_of_the_one_in_force(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED)
    load(tmp_path, AGREED.replace("the customer has seen", "an auditor has seen"))
    field = whole()
    assert field.working is None
    assert field.in_force
    assert field.in_force.because == "an auditor has seen the invoice"
    assert OwnershipRule.objects.filter(state="superseded").count() == 1


def test_a_draft_begun_in_the_app_outlives_a_load_of_what_is_in_force(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED)
    load(tmp_path, STATUS.replace("the customer has seen", "an auditor has seen"))
    before = rows_of_history()
    load(tmp_path, AGREED)
    assert rows_of_history() == before


def test_an_empty_next_rule_sets_the_draft_aside(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED)
    load(tmp_path, STATUS.replace("the customer has seen", "an auditor has seen"))
    load(tmp_path, f"{AGREED}    next_rule:\n")
    assert whole().working is None
    assert whole().in_force


def test_the_version_people_work_on_stands_beside_the_one_in_force(tmp_path: Path) -> None:
    load(tmp_path, f"{PLACES}{AGREED}    next_rule: {{owner: Sales}}\n")
    field = whole()
    assert field.in_force
    assert field.working
    assert field.working.owner
    assert field.working.owner.name == "Sales"
    assert yaml.safe_load(dump())["fields"][0]["next_rule"] == {"owner": "Sales"}


def test_what_the_file_does_not_say_of_a_field_stays(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED)
    load(tmp_path, "fields: [{name: billing status, subject: account}]")
    assert (whole().subject, whole().means) == ("account", build.STATUS.means)
    assert whole().in_force
    assert len(whole().uses.all()) == 2


def test_names_are_matched_whatever_their_case_and_stay_as_they_are_spelled(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED)
    before = rows_of_history()
    load(
        tmp_path,
        AGREED.replace("CRM", "crm").replace("[Sales", "[SALES").replace("record_type: deal", "record_type: Deal"),
    )
    assert rows_of_history() == before


def test_each_change_is_in_the_history_of_the_field_with_the_file(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED)
    assert set(FieldVersion.objects.values_list("reason", flat=True)) == {"Loaded from house.yaml."}


def test_the_field_of_the_example_becomes_ones_own_and_fields_of_the_example_are_not_written(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED)
    Field.objects.update(is_demo=True)
    assert "fields:" not in dump()
    load(tmp_path, AGREED)
    assert "fields:" in dump()


def test_a_removed_field_is_not_written_and_a_new_one_takes_its_name(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED)
    defining.remove(whole(), person=None, reason="no longer compared")
    assert "fields:" not in dump()
    load(tmp_path, AGREED)
    assert Field.objects.count() == 2


def test_what_a_record_type_is_comes_with_its_system(tmp_path: Path) -> None:
    text = "systems: [{name: CRM, record_types: [{name: deal, means: a sale on its way}, {name: lead}]}]\n"
    load(tmp_path, text)
    assert load(tmp_path, text).startswith("Nothing to change")
    assert RecordType.objects.get(name="deal").means == "a sale on its way"
    assert yaml.safe_load(dump())["systems"] == yaml.safe_load(text)["systems"]


def test_a_check_takes_columns_and_owner_from_the_registry(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED + CHECK)
    status, start = Check.objects.get().comparing.fields
    assert (status.name, status.left, status.right, status.owner) == (
        "billing status",
        "billing_status",
        "Status",
        "right",
    )
    assert (status.compare, status.mapping) == ("mapped", (("current", "PAID"),))
    assert start.name == "start date"


def test_a_check_is_written_with_the_name_of_the_field_while_the_registry_says_the_same(tmp_path: Path) -> None:
    load(tmp_path, PLACES + AGREED + CHECK)
    assert yaml.safe_load(dump())["checks"][0]["fields"][0] == {
        "field": "billing status", "compare": "mapped", "mapping": {"current": "PAID"},
    }  # fmt: skip
    load(
        tmp_path,
        "fields: [{name: billing status, uses: [{system: CRM, column: other}, {system: Billing, column: Status}]}]",
    )
    assert yaml.safe_load(dump())["checks"][0]["fields"][0]["left"] == "billing_status"


def test_a_field_the_registry_cannot_give_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = PLACES + "fields: [{name: billing status, uses: [{system: CRM, column: a}]}]" + CHECK
    assert refused(tmp_path, capsys, text) == ("checks[0].fields[0].field: billing status is not stored in Billing.")


@pytest.mark.shared
def test_the_example_of_the_contract_goes_in_and_comes_out(tmp_path: Path, shared_data: Path) -> None:
    text = (shared_data.parent / "example.yaml").read_text()
    said = load(tmp_path, text, "--only", "teams,people,systems,fields,checks")
    assert said == "9 added, 0 changed, 0 unchanged.\nLeft out: boundaries, checks[0].boundary.\n"
    wanted, written = yaml.safe_load(text), yaml.safe_load(dump())
    assert written["teams"] == [
        {"name": "Finance", "lead": "finn@example.com"},
        {"name": "Sales", "lead": "dana@example.com"},
    ]
    (field,) = wanted["fields"]
    del field["sensitive"]
    field["rule"]["agreed_by"].sort()
    assert written["fields"] == [field]
    assert written["checks"][0]["fields"][0]["field"] == "billing status"


FIELD = "fields: [{name: a, %s}]"
TEST = FIELD % "rule: {conditions: [{when: x}, {when: y, test: {%s}}]}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("fields: {name: a}", "fields: write a list here."),
        ("fields: [{subject: a}]", "fields[0]: the key name is missing."),
        ("fields: [{name: [a]}]", "fields[0].name: write a text here."),
        (f"fields: [{{name: {'a' * 201}}}]", "fields[0].name: this has 201 characters; at most 200 are taken."),
        ("fields: [{name: a}, {name: A}]", "fields[1]: A is at fields[0] already."),
        (FIELD % "colour: red", "fields[0].colour: there is no such key; there are name, subject"),
        (FIELD % "sensitive: maybe", "fields[0].sensitive: write one of true, false."),
        (FIELD % "means: [x]", "fields[0].means: write a text here."),
        (FIELD % "uses: CRM", "fields[0].uses: write a list here."),
        (FIELD % "uses: [{column: x}]", "fields[0].uses[0]: the key system is missing."),
        (FIELD % "uses: [{system: ERP}]", "fields[0].uses[0].system: there is no system ERP; add it to systems."),
        (FIELD % "uses: [{system: CRM}, {system: crm}]", "fields[0].uses[1].system: crm is named already."),
        (FIELD % "uses: [{system: CRM, editors: [Ops]}]", "fields[0].uses[0].editors[0]: there is no team Ops"),
        (FIELD % "uses: [{system: CRM, editors: Sales}]", "fields[0].uses[0].editors: write a list here."),
        (FIELD % "uses: [{system: CRM, editors: [Sales, Sales]}]", "fields[0].uses[0].editors[1]: Sales is named"),
        (FIELD % "rule: agreed", "fields[0].rule: write keys and values here"),
        (FIELD % "rule: {wins: CRM}", "fields[0].rule.wins: there is no such key"),
        (FIELD % "rule: {owner: Ops}", "fields[0].rule.owner: there is no team Ops; add it to teams."),
        (FIELD % "rule: {settled_by: CRM}", "fields[0].rule.settled_by: write keys and values here"),
        (FIELD % "rule: {settled_by: {system: CRM}}", "fields[0].rule.settled_by: the key record_type is missing."),
        (
            FIELD % "rule: {first_appears_in: {system: ERP, record_type: deal}}",
            "fields[0].rule.first_appears_in.system: there is no system ERP",
        ),
        (
            FIELD % "rule: {depends: true, settled_by: {system: CRM, record_type: deal}}",
            "fields[0].rule.depends: either it depends, or",
        ),
        (FIELD % "rule: {depends: sometimes}", "fields[0].rule.depends: write one of true, false."),
        (FIELD % "rule: {approver: finn}", "fields[0].rule.approver: finn is no e-mail address."),
        (
            FIELD % "rule: {approver: no@example.com}",
            "fields[0].rule.approver: there is no person with the address no@example.com; add it to people.",
        ),
        (
            FIELD % "rule: {approver: dana@example.com, deputy: Dana@example.com}",
            "fields[0].rule.deputy: the deputy is somebody else than the approver.",
        ),
        (FIELD % "rule: {conditions: [{then: x}]}", "fields[0].rule.conditions[0].then: there is no such key"),
        (TEST % "operator: is", "fields[0].rule.conditions[1].test.operator: write one of equals, not_equals"),
        (TEST % "system: ERP", "fields[0].rule.conditions[1].test.system: there is no system ERP"),
        (TEST % "operator: in, value: x", "fields[0].rule.conditions[1].test.value: write a list here."),
        (TEST % "operator: in, value: [{a: b}]", "fields[0].rule.conditions[1].test.value[0]: write a text here."),
        (TEST % "value: [x]", "fields[0].rule.conditions[1].test.value: write one text here"),
        (TEST % "operator: empty, value: x", "fields[0].rule.conditions[1].test.value: the operator empty compares"),
        (FIELD % "rule: {state: superseded}", "fields[0].rule.state: write one of draft, proposed"),
        (FIELD % "rule: {agreed_by: [Ops]}", "fields[0].rule.agreed_by[0]: there is no team Ops"),
        (FIELD % "rule: {state: draft, agreed_by: [Sales]}", "fields[0].rule.state: nobody has answered to a draft"),
        (
            FIELD % "rule: {agreed_by: [Sales], objections: [{team: Sales}]}",
            "fields[0].rule.objections: a team agrees or objects",
        ),
        (FIELD % "rule: {agreed_by: [Sales]}", "fields[0].rule: teams agree to a rule once it says an owner team"),
        (
            FIELD % "rule: {owner: Sales, depends: true, agreed_by: [Sales]}",
            "fields[0].rule: teams agree to a rule once it says a condition",
        ),
        (FIELD % "next_rule: {owner: Sales}", "fields[0].next_rule: this is the version people work on while"),
        (
            FIELD % "rule: {owner: Sales}, next_rule: {owner: Finance}",
            "fields[0].next_rule: the version under rule is not in force",
        ),
        ("systems: [{name: CRM, record_types: [deal]}]", "systems[0].record_types[0]: write keys and values here"),
        ("checks: [{name: a, left: {system: CRM}, right: {system: Billing}, fields: [{field: [x]}]}]",
         "checks[0].fields[0].field: write a text here."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place_and_nothing_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, sentence: str
) -> None:
    places = PLACES if "systems:" not in text else ""
    assert refused(tmp_path, capsys, places + text).startswith(sentence)
    assert not any(model._default_manager.exists() for model in (Team, Person, System, Field, RecordType))
