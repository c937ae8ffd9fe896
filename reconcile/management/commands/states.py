"""Draw the states a run may be in, from the table of transitions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ownership.transitions import RULE, Transition
from reconcile.checks.transitions import RUN
from reconcile.management.terminal import say
from reconcile.patterns.transitions import PATTERN


class Command(BaseCommand):
    """``states > docs/states.md``; a test compares the two."""

    help = "Prints docs/states.md: every state machine as a diagram and a table."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the framework's own declaration

    def handle(self, **options: Any) -> None:  # noqa: ARG002 - the framework's own signature
        """Print the page."""
        say(page())


def page() -> str:
    """The page of all state machines, in Markdown."""
    return "\n".join(
        [
            "# States",
            "",
            "Made by `./run manage states > docs/states.md` from the tables the code asks before every change.",
            "",
            *_machine("Run", RUN),
            *_machine("Pattern", PATTERN),
            *_machine("Rule", RULE),
        ]
    )


def _machine(name: str, ways: tuple[Transition, ...]) -> list[str]:
    return [
        f"## {name}",
        "",
        *_diagram(ways),
        "",
        "| from | to | because |",
        "|---|---|---|",
        *(f"| {way.before} | {way.after} | {way.because} |" for way in ways),
        "",
    ]


def _diagram(ways: tuple[Transition, ...]) -> list[str]:
    names = {state: state.replace(" ", "_") for way in ways for state in (way.before, way.after)}
    ends = [state for state in names if not any(way.before == state for way in ways)]
    return [
        "```mermaid",
        "stateDiagram-v2",
        *(f"    {name}: {state}" for state, name in names.items() if name != state),
        f"    [*] --> {names[ways[0].before]}",
        *(f"    {names[way.before]} --> {names[way.after]}" for way in ways),
        *(f"    {names[state]} --> [*]" for state in ends),
        "```",
    ]
