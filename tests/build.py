"""Builders: each reaches a state the way the app does, and takes keywords only."""

from ownership.models import Person, Role

PASSWORD = "four plain words here"


def person(
    *,
    email: str = "finn@example.com",
    name: str = "Finn Okafor",
    role: Role = Role.VIEWER,
    password: str = PASSWORD,
    is_active: bool = True,
) -> Person:
    """Create and return somebody who signs in with ``password``."""
    return Person.objects.create_user(email, password, name=name, role=role, is_active=is_active)
