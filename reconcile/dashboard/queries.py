"""What the pages people come back to can read."""

from collections.abc import Callable

from django.urls import NoReverseMatch, reverse

from ownership.models import Person
from ownership.parts import Found
from ownership.permissions import administers, leads_a_team
from reconcile.checks.permissions import may_make_checks
from reconcile.dashboard import finding

MOST_FOUND = 20
# Where the cache says how far the example is, as long as it is being loaded.
EXAMPLE_LOADING = "example-loading"
LONGEST_SEARCH = 200


def everybody(_: Person) -> bool:
    """Whoever signs in."""
    return True


PAGES: tuple[tuple[str, str, str, str, Callable[[Person], bool]], ...] = (
    # address name, label, icon, other words people use for it, who may see it
    ("home", "Home", "house", "start overview", everybody),
    ("checks", "Checks", "scale", "compare comparison runs mismatches", everybody),
    ("check_new", "New check", "plus", "compare upload two exports files", may_make_checks),
    ("patterns", "Patterns", "shapes", "causes segments why mismatches weeks", everybody),
    ("snapshots", "Snapshots", "files", "exports files received", everybody),
    ("ownership", "Ownership", "table-2", "fields table registry source of truth who owns what", everybody),
    (
        "ownership_waiting",
        "What waits for my answer",
        "hand",
        "agree claims proposals suggestions ownership",
        leads_a_team,
    ),
    ("ownership_check", "Sheet check", "list-checks", "ownership gaps score", everybody),
    ("ownership_sheet", "One page", "printer", "print ownership sheet fields", everybody),
    ("ownership_import", "Bring your sheet", "upload", "import ownership fields csv xlsx spreadsheet", leads_a_team),
    ("boundaries", "Boundaries", "route", "maps hand-offs handoffs manual touches steps who does what", everybody),
    ("boundary_new", "Draw a boundary", "plus", "new map boundaries hand-offs", leads_a_team),
    ("teams", "Teams", "users-round", "ownership directory", everybody),
    ("people", "People", "circle-user-round", "ownership directory approvers", everybody),
    ("systems", "Systems", "database", "ownership directory applications", everybody),
    ("record_types", "Record types", "layers", "ownership directory kinds", everybody),
    ("tokens", "API tokens", "key-square", "programs api access", everybody),
    ("account_change_password", "Change password", "key-round", "account security", everybody),
    ("account_logout", "Sign out", "log-out", "log out leave", everybody),
    ("admin:ownership_person_changelist", "Administration", "users", "people teams accounts users roles", administers),
)


def pages(person: Person, text: str) -> list[Found]:
    """Return the pages ``person`` may see whose name or other words contain every word of ``text``."""
    words = text.lower().split()
    return [
        Found(label, address, "Page", icon)
        for name, label, icon, others, may_see in PAGES
        if all(word in f"{label} {others}".lower() for word in words)
        and (address := _address(name))
        and may_see(person)
    ]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


# Whoever has something to find adds a function: it takes a person and a text without outer space and gives only what
# that person may see, best first.
SOURCES: tuple[Callable[[Person, str], list[Found]], ...] = (
    pages,
    finding.fields,
    finding.boundaries,
    finding.patterns,
    finding.checks,
    finding.runs,
    finding.places,
    finding.people,
    finding.snapshots,
)


def found(person: Person, text: str) -> list[Found]:
    """Return at most twenty places for ``text`` (any length, any characters), pages first."""
    cleaned = "".join(character for character in text if character.isprintable()).strip()[:LONGEST_SEARCH]
    return [one for source in SOURCES for one in source(person, cleaned)][:MOST_FOUND]
