"""What a map does not say yet, and what is wrong with what it says. Pure: a map and the registry's facts in."""

from boundaries.findings.five import Thing, five_things
from boundaries.findings.wrong import KINDS, Finding, findings

__all__ = ["KINDS", "Finding", "Thing", "findings", "five_things"]
