"""Why a file is not loaded."""

from typing import NoReturn


class Refused(Exception):
    """One sentence; it begins with the path of the place, such as ``checks[0].left.key``, where there is one."""


def refuse(sentence: str, place: str = "") -> NoReturn:
    """Raise Refused with ``sentence``, which goes on after the path of ``place``."""
    raise Refused(f"{place}: {sentence}" if place else sentence)
