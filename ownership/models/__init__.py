"""Who and what there is: people, teams, systems, fields, the rules teams agreed, and what each page remembers."""

from ownership.models.claims import Claim, ClaimRound
from ownership.models.fields import Editing, Field, FieldUse, FieldVersion, RecordType, Suggestion
from ownership.models.pages import ApiToken, ChosenColumns, Presence, SavedView, SheetImport
from ownership.models.people import Person, PersonManager, Role, System, Team
from ownership.models.rules import Agreement, Answer, Condition, Operator, OwnershipRule, RuleState

__all__ = [
    "Agreement",
    "Answer",
    "ApiToken",
    "ChosenColumns",
    "Claim",
    "ClaimRound",
    "Condition",
    "Editing",
    "Field",
    "FieldUse",
    "FieldVersion",
    "Operator",
    "OwnershipRule",
    "Person",
    "PersonManager",
    "Presence",
    "RecordType",
    "Role",
    "RuleState",
    "SavedView",
    "SheetImport",
    "Suggestion",
    "System",
    "Team",
]
