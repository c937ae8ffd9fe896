"""The comparison engine: two files in, every mismatch out. Pure Python; nothing of the web app is needed.

>>> from reconcile import engine
>>> found = engine.compare(engine.CompareSpec(key=(("id", "id"),)), "left.csv", "right.csv")  # doctest: +SKIP
>>> found.matched, found.differing_cells  # doctest: +SKIP
"""

from reconcile.engine.asking import Condition, Records, RecordType, Tested
from reconcile.engine.between_runs import identity
from reconcile.engine.calls import compare, first_rows, read, records, rows, search, standing, suggest
from reconcile.engine.deciding import RuleForDeciding, Verdict, answers, decide
from reconcile.engine.errors import EngineError
from reconcile.engine.limits import Limits
from reconcile.engine.paired import pairs
from reconcile.engine.results import (
    Balance,
    Comparison,
    Export,
    FieldResult,
    Kept,
    Mismatch,
    Pair,
    Record,
    Rejected,
    Side,
    Standing,
)
from reconcile.engine.spec import CompareSpec, ReadOptions, Rule
from reconcile.engine.writing import write_rows

__all__ = [
    "Balance",
    "CompareSpec",
    "Comparison",
    "Condition",
    "EngineError",
    "Export",
    "FieldResult",
    "Kept",
    "Limits",
    "Mismatch",
    "Pair",
    "ReadOptions",
    "Record",
    "RecordType",
    "Records",
    "Rejected",
    "Rule",
    "RuleForDeciding",
    "Side",
    "Standing",
    "Tested",
    "Verdict",
    "answers",
    "compare",
    "decide",
    "first_rows",
    "identity",
    "pairs",
    "read",
    "records",
    "rows",
    "search",
    "standing",
    "suggest",
    "write_rows",
]
