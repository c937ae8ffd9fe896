"""Labels of groups: what fails the same way has the same label in every run."""

from __future__ import annotations

from reconcile.engine.classifying import formats


def label(cause: str, kind: str, field: str, detail: str) -> str:
    """What names a group across runs. ``detail`` is empty, or what sets groups of one cause apart.

    For ``format`` the transformation ("days:+1", "factor:100", "case+space"; "upper+trailing" counts as the latter),
    for ``duplicate`` how ("repeated", "copy", "two keys"). ``meaning`` has none: its words are the values.
    """
    return f"{cause}|{kind}|{formats.general(detail) if cause == 'format' else detail}|{field}"
