"""Three runs of one check in which something of everything happens to mismatches."""

from dataclasses import dataclass

from ownership.models import Person
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check, Run
from tests import build

COMPARING = Comparing(
    key=(("id", "id"),), fields=tuple(ComparedField(name, name, name, "exact") for name in ("a", "b"))
)

# 1 never differs. 2 differs, agrees, differs again. 3 is only left and then nowhere. 4 is only right. 5 repeats left.
# 6 differs from the second run on, and its value changes in the third.
LEFT = (
    "id,a,b\n1,x,p\n2,x,p\n3,x,p\n5,x,p\n5,x,q\n",
    "id,a,b\n1,x,p\n2,x,p\n3,x,p\n5,x,p\n5,x,q\n6,v,p\n",
    "id,a,b\n1,x,p\n2,x,p\n5,x,p\n5,x,q\n6,u,p\n",
)
RIGHT = (
    "id,a,b\n1,x,p\n2,y,p\n4,x,p\n5,x,p\n",
    "id,a,b\n1,x,p\n2,x,p\n4,x,p\n5,x,p\n6,w,p\n",
    "id,a,b\n1,x,p\n2,y,p\n4,x,p\n5,x,p\n6,w,p\n",
)


@dataclass(frozen=True)
class ThreeRuns:
    check: Check
    runs: tuple[Run, Run, Run]


def three_runs_of(dana: Person) -> ThreeRuns:
    """Make a check of the team of ``dana`` with three done runs."""
    check = build.check(comparing=COMPARING, owner=build.team(lead=dana), left="Billing", right="CRM")
    check.records = "customers"
    check.save()
    first, second, third = (
        build.run_done(check=check, left_text=left, right_text=right, person=dana, causes=right is RIGHT[-1])
        for left, right in zip(LEFT, RIGHT, strict=True)
    )
    return ThreeRuns(check, (first, second, third))
