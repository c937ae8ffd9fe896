"""What can be changed about who owns what."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import transaction

from ownership.history import save_with_reason
from ownership.models import Person, Role, System, Team
from ownership.queries import people as queries

WELCOME_SALT = "ownership.welcome"
WELCOME_SECONDS = 7 * 24 * 3600
FIRST_START = "First start."


class WelcomeOverError(Exception):
    """The link of the first start was used, is too old or is not ours."""


def welcome_token() -> str | None:
    """Return the signed token of the first start, or None once there is a person."""
    return None if queries.anyone_there() else signing.dumps("first administrator", salt=WELCOME_SALT)


def check_welcome(token: str) -> None:
    """Raise WelcomeOverError unless ``token`` is ours, at most a week old, and there is no person yet."""
    try:
        signing.loads(token, salt=WELCOME_SALT, max_age=WELCOME_SECONDS)
    except signing.BadSignature as error:
        raise WelcomeOverError from error
    if queries.anyone_there():
        raise WelcomeOverError


@transaction.atomic
def create_first_administrator(*, token: str, email: str, name: str, password: str, team: str) -> Person:
    """Create and return the first person: an administrator, who also leads ``team``, made if it is not there.

    Administrators may not run checks for being administrators; leads may. Raises WelcomeOverError when ``token`` no
    longer holds.
    """
    # Two browsers with the same link: the second waits here for the first and then finds a person.
    ContentType.objects.select_for_update().get(app_label="ownership", model="person")
    check_welcome(token)
    own = _team_of_ones_own(team)
    person = Person(email=Person.normalize_username(email), name=name, role=Role.ADMINISTRATOR, team=own)
    person.set_password(password)
    save_with_reason(person, reason=FIRST_START)
    own.lead = person
    save_with_reason(own, reason=FIRST_START)
    return person


def _team_of_ones_own(name: str) -> Team:
    """The team of that name. One of the example steps aside: whoever starts here must not find it led by somebody."""
    there = Team.objects.filter(name=name).first()
    if there is not None and there.is_demo:
        there.name = free_name(Team, name)
        save_with_reason(there, reason="A team of your own has this name.")
        there = None
    if there is None:
        there = Team(name=name)
        save_with_reason(there, reason=FIRST_START)
    return there


def free_name(model: type[Team | System], name: str) -> str:
    """Return ``name``, or the next name for something of the example that nothing has yet: "Sales (example)"."""
    longest = 80
    if not model.objects.filter(name=name).exists():
        return name
    names = (f"{name[:longest]} (example{f' {number}' if number > 1 else ''})" for number in range(1, 1000))
    return next(tried for tried in names if not model.objects.filter(name=tried).exists())


def clear_expired_sessions(*, expired_before: datetime) -> int:
    """Delete the sessions that ended before ``expired_before`` and return how many."""
    deleted, _ = Session.objects.filter(expire_date__lt=expired_before).delete()
    return deleted
