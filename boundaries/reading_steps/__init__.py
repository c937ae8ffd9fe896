"""What a sentence about a step says: who, a verb, where, and how by hand. Pure."""

from boundaries.reading_steps.complaining import is_one_sentence
from boundaries.reading_steps.grammar import is_latin
from boundaries.reading_steps.reading import Read, read

__all__ = ["Read", "is_latin", "is_one_sentence", "read"]
