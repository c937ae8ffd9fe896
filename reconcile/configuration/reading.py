"""A YAML file as plain data: mappings, lists and texts, and nothing a file of somebody else's could trip us with.

Words stay words: ``no`` is not false and ``2026-05-01`` no date, because a table of words may hold them. What has to be
a number or a truth value is read as one where it is expected.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from ownership import wording
from reconcile.configuration.refusals import refuse

LARGEST = 10_000_000
DEEPEST = 20
HALF = re.compile("[\ud800-\udfff]")
NOTHING = frozenset({"", "~", "null", "Null", "NULL"})


class _Loader(yaml.SafeLoader):
    """Takes no alias (a small file could unfold to billions of entries), no key twice, no endless nesting."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the package's own declaration
    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _at(self.peek_event().start_mark, "refers to another place with *; write it out")  # type: ignore[no-untyped-call]
        self._depth += 1
        if self._depth > DEEPEST:
            raise _at(self.peek_event().start_mark, "is nested too deep")  # type: ignore[no-untyped-call]
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _text(loader: _Loader, node: yaml.ScalarNode) -> str | None:
    text = str(loader.construct_scalar(node))
    if "\0" in text:
        raise _at(node.start_mark, "holds a NUL character, which no text here may")
    if HALF.search(text):
        raise _at(node.start_mark, "holds half a character, which no text here may")
    return None if node.style is None and text in NOTHING else text


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str) and not (isinstance(key_node, yaml.ScalarNode) and key is None):
            raise _at(key_node.start_mark, "is no text, and so no key")
        name = str(key_node.value) if key is None else key
        if name in found:
            raise _at(key_node.start_mark, f"says {name[:60]} twice")
        found[name] = loader.construct_object(value_node, deep=True)
    return found


def _list(loader: _Loader, node: yaml.SequenceNode) -> list[Any]:
    return [loader.construct_object(item, deep=True) for item in node.value]


def _no_other(_: _Loader, node: yaml.Node) -> Any:
    raise _at(node.start_mark, f"is marked as {str(node.tag)[:60]}, which has no meaning here")


_Loader.yaml_constructors = {
    "tag:yaml.org,2002:str": _text,
    "tag:yaml.org,2002:map": _mapping,
    "tag:yaml.org,2002:seq": _list,
    None: _no_other,
}


def read(path: Path) -> Any:
    """Return what the file says: dict, list, str or None, nested. Raises Refused."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        sentence = f"{path} cannot be read: {error.strerror or error}."
        refuse(sentence)
    if size > LARGEST:
        sentence = f"{path.name} has {wording.size(size)}; the most that is taken is {wording.size(LARGEST)}."
        refuse(sentence)
    return parsed(content, path.name)


def parsed(content: bytes, name: str) -> Any:
    """The same of bytes; ``name`` is what messages call the file."""
    try:
        return yaml.load(content.decode("utf-8-sig"), Loader=_Loader)  # noqa: S506 - a SafeLoader with less in it
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        sentence = f"{name}, line {wording.number(line)}: this is not UTF-8. Save the file as UTF-8."
        refuse(sentence)
    except (_Broken, yaml.YAMLError) as error:
        refuse(_said(error, name))
    except (ValueError, OverflowError):
        # The package lets these through, of an escape such as "\\U00FFFFFF".
        sentence = f"{name}: this is not YAML: it names a character that there is not."
        refuse(sentence)


class _Broken(Exception):
    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


def _at(mark: Any, problem: str) -> _Broken:
    return _Broken(mark.line + 1, problem)


def _said(error: _Broken | yaml.YAMLError, name: str) -> str:
    if isinstance(error, _Broken):
        return f"{name}, line {wording.number(error.line)}: this {error}."
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    where = f"{name}, line {wording.number(mark.line + 1)}" if mark else name
    return f"{where}: this is not YAML: {problem}."
