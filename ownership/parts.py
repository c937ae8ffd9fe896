"""What pages hand to the parts of `templates/_parts/`: plain frozen values, without request or database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from ownership import wording

MOST_SERIES = 6


@dataclass(frozen=True)
class Tile:
    """A figure that is a filter: ``address`` leads to the rows it counts, ``hint`` says what it counts.

    ``share`` is said below the count ("6.1 %"); ``tone`` is one of the tones of state: open, returned, waiting,
    excepted, gone, left, right, or nothing.
    """

    label: str
    count: int | None
    address: str
    hint: str
    active: bool = False
    share: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Chip:
    """A filter in force: its field and value in words, and the address of the page without it."""

    label: str
    value: str
    address: str


@dataclass(frozen=True)
class Choice:
    """One of several to choose from: a page size, a download, an entry of a menu. ``key`` names it for a form."""

    label: str
    address: str
    active: bool = False
    hint: str = ""
    icon: str = ""
    key: str = ""


@dataclass(frozen=True)
class Head:
    """The head of a column: its name, the address that sorts by it (none: it does not sort), how it sorts now."""

    label: str
    address: str = ""
    way: str = "none"
    classes: str = ""


@dataclass(frozen=True)
class BulkAction:
    """Something to do with all selected rows: where the form with the selection is posted."""

    label: str
    address: str
    icon: str = ""


@dataclass(frozen=True)
class Found:
    """Something the palette found: what it is called, where it is, which kind of thing it is."""

    label: str
    address: str
    kind: str
    icon: str = "file"
    hint: str = ""


@dataclass(frozen=True)
class Change:
    """One change of one field, as the history keeps it. ``who`` is empty if nobody was signed in."""

    when: datetime
    who: str
    what: str
    field: str
    old: object
    new: object
    why: str = ""


@dataclass(frozen=True)
class Masked:
    """Stands where a value of the sensitive ``field`` would be; ``who`` says in a sentence who sees it."""

    field: str
    who: str

    def __str__(self) -> str:
        return "(masked)"


def by_who_sees(masked: Iterable[Masked]) -> list[tuple[str, str]]:
    """Return the names of fields as a sentence lists them, each list with the sentence that says who sees them."""
    groups: dict[str, set[str]] = {}
    for one in masked:
        groups.setdefault(one.who, set()).add(one.field)
    listed = [(wording.listed(sorted(names, key=str.casefold)), who) for who, names in groups.items()]
    return sorted(listed, key=lambda group: group[0].casefold())


@dataclass(frozen=True)
class Bar:
    """One row of a bar list: ``share`` in words, ``count`` for its length, ``address`` of the rows it counts.

    ``length`` where something else than the count says how long it is, such as a rate: any unit, the same in one list.
    """

    label: str
    count: int
    share: str = ""
    address: str = ""
    tone: str = ""
    length: float | None = None

    @property
    def drawn(self) -> float:
        """What its length stands for."""
        return self.count if self.length is None else self.length


@dataclass(frozen=True)
class Bars:
    """Bars from zero to the longest, drawn by the server."""

    title: str
    bars: Sequence[Bar]

    @property
    def rows(self) -> list[tuple[Bar, int]]:
        """Each bar with its length, 0 to 1000; whatever is there at all is at least a sliver."""
        longest = max((bar.drawn for bar in self.bars), default=0)
        return [(bar, max(round(1000 * bar.drawn / longest), 4) if bar.drawn else 0) for bar in self.bars]


@dataclass(frozen=True)
class Sparkline:
    """A small line of figures over time, drawn by the server, from zero."""

    title: str
    values: Sequence[float]
    width: int = 120
    height: int = 24

    @property
    def description(self) -> str:
        """The figures as a reader without eyes gets them."""
        if not self.values:
            return "No figures yet."
        first, last = wording.number(self.values[0]), wording.number(self.values[-1])
        return f"From {first} to {last}, at most {wording.number(max(self.values))}."

    @property
    def dots(self) -> list[tuple[float, float]]:
        """Where each figure is drawn, in pixels from the upper left."""
        top = max((*self.values, 0)) or 1
        step = (self.width - 6) / max(len(self.values) - 1, 1)
        drawn = self.height - 6
        return [(round(3 + i * step, 1), round(3 + drawn - drawn * v / top, 1)) for i, v in enumerate(self.values)]

    @property
    def points(self) -> str:
        """The dots as an SVG line wants them."""
        return " ".join(f"{x},{y}" for x, y in self.dots)


@dataclass(frozen=True)
class TimelinePoint:
    """The value on both sides in one run's pair of snapshots. None is no value; ``missing`` is no record there.

    ``until`` is the last of several runs that saw the same. ``unknown``: what the snapshots held is no longer kept.
    ``happened``: what happened there, where whoever asks knows better than what the points beside it tell.
    """

    when: date | datetime
    left: object
    right: object
    same: bool
    left_missing: bool = False
    right_missing: bool = False
    address: str = ""
    until: date | datetime | None = None
    unknown: bool = False
    happened: str | None = None


@dataclass(frozen=True)
class Timeline:
    """A value on both sides over the snapshots, oldest first."""

    title: str
    left_label: str
    right_label: str
    points: Sequence[TimelinePoint]

    @property
    def rows(self) -> list[tuple[TimelinePoint, str]]:
        """Each point with what happened there: "parted", "agree again" or nothing."""
        before: bool | None = None
        rows = []
        for point in self.points:
            if point.unknown:
                rows.append((point, ""))
                continue
            turned = before is not None and before != point.same
            first = before is None and not point.same
            said = "" if not turned and not first else "agree again" if point.same else "parted here"
            rows.append((point, said if point.happened is None else point.happened))
            before = point.same
        return rows


@dataclass(frozen=True)
class Progress:
    """How far something long is: the step in words, rows ``done`` of ``total`` (None: not known), seconds so far."""

    step: str
    done: int = 0
    total: int | None = None
    seconds: float = 0.0
    unit: str = "rows"


@dataclass(frozen=True)
class Series:
    """One row of figures of a chart, as many as the chart has labels; None where there is no figure."""

    name: str
    values: Sequence[float | None]
    tone: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart and the table behind it. ``kind`` is "bar", "stacked" (bars whose series add up) or "line".

    ``addresses`` lead from a label to the rows behind it, one per label, or none at all.
    """

    title: str
    description: str
    kind: str
    labels: Sequence[str]
    series: Sequence[Series]
    addresses: Sequence[str] = field(default_factory=tuple)

    def folded(self) -> "Chart":
        """Return the chart with at most six series: from the sixth on they are summed up as "other"."""
        if len(self.series) <= MOST_SERIES:
            return self
        kept, rest = self.series[: MOST_SERIES - 1], self.series[MOST_SERIES - 1 :]
        values = [_sum(column) for column in zip(*(one.values for one in rest), strict=True)]
        return replace(self, series=(*kept, Series("other", values)))


def _sum(values: Iterable[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return sum(there) if there else None
