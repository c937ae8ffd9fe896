"""Editing cells as the table does: what it posts, and what is there then."""

import json
from typing import Any

from django.test import Client
from django.utils import timezone

from ownership.definitions import Definition
from ownership.models import Field, OwnershipRule, Person, RuleState
from ownership.queries import registry
from tests import build
from tests.conftest import signed_in

Body = dict[str, Any]


def change(field: Field | str, column: str, text: str, was: str | None = None) -> Body:
    return {"field": field.pk if isinstance(field, Field) else field, "column": column, "text": text, "was": was}


def post(person: Person, *changes: Body, **more: Any) -> Any:
    return post_body(signed_in(person), {"changes": changes, **more})


def post_body(client: Client, body: Any) -> Any:
    return client.post("/ownership/cells/", json.dumps(body), content_type="application/json")


def definition(field: Field) -> Definition:
    return registry.definition(registry.whole(Field.objects.filter(pk=field.pk)).get())


def everything() -> list[tuple[Definition, str]]:
    return [(registry.definition(one), one.shown.state if one.shown else "") for one in registry.whole()]


def agreed(field: Field) -> None:
    OwnershipRule.objects.filter(field=field).update(state=RuleState.AGREED, agreed_at=timezone.now())


def of_nobody(name: str = "start date") -> Field:
    return build.field(Definition(name))
