"""The comparison engine: two files in, every mismatch out. Pure Python; nothing of the web app is needed.

>>> from reconcile import engine
>>> found = engine.compare(engine.CompareSpec(key=(("id", "id"),)), "left.csv", "right.csv")  # doctest: +SKIP
>>> found.matched, found.differing_cells  # doctest: +SKIP
"""

from reconcile.engine.asking import Condition, Records, RecordType, Tested
from reconcile.engine.between_runs import identity
from reconcile.engine.calls import (
    caused,
    classify,
    compare,
    first_rows,
    judge,
    meeting,
    moved,
    read,
    records,
    rows,
    search,
    standing,
    suggest,
)
from reconcile.engine.classifying.asked import (
    CAUSED_COLUMNS,
    Cause,
    Caused,
    Classified,
    Classifying,
    EditColumns,
    FieldCause,
    Group,
    Seen,
    Segment,
    Split,
)
from reconcile.engine.classifying.asked import Condition as SegmentCondition
from reconcile.engine.classifying.evidence import Telling
from reconcile.engine.classifying.evidence import sentence as evidence
from reconcile.engine.classifying.formats import in_words as transformation
from reconcile.engine.deciding import RuleForDeciding, Verdict, answers, decide
from reconcile.engine.errors import EngineError
from reconcile.engine.judging.asked import JUDGED_COLUMNS, Judged, Judging
from reconcile.engine.left_out import LeftOut, left_out
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
    "CAUSED_COLUMNS",
    "JUDGED_COLUMNS",
    "Balance",
    "Cause",
    "Caused",
    "Classified",
    "Classifying",
    "CompareSpec",
    "Comparison",
    "Condition",
    "EditColumns",
    "EngineError",
    "Export",
    "FieldCause",
    "FieldResult",
    "Group",
    "Judged",
    "Judging",
    "Kept",
    "LeftOut",
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
    "Seen",
    "Segment",
    "SegmentCondition",
    "Side",
    "Split",
    "Standing",
    "Telling",
    "Tested",
    "Verdict",
    "answers",
    "caused",
    "classify",
    "compare",
    "decide",
    "evidence",
    "first_rows",
    "identity",
    "judge",
    "left_out",
    "meeting",
    "moved",
    "pairs",
    "read",
    "records",
    "rows",
    "search",
    "standing",
    "suggest",
    "transformation",
    "write_rows",
]
