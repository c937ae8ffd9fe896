"""What can be read about who owns what."""

from ownership.models import Person


def anyone_there() -> bool:
    """Return whether there is a person yet, signed in or not."""
    return Person.objects.exists()
