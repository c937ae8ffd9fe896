"""The one way in which a field changes."""

from dataclasses import replace

import pytest
from django.utils import timezone

from ownership.definitions import Definition, Record, Rule, Use
from ownership.models import Condition, Field, FieldVersion, OwnershipRule, RuleState
from ownership.permissions import Rights, touching
from ownership.queries import registry
from ownership.services.defining import Refused, Wanted, bring_back, define, remove
from tests import build

pytestmark = pytest.mark.django_db


def whole(field: Field) -> Field:
    return registry.whole(Field.objects.filter(pk=field.pk)).get()


def in_force(field: Field) -> OwnershipRule:
    rule = whole(field).working
    assert rule
    OwnershipRule.objects.filter(pk=rule.pk).update(state=RuleState.AGREED, agreed_at=timezone.now())
    return OwnershipRule.objects.get(pk=rule.pk)


def test_a_field_comes_back_as_it_was_defined() -> None:
    made = build.company()
    field = build.field(person=made.dana, reason="The first one.")
    assert registry.definition(whole(field)) == build.STATUS
    version = FieldVersion.objects.get(field=field)
    assert (version.number, version.by_name, version.reason) == (1, "Dana Reyes", "The first one.")
    assert Definition.from_json(version.data) == build.STATUS


def test_what_is_as_wanted_is_not_written() -> None:
    build.company()
    field = build.field()
    define([Wanted(field, build.STATUS)], person=None)
    define([Wanted(field, replace(build.STATUS, uses=build.STATUS.uses[::-1]))], person=None)
    assert FieldVersion.objects.filter(field=field).count() == 1
    assert field.history.count() == 1


def test_an_edit_of_a_rule_in_force_begins_the_next_version() -> None:
    build.company()
    field = build.field()
    agreed = in_force(field)
    wanted = replace(build.STATUS, rule=replace(build.STATUS.rule, because="it is posted", conditions=()))
    (field,) = define([Wanted(field, wanted)], person=None, reason="Simpler.")
    assert field.in_force == agreed
    assert field.working
    assert (field.working.number, field.working.state) == (2, "draft")
    assert registry.definition(field) == wanted
    assert registry.rule_definition(field.in_force) == build.STATUS.rule


def test_taking_an_edit_of_a_rule_in_force_back_sets_the_new_version_aside() -> None:
    build.company()
    field = build.field()
    in_force(field)
    define([Wanted(field, replace(build.STATUS, rule=Rule(owner="Sales")))], person=None)
    (field,) = define([Wanted(field, build.STATUS)], person=None)
    assert field.working is None
    assert registry.definition(field) == build.STATUS
    assert OwnershipRule.objects.get(field=field, number=2).state == RuleState.DISCARDED


def test_what_was_proposed_goes_back_to_draft_when_it_is_edited() -> None:
    made = build.company()
    field = build.field()
    rule = whole(field).working
    assert rule
    OwnershipRule.objects.filter(pk=rule.pk).update(state=RuleState.PROPOSED)
    rule.agreements.create(team=made.sales, answer="agrees")
    (field,) = define([Wanted(field, replace(build.STATUS, rule=Rule(owner="Sales")))], person=None)
    assert field.working
    assert field.working.state == RuleState.DRAFT
    assert not rule.agreements.exists()
    assert not Condition.objects.filter(rule=rule).exists()


def test_record_types_are_made_as_they_are_named() -> None:
    made = build.company()
    build.field()
    assert sorted(made.crm.record_types.values_list("name", flat=True)) == ["deal", "signed order form"]
    build.field(replace(build.STATUS, name="start date", rule=Rule(settled_by=Record("crm", "DEAL"))))
    assert made.crm.record_types.count() == 2


@pytest.mark.parametrize(
    ("wanted", "sentence", "column"),
    [
        (replace(build.STATUS, name=" "), "A field needs a name, such as billing status.", "name"),
        (replace(build.STATUS, name="Billing STATUS"), "There is a field called Billing STATUS already.", "name"),
        (Definition("x", uses=(Use("Shop"),)), "There is no system Shop.", "editors"),
        (Definition("x", uses=(Use("CRM", editors=("Ops",)),)), "There is no team Ops.", "editors"),
        (Definition("x", uses=(Use("CRM"), Use("crm"))), "Each system is named once.", "editors"),
        (Definition("x", rule=Rule(owner="Ops")), "There is no team Ops.", "owner"),
        (
            Definition("x", rule=Rule(approver="a@b.example")),
            "There is nobody with the address a@b.example.",
            "approver",
        ),
        (
            Definition("x", rule=Rule(approver="finn@example.com", deputy="finn@example.com")),
            "The deputy is somebody else than the approver.",
            "deputy",
        ),
        (Definition("x", rule=Rule(settled_by=Record("Shop", "order"))), "There is no system Shop.", "settled_by"),
        (
            Definition("x", rule=Rule(depends=True, settled_by=Record("CRM", "deal"))),
            "Either it depends, or one record settles it.",
            "settled_by",
        ),
        (Definition("x" * 201), "Field: at most 200 characters.", "name"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(wanted: Definition, sentence: str, column: str) -> None:
    build.company()
    build.field()
    with pytest.raises(Refused) as refused:
        define([Wanted(None, Definition("another")), Wanted(None, wanted)], person=None)
    assert (refused.value.sentence, refused.value.column) == (sentence, column)
    assert Field.objects.count() == 1
    assert FieldVersion.objects.count() == 1


def test_a_removed_field_comes_back_unless_its_name_is_taken() -> None:
    made = build.company()
    field = build.field()
    remove(field, person=made.dana, reason="Nobody compares it.")
    assert not registry.whole().exists()
    bring_back(field, person=made.dana)
    assert registry.definition(registry.whole().get()) == build.STATUS
    remove(field, person=made.dana, reason="Again.")
    build.field()
    with pytest.raises(Refused, match="another field called billing status"):
        bring_back(field, person=made.dana)


def test_who_added_a_field_goes_on_editing_it_until_a_version_is_in_force() -> None:
    made = build.company()
    field = build.field(
        Definition("plan", rule=Rule(owner="Finance", settled_by=Record("CRM", "deal"))), person=made.dana
    )
    assert Rights(made.dana).edits(whole(field))
    assert Rights(made.finn).edits(whole(field))
    in_force(field)
    assert not Rights(made.dana).edits(whole(field))


def test_a_team_that_owns_a_field_is_asked_when_a_new_version_gives_it_to_another() -> None:
    made = build.company()
    field = build.field(Definition("plan", rule=Rule(owner="Finance")))
    in_force(field)
    define([Wanted(field, Definition("plan", rule=Rule(owner="Sales")))], person=None)
    assert set(touching(whole(field))) == {made.sales.pk, made.finance.pk}
