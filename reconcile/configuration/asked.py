"""One thing a file asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Asked:
    """What identifies it, what is said of it, and where each of that stands."""

    name: str
    path: str
    values: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)
