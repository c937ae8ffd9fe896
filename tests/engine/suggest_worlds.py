# ruff: noqa: E501, PLR0913, PLR0917, SIM905 - tables read as tables; nothing here is secret
"""Pairs of exports made up for ``suggest``: twenty businesses, each told by two systems in their own words.

``python -m tests.engine.suggest_worlds`` runs them all and writes the table into ``docs/suggest.md``. Nothing here is
known to the suggester.
"""

import csv
import datetime as dt
import random
import re
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from reconcile.engine.limits import Limits
from reconcile.engine.spec import ReadOptions
from reconcile.engine.suggesting.suggestions import Suggestion
from reconcile.engine.workplace import Workplace

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "suggest.md"
SEEDS = range(3000, 3300)
MARK = "<!-- below: python -m tests.engine.suggest_worlds -->"

FIRST = (
    "Ana Bo Carl Dee Eli Fay Gus Hana Ivo Jo Kai Lea Max Nia Olaf Pia Quin Rui Sue Tom Uma Vic Wim Xia Yan Zoë".split()
)
LAST = "Abel Brandt Costa Diaz Ek Ferro Gruber Holm Ito Jansen Kovač Lund Moreau Nowak Ortiz Peña Rossi Sato Tran Weiß".split()
TRADES = (
    "Steel Foods Media Tools Freight Energy Glass Textiles Paper Robotics Dental Marine Travel Optics Seeds".split()
)
FORMS = ["GmbH", "Ltd", "SA", "Inc", "AG", "BV", "Oy", "SpA"]
CITIES = (
    "Porto Graz Lyon Turku Bergen Gent Cork Malmö Kraków Brno Split Basel Leeds Ulm Vigo Bari Nantes Aarhus".split()
)
WORDS = (
    "urgent replaced annual partial pending second blue heavy minor spare rental field north annex upgrade old".split()
)
CURRENCIES = ["EUR", "USD", "GBP", "CHF", "SEK", "PLN"]

Value = str | int | float | bool | dt.date | dt.datetime
Make = Callable[[random.Random, int], Value]


@dataclass
class Fact:
    """One column: its plain words, other words for the same, what its values are like."""

    plain: str
    other: str
    make: Make
    kind: str = "text"
    words: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    """A pair of files and what is true of them by (left name, right name); ``either``: pairs nobody can know."""

    name: str
    left: Path
    right: Path
    key: set[tuple[str, str]]
    pairs: set[tuple[str, str]]
    either: set[tuple[str, str]]
    fold: bool


def code(prefix: str, digits: int = 5) -> Make:
    return lambda rng, n: f"{prefix}{n * 7 % 10**digits:0{digits}d}" if rng else ""


def choice(*options: str, weights: list[int] | None = None) -> Make:
    return lambda rng, _: rng.choices(options, weights)[0]


def whole(low: int, high: int) -> Make:
    return lambda rng, _: rng.randint(low, high)


def amount(high: float) -> Make:
    return lambda rng, _: round(rng.triangular(1, high, high / 10), 2)


def day(start: int = 2022, years: int = 3) -> Make:
    return lambda rng, _: dt.date(start, 1, 1) + dt.timedelta(days=rng.randrange(365 * years))


def moment(rng: random.Random, _: int) -> Value:
    return dt.datetime(2024, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None) + dt.timedelta(seconds=rng.randrange(30_000_000))


def person(rng: random.Random, _: int) -> Value:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def company(rng: random.Random, _: int) -> Value:
    return f"{rng.choice(LAST)} {rng.choice(TRADES)} {rng.choice(FORMS)}"


def mail(rng: random.Random, n: int) -> Value:
    return f"{rng.choice(FIRST)}.{rng.choice(LAST)}{n % 97}@{rng.choice(TRADES)}.example".lower()


def phone(rng: random.Random, _: int) -> Value:
    return f"+{rng.randint(30, 49)} {rng.randint(100, 999)} {rng.randint(100000, 999999)}"


def note(rng: random.Random, _: int) -> Value:
    return " ".join(rng.choices(WORDS, k=rng.randint(2, 7)))


def yes(rng: random.Random, _: int) -> Value:
    return rng.random() < 0.35


def city(rng: random.Random, _: int) -> Value:
    return rng.choice(CITIES)


