"""People as the database keeps them."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils.html import escape

from ownership.models import Person, Role
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_lower_case_and_found_in_any() -> None:
    build.person(email="Dana@Example.com")
    assert Person.objects.get_by_natural_key("DANA@example.COM").email == "dana@example.com"


def test_two_people_cannot_share_an_address_by_writing_it_differently() -> None:
    build.person(email="dana@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        build.person(email="DANA@example.com")


@pytest.mark.parametrize("change", [{"email": "Dana@example.com"}, {"role": "king"}])
def test_the_database_refuses_what_the_forms_would_refuse(change: dict[str, str]) -> None:
    dana = build.person()
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=dana.pk).update(**change)


def test_createsuperuser_makes_an_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", build.PASSWORD)
    call_command("createsuperuser", "--noinput", email="Ada@example.com", name="Ada Bell")
    ada = Person.objects.get(email="ada@example.com")
    assert ada.role == Role.ADMINISTRATOR
    assert ada.check_password(build.PASSWORD)
    with pytest.raises((CommandError, IntegrityError)), transaction.atomic():
        call_command("createsuperuser", "--noinput", email="ADA@example.com", name="Ada Bell")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_administer(role: Role) -> None:
    assert not build.person(role=role).has_perm("ownership.change_person")


def test_being_an_administrator_gives_no_right_outside_people(ada: Person) -> None:
    assert ada.has_perm("ownership.change_person")
    assert not ada.has_perm("review.approve_exception")
    ada.is_active = False
    assert not ada.has_perm("ownership.change_person")


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{ 7*7 }}", "Zoë 'Z' \"Q\" & Co", "\u202eevil", "=1+1"])
def test_a_hostile_name_is_only_ever_text(name: str) -> None:
    person = build.person(name=name, role=Role.ADMINISTRATOR)
    for address in ("/", "/sign-out/", "/admin/ownership/person/"):
        page = signed_in(person).get(address).content.decode()
        assert escape(name) in page
        assert "<script>alert" not in page
