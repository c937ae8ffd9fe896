"""What reading and comparing may use. Sizes are bytes, times are seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reconcile.engine.errors import ArgumentNotUnderstood

KB: Final = 1_000
MB: Final = 1_000 * KB
GB: Final = 1_000 * MB


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one piece of work in a child process."""

    memory: int = 600 * MB
    wall_seconds: float = 6 * 3600
    cpu_seconds: int = 24 * 3600
    unpacked: int = 50 * GB
    workbook_unpacked: int = 1 * GB
    workbook_ratio: int = 300
    workbook_entries: int = 10_000
    workbook_cells: int = 50_000_000
    workbook_file: int = 200 * MB
    columns: int = 4_000
    cell_characters: int = 2_000_000
    line_bytes: int = 2_000_000


_SIZE = re.compile(r"(?i)\s*(\d+(?:\.\d+)?)\s*(kb|mb|gb|tb)\s*")
_SMALLEST_MEMORY = 200 * MB


def parse_memory(text: str) -> int:
    """Bytes for a size such as ``1GB`` or ``750MB``; refuses what is no size or too little to work in."""
    found = _SIZE.fullmatch(text)
    if not found:
        raise ArgumentNotUnderstood(argument=text, expected="write a size such as 750MB or 1GB")
    size = int(float(found[1]) * {"kb": KB, "mb": MB, "gb": GB, "tb": 1_000 * GB}[found[2].lower()])
    if size < _SMALLEST_MEMORY:
        raise ArgumentNotUnderstood(argument=text, expected=f"the least that works is {shown(_SMALLEST_MEMORY)}")
    return size


def shown(size: int) -> str:
    """A size as people write it: ``600 MB``, ``1.5 GB``."""
    unit, name = (GB, "GB") if size >= GB else (MB, "MB") if size >= MB else (KB, "kB")
    return f"{size / unit:.3g} {name}"
