"""What can be read about who owns what."""

from dataclasses import dataclass

from ownership.models import Person, Role

# The people of the example, in the order in which one meets them: address, name, role, team, part, what they do here.
EXAMPLE_PEOPLE = (
    (
        "dana.reyes@demo.example",
        "Dana Reyes",
        Role.LEAD,
        "Sales",
        "Team lead",
        "Leads Sales. Runs the weekly check, says what is compared with what, confirms or cancels a run that is held.",
    ),
    (
        "finn.okafor@demo.example",
        "Finn Okafor",
        Role.LEAD,
        "Finance",
        "Reviewer",
        "Leads Finance. Reads both records of a mismatch beside each other and judges which side is right.",
    ),
    (
        "mira.lind@demo.example",
        "Mira Lind",
        Role.MANAGER,
        "",
        "Manager",
        "Sees at a glance whether the two systems drift apart or come together, with the evidence one click away.",
    ),
)

MOST_HELPERS = 3


@dataclass(frozen=True)
class ExamplePerson:
    """Somebody of the example one can sign in as: the part they play, and what they do, in a sentence or two."""

    person: Person
    part: str
    does: str


def anyone_there() -> bool:
    """Return whether there is a person yet who is not of the example, signed in or not."""
    return Person.objects.filter(is_demo=False).exists()


def example_people() -> list[ExamplePerson]:
    """Return the people of the example that are there, team lead first."""
    there = {
        person.email: person for person in Person.objects.filter(is_demo=True, is_active=True).select_related("team")
    }
    return [ExamplePerson(there[email], part, does) for email, _, _, _, part, does in EXAMPLE_PEOPLE if email in there]


def who_can_help(person: Person) -> str:
    """Return in a sentence who can make ``person`` the lead of a team, which is what making checks takes."""
    if person.is_demo:
        return (
            f"In the example, that is {' or '.join(name for _, name, role, *_ in EXAMPLE_PEOPLE if role == Role.LEAD)}."
        )
    if person.is_administrator:
        return "You are an administrator: under People, in the administration, make yourself the lead of a team."
    helping = Person.objects.filter(is_active=True, role=Role.ADMINISTRATOR, is_demo=False)
    names = list(helping.order_by("name", "email").values_list("name", flat=True)[:MOST_HELPERS])
    return f"{' or '.join(names)} can make you one." if names else "Nobody here can make you one yet."