def ident(rng: random.Random, _: int) -> Value:
    return str(uuid.UUID(int=rng.getrandbits(128)))


def serial(start: int) -> Make:
    return lambda rng, n: start + n if rng else 0


def states(*pairs: str) -> tuple[Make, dict[str, str]]:
    table = dict(pair.split("=") for pair in pairs)
    return choice(*table), table


def fact(plain: str, other: str, make: Make | tuple[Make, dict[str, str]], kind: str = "text") -> Fact:
    if isinstance(make, tuple):
        return Fact(plain, other, make[0], "word", make[1])
    return Fact(plain, other, make, kind)


A, D, T, B, N, C = "amount", "date", "moment", "bool", "number", "code"
PLANS = states("basic=B", "plus=P", "premium=X", "trial=T")
LIFE = states("open=10", "closed=20", "on hold=30", "cancelled=99")
MEMBERS = fact("member since", "Beitritt", day(2015, 9), D)

# name, how many columns make the key (the first ones), facts
BUSINESSES: list[tuple[str, int, list[Fact]]] = [
    ("accounts", 1, [fact("account id", "CustomerRef", code("AC"), C), fact("company name", "Firma", company),
        fact("city", "Ort", city), fact("status", "Lebenszyklus", LIFE), fact("credit limit", "Kreditrahmen", amount(9e4), A),
        fact("created at", "angelegt", day(), D), fact("newsletter", "opt in", yes, B), fact("account manager", "Betreuer", person)]),
    ("invoices", 1, [fact("invoice number", "Beleg", code("RE-", 6), C), fact("customer", "debitor", whole(1000, 1400), N),
        fact("net amount", "Netto", amount(5000), A), fact("tax", "USt", amount(900), A), fact("due date", "fällig", day(), D),
        fact("issued on", "Datum", day(), D), fact("currency", "Währung", choice(*CURRENCIES)), fact("paid", "beglichen", yes, B)]),
    ("order lines", 2, [fact("order id", "commande", lambda _, n: f"O{1000 + n // 4}", C), fact("line number", "ligne", lambda _, n: n % 4 + 1, N),
        fact("article", "référence", lambda r, _: f"SKU-{r.randint(100, 400)}", C), fact("quantity", "combien", whole(1, 60), N),
        fact("unit price", "PU", amount(300), A), fact("discount", "remise", amount(30), A), fact("requested date", "souhaité", day(), D)]),
    ("shipments", 1, [fact("tracking code", "waybill", lambda r, _: f"{r.randint(10**11, 10**12 - 1)}", C), fact("carrier", "spediteur", choice("DHL", "UPS", "GLS", "DPD")),
        fact("weight kg", "mass", amount(40), A), fact("shipped at", "dispatch", moment, T), fact("destination", "ville", city),
        fact("insured", "assurance", yes, B), fact("parcels", "colli", whole(1, 9), N)]),
    ("employees", 1, [fact("employee number", "Personal-Nr", serial(20010), N), fact("full name", "Mitarbeiter", person), fact("e-mail address", "Kontakt", mail),
        fact("department", "Abteilung", choice("Sales", "Finance", "Legal", "Works", "IT")), fact("hire date", "Eintritt", day(2008, 15), D),
        fact("salary", "Gehalt", amount(9000), A), fact("full time", "Vollzeit", yes, B), fact("office", "Standort", city)]),
    ("payroll", 2, [fact("employee id", "staff", lambda _, n: 700 + n // 12, N), fact("month", "période", lambda _, n: f"2024-{n % 12 + 1:02d}", C),
        fact("gross pay", "brut", amount(7000), A), fact("net pay", "versé", amount(5000), A), fact("bonus", "prime", amount(900), A),
        fact("cost centre", "section", lambda r, _: f"CC{r.randint(10, 40)}", C)]),
    ("stock", 2, [fact("warehouse", "almacén", lambda _, n: f"W{n % 6 + 1:02d}", C), fact("item code", "artículo", lambda _, n: f"P-{4000 + n // 6}", C),
        fact("on hand", "existencias", whole(0, 2000), N), fact("reserved", "apartado", whole(0, 300), N),
        fact("last counted", "inventario", day(), D), fact("bin", "ubicación", lambda r, _: f"{r.choice('ABCDEF')}{r.randint(1, 99)}", C)]),
    ("bookings", 1, [fact("reservation", "locator", lambda r, _: "".join(r.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=6)), C), fact("guest", "Gast", person),
        fact("arrival", "Anreise", day(), D), fact("nights", "Dauer", whole(1, 14), N), fact("room type", "Kategorie", states("single=EZ", "double=DZ", "suite=ST")),
        fact("rate", "Preis", amount(400), A), fact("breakfast", "Frühstück", yes, B)]),
    ("tickets", 1, [fact("ticket id", "case", serial(88001), N), fact("subject", "Betreff", note), fact("priority", "Dringlichkeit", states("low=4", "normal=3", "high=2", "critical=1")),
        fact("opened at", "Eingang", moment, T), fact("assignee", "Bearbeiter", person), fact("minutes spent", "Aufwand", whole(1, 900), N), fact("escalated", "eskaliert", yes, B)]),
    ("subscriptions", 1, [fact("subscription id", "uuid", ident, C), fact("plan", "tarif", PLANS), fact("seats", "sièges", whole(1, 250), N),
        fact("monthly price", "mensualité", amount(900), A), fact("start date", "début", day(), D), fact("auto renew", "reconduction", yes, B), fact("owner e-mail", "contact", mail)]),
    ("visits", 1, [fact("visit number", "Fall", code("V", 7), C), fact("patient", "Versicherter", lambda r, _: r.randint(50000, 50600), N), fact("ward", "Station", choice("A1", "B2", "C3", "ICU", "ER")),
        fact("admitted", "Aufnahme", moment, T), fact("diagnosis", "ICD", lambda r, _: f"{r.choice('ABCDEFGH')}{r.randint(10, 99)}.{r.randint(0, 9)}", C), fact("days", "Tage", whole(0, 40), N)]),
    ("bank transactions", 1, [fact("transaction reference", "EndToEnd", lambda r, n: f"TX{n:05d}{r.choice('ABCDEF')}", C), fact("booking date", "Valuta", day(2024, 1), D),
        fact("amount", "Betrag", lambda r, _: round(r.uniform(-3000, 3000), 2), A), fact("counterparty", "Empfänger", company), fact("purpose", "Verwendungszweck", note)]),
    ("assets", 1, [fact("asset tag", "etiqueta", code("IT", 4), C), fact("colour", "acabado", choice("grey", "black", "white")), fact("model", "modelo", choice("X1", "T14", "M2", "XPS", "Duet")),
        fact("purchase date", "compra", day(2018, 6), D), fact("value", "valor", amount(3000), A), fact("assigned to", "usuario", person), fact("retired", "baja", yes, B)]),
    ("prices", 3, [fact("sku", "artikel", lambda _, n: f"K{100 + n // 12}", C), fact("country", "land", lambda _, n: ["DE", "AT", "CH", "NL"][n % 4]), fact("valid from", "gueltig", lambda _, n: f"2024-{(n // 4) % 3 * 3 + 1:02d}-01", C),
        fact("list price", "VK", amount(800), A), fact("cost", "EK", amount(500), A), fact("campaign", "Aktion", yes, B)]),
    ("timesheets", 3, [fact("worker", "persona", lambda _, n: f"E{300 + n // 15}", C), fact("project", "proyecto", lambda _, n: f"PRJ{n % 3 + 1}", C), fact("work date", "jornada", lambda _, n: f"2024-05-{n // 3 % 5 + 1:02d}", C),
        fact("hours", "tiempo", lambda r, _: r.randint(1, 32) / 4, A), fact("billable", "facturable", yes, B), fact("comment", "detalle", note)]),
    ("grades", 3, [fact("student", "Matrikel", lambda _, n: 41000 + n // 6, N), fact("course", "Modul", lambda _, n: ["MATH1", "PHYS2", "CHEM1"][n % 3], C), fact("term", "Semester", lambda _, n: ["2023W", "2024S"][n // 3 % 2], C),
        fact("points", "Ergebnis", whole(0, 100), N), fact("passed", "bestanden", yes, B), fact("examiner", "Prüfer", person), fact("exam date", "Termin", day(), D)]),
    ("exchange rates", 2, [fact("currency", "devise", lambda _, n: CURRENCIES[n % 6]), fact("quoted on", "jour", lambda _, n: str(dt.date(2024, 1, 1) + dt.timedelta(days=n // 6)), C),
        fact("bid", "achat", lambda r, _: round(r.uniform(0.5, 9), 4), A), fact("ask", "vente", lambda r, _: round(r.uniform(0.5, 9), 4), A), fact("source", "origine", choice("ECB", "SNB", "BOE"))]),
    ("members", 1, [fact("card", "Ausweis", lambda r, _: f"{r.randint(10**12, 10**13 - 1)}", C), fact("last name", "Nachname", lambda r, _: r.choice(LAST)), fact("first name", "Vorname", lambda r, _: r.choice(FIRST)), MEMBERS,
        fact("birthday", "geboren", day(1950, 50), D), fact("postcode", "PLZ", lambda r, _: f"{r.randint(1000, 9999)}", N), fact("street", "Anschrift", lambda r, _: f"{r.choice(LAST)} {r.choice(['Road', 'Lane', 'Way'])} {r.randint(1, 199)}"), fact("phone", "Rufnummer", phone)]),
    ("meters", 2, [fact("meter", "contador", lambda _, n: f"M{n // 8:05d}", C), fact("reading date", "lectura", lambda _, n: str(dt.date(2024, 1 + n % 8, 28)), C), fact("kwh", "consumo", amount(4000), A),
        fact("estimated", "estimado", yes, B), fact("reader", "lector", person)]),
    ("vehicles", 1, [fact("registration", "Kennzeichen", lambda r, n: f"{r.choice('BHMKS')}-{r.choice('ABCDEF')}{r.choice('XYZ')} {n}", C), fact("make", "Hersteller", choice("VW", "Volvo", "Fiat", "Seat", "MAN")), fact("mileage", "Laufleistung", whole(100, 300000), N),
        fact("next service", "HU", day(2025, 2), D), fact("driver", "Fahrer", person), fact("leasing rate", "Rate", amount(900), A), fact("fuel", "Antrieb", states("diesel=D", "petrol=B", "electric=E"))]),
]  # fmt: skip

EXTRAS = [
    fact("exported at", "stamp", lambda _, __: "2024-06-01 06:00:00"), fact("row", "pos", serial(1)), fact("remarks", "Bemerkung", note), fact("checksum", "hash", lambda r, _: f"{r.getrandbits(64):016x}"),
    fact("source system", "quelle", lambda _, __: "ERP"), fact("legacy flag", "alt", yes, B), fact("region", "Gebiet", choice("N", "S", "E", "W")), fact("margin", "Spanne", amount(100), A), fact("tags", "labels", lambda r, _: r.choice(WORDS)),
    fact("last login", "zuletzt", moment, T), fact("score", "Punkte", whole(0, 10), N),
]  # fmt: skip

UNKNOWABLE = {"exported at", "source system", "row", "checksum"}  # the same on every row, or each system's own

STYLES: list[Callable[[str], str]] = [
    lambda words: words.replace(" ", "_").replace("-", "_"),
    lambda words: "".join(word.capitalize() for word in re.split(r"[ -]", words)),
    str.title,
    lambda words: words.upper().replace(" ", "_"),
    lambda words: (made := "".join(word.capitalize() for word in re.split(r"[ -]", words)))[0].lower() + made[1:],
    lambda words: " ".join(_shortened(word) for word in words.split(" ")),
    lambda words: words.replace(" ", "."),
    lambda words: f"  {words} ".strip().replace(" ", "-"),
]
DATES = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d %b %Y"]
MOMENTS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M", "%m/%d/%Y %H:%M"]
AMOUNTS: list[Callable[[float], str]] = [
    lambda value: f"{value:.2f}", lambda value: f"{value:.4f}".rstrip("0").rstrip("."), lambda value: f"{value:,.2f}",
    lambda value: f"{value:.2f}".replace(".", ","), lambda value: f"{value:.2f} EUR", lambda value: f"${value:,.2f}",
]  # fmt: skip
TRUTHS = [("true", "false"), ("Y", "N"), ("1", "0"), ("yes", "no"), ("TRUE", "FALSE"), ("on", "off")]


def _shortened(word: str) -> str:
    return word if len(word) < 5 else word[0] + "".join(char for char in word[1:] if char not in "aeiou")[:3]


class Writer:
    """How one system names its columns and writes its values."""

    def __init__(self, rng: random.Random, *, other_words: float, recoded: bool) -> None:
        self._rng = rng
        self._style = rng.choice(STYLES)
        self._other_words, self._recoded = other_words, recoded
        self._date, self._moment, self._truth = rng.choice(DATES), rng.choice(MOMENTS), rng.choice(TRUTHS)
        self._amount = rng.choice(AMOUNTS)
        self._upper = rng.random() < 0.15

    def name(self, one: Fact) -> str:
        return self._style(one.other if self._rng.random() < self._other_words else one.plain)

    def text(self, one: Fact, value: Value) -> str:
        if isinstance(value, bool):
            return self._truth[not value]
        if isinstance(value, dt.datetime):
            return value.strftime(self._moment)
        if isinstance(value, dt.date):
            return value.strftime(self._date)
        if isinstance(value, float):
            return self._amount(value)
        if self._recoded and one.words:
            return one.words[str(value)]
        return str(value).upper() if self._upper and one.kind == "text" else str(value)


def build(seed: int, folder: Path) -> World:
    """A pair of files for one seed; every business comes round."""
    rng = random.Random(f"world {seed}")
    name, parts, told = BUSINESSES[seed % len(BUSINESSES)]
    facts = [*told, *rng.sample(EXTRAS, rng.choice([1, 2, 3]))]
    rows = [[one.make(rng, n) for one in facts] for n in range(rng.choice([60, 150, 400, 900]))]
    recoded = rng.random() < 0.25
    writers = (
        Writer(rng, other_words=0.0, recoded=False),
        Writer(rng, other_words=rng.choice([0, 0.3, 1]), recoded=recoded),
    )
    fold = rng.random() < 0.12 and isinstance(rows[0][0], str) and any(char.isupper() for char in rows[0][0])
    kept = [_kept(rng, facts, parts) for _ in (0, 1)]
    noise, gone, twice = rng.choice([0, 0.02, 0.06, 0.15]), rng.choice([0, 0.03, 0.15]), rng.choice([0, 0, 0.01])
    names: list[dict[str, str]] = []
    for side, path in enumerate(("left.csv", "right.csv")):
        columns = list(kept[side])
        rng.shuffle(columns)
        names.append(_unique({one.plain: writers[side].name(one) for one in columns}))
        table = _table(rng, rows, facts, columns, noise if side else 0, parts)
        table = [row for row in table if rng.random() >= gone]
        table += [list(row) for row in table if rng.random() < twice]
        rng.shuffle(table)
        _of_its_own(rng, columns, table)
        texts = [
            [writers[side].text(one, value) if value != "" else "" for one, value in zip(columns, row, strict=True)]
            for row in table
        ]
        if fold and side:
            place = columns.index(facts[0])
            texts = [[cell.lower() if at == place else cell for at, cell in enumerate(row)] for row in texts]
        _write(folder / path, [names[side][one.plain] for one in columns], texts)
    key = {(names[0][one.plain], names[1][one.plain]) for one in facts[:parts]}
    both = {(ours, names[1][plain]): plain for plain, ours in names[0].items() if plain in names[1]}
    either = {pair for pair, plain in both.items() if plain in UNKNOWABLE}
    pairs = set(both) - key - either
    return World(f"{name}, seed {seed}", folder / "left.csv", folder / "right.csv", key, pairs, either, fold)


def _kept(rng: random.Random, facts: list[Fact], parts: int) -> list[Fact]:
    """The key, most of the other columns, some of the further ones."""
    chance = [1.0 if place < parts else 0.6 if one in EXTRAS else 0.9 for place, one in enumerate(facts)]
    return [one for one, often in zip(facts, chance, strict=True) if rng.random() < often]


def _unique(names: dict[str, str]) -> dict[str, str]:
    seen: Counter[str] = Counter()
    made = {}
    for plain, name in names.items():
        seen[name] += 1
        made[plain] = name if seen[name] == 1 else f"{name} {seen[name]}"
    return made


def _table(
    rng: random.Random, rows: list[list[Value]], facts: list[Fact], columns: list[Fact], noise: float, parts: int
) -> list[list[Value]]:
    places = {one.plain: place for place, one in enumerate(facts)}
    sparse = {one.plain for one in columns if rng.random() < 0.2}
    table = []
    for n, row in enumerate(rows):
        cells: list[Value] = []
        for one in columns:
            place = places[one.plain]
            value = one.make(rng, n) if place >= parts and rng.random() < noise else row[place]
            empty = place >= parts and one.plain in sparse and rng.random() < 0.1
            cells.append("" if empty else value)
        table.append(cells)
    return table


def _of_its_own(rng: random.Random, columns: list[Fact], table: list[list[Value]]) -> None:
    """Row numbers and checksums are each system's own."""
    for place, one in enumerate(columns):
        for n, row in enumerate(table, 1):
            if one.plain in ("row", "checksum"):
                row[place] = n if one.plain == "row" else one.make(rng, n)


def _write(path: Path, names: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)


def suggested(left: Path, right: Path, folder: Path) -> Suggestion:
    """What is suggested, found in this process: a child for each of hundreds would take most of the time."""
    files = [(path, path.name, ReadOptions()) for path in (left, right)]
    with Workplace(files, folder, Limits()) as place:
        return Suggestion.from_json(place.suggest(lambda *_: None))


@dataclass
class Outcome:
    """How a suggestion compares with what is true."""

    world: World
    found: Suggestion
    seconds: float

    @property
    def key_right(self) -> bool:
        return (
            bool(self.found.keys)
            and set(self.found.keys[0].pairs) == self.world.key
            and self.found.keys[0].fold == self.world.fold
        )

    @property
    def taken(self) -> set[tuple[str, str]]:
        return {(pair.left, pair.right) for pair in self.found.pairs}

    @property
    def pairs_right(self) -> bool:
        return self.world.pairs <= self.taken <= self.world.pairs | self.world.either

    @property
    def right(self) -> bool:
        return self.key_right and self.pairs_right

    def missed(self) -> str:
        parts = []
        if not self.key_right:
            key = self.found.keys[0] if self.found.keys else None
            parts.append(f"key {_pairs(self.world.key)}{' folded' if self.world.fold else ''}, suggested "
                         f"{_pairs(set(key.pairs)) + (' folded' if key.fold else '') if key else 'none'}")  # fmt: skip
        if lost := self.world.pairs - self.taken:
            parts.append(f"not paired: {_pairs(lost)}")
        if wrong := self.taken - self.world.pairs - self.world.either:
            parts.append(f"wrongly paired: {_pairs(wrong)}")
        return "; ".join(parts)


def _pairs(pairs: set[tuple[str, str]]) -> str:
    return ", ".join(f"{left} = {right}" for left, right in sorted(pairs))


def outcome(seed: int, folder: Path) -> Outcome:
    folder.mkdir(parents=True)
    world = build(seed, folder)
    started = time.monotonic()
    found = suggested(world.left, world.right, folder / "work")
    return Outcome(world, found, time.monotonic() - started)


def outcomes(seeds: range) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        return [outcome(seed, Path(folder) / str(seed)) for seed in seeds]


def table(done: list[Outcome]) -> str:
    """The outcome by business, and every miss."""
    lines = ["| business | files | key right | all pairs right | both |", "| --- | --- | --- | --- | --- |"]
    for name in [*(business[0] for business in BUSINESSES), ""]:
        of = [one for one in done if one.world.name.startswith(f"{name}, ") or not name]
        counts = (len(of), sum(o.key_right for o in of), sum(o.pairs_right for o in of), sum(o.right for o in of))
        lines.append(f"| {name or '**all**'} | {' | '.join(map(str, counts))} |")
    misses = [f"- {one.world.name}: {one.missed()}" for one in done if not one.right]
    return "\n".join([*lines, "", f"Misses ({len(misses)}):", "", *misses])


def write_table(done: list[Outcome]) -> None:
    head = TABLE.read_text(encoding="utf-8").split(MARK)[0]
    TABLE.write_text(f"{head}{MARK}\n\n{table(done)}\n", encoding="utf-8")


if __name__ == "__main__":
    tried = outcomes(range(*map(int, sys.argv[1:3])) if len(sys.argv) > 2 else SEEDS)
    sys.stdout.write(table(tried) + f"\n{sum(one.seconds for one in tried):.0f} s\n")
    if len(sys.argv) == 1:
        write_table(tried)
