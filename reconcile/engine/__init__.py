"""The comparison engine: two files in, every mismatch out. Pure Python; nothing of the web app is needed.

>>> from reconcile import engine
>>> found = engine.compare(engine.CompareSpec(key=(("id", "id"),)), "left.csv", "right.csv")  # doctest: +SKIP
>>> found.matched, found.differing_cells  # doctest: +SKIP
"""

from reconcile.engine.calls import compare, read, suggest
from reconcile.engine.errors import EngineError
from reconcile.engine.limits import Limits
from reconcile.engine.results import Balance, Comparison, Export, FieldResult, Mismatch, Rejected, Side
from reconcile.engine.spec import CompareSpec, ReadOptions, Rule

__all__ = [
    "Balance",
    "CompareSpec",
    "Comparison",
    "EngineError",
    "Export",
    "FieldResult",
    "Limits",
    "Mismatch",
    "ReadOptions",
    "Rejected",
    "Rule",
    "Side",
    "compare",
    "read",
    "suggest",
]
