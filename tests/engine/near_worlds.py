"""Tables as near copies are looked for in: literal ones, and many people of a made-up register with planted copies."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from reconcile.engine.classifying.near_copies import Columns, find

Row = tuple[str | None, ...]
FIRST = "Anna Peter Maria Hans Laura Simon Petra Klaus Julia Emma Noah Mia Felix Lena Paul Ida Otto Carla Hugo Nina"
LAST = (
    "Meier Schmidt Fischer Weber Wagner Becker Hoffmann Koch Richter Wolf Neumann Braun Kruse Hahn Vogt Sauer Winter "
    "Berger Lindqvist Okafor Tanaka Moreau Rossi Novak Horvat Jansen Dubois Silva Costa Ricci Larsen Virtanen"
)
TOWNS = "Berlin Hamburg Munich Cologne Leipzig Dresden Bremen Graz Basel Lyon Turin Ghent"
MAIL = ("web.example", "post.example")
PEOPLE = ("name", "email", "street", "town", "phone", "born", "plan")


@dataclass
class World:
    """Two exports with the same columns; the key stands first in each row. What is on one side only follows."""

    columns: Sequence[str]
    left: list[Row]
    right: list[Row]
    repeats: set[str] = field(default_factory=set)

    def found(self, *, search: Columns | None = None) -> dict[str, tuple[str, str, str, str]]:
        """What ``find`` says, by identity (side and key): how, other side, other key, alike."""
        connection = duckdb.connect()
        try:
            return self._found(connection, search or self.search())
        finally:
            connection.close()

    def search(self) -> Columns:
        """All columns of both sides, each with its own of the other side."""
        named = list(enumerate(self.columns))
        return Columns(named, named, [(place, place, name) for place, name in named])

    def _found(self, connection: duckdb.DuckDBPyConnection, search: Columns) -> dict[str, tuple[str, str, str, str]]:
        for side, rows in (("left", self.left), ("right", self.right)):
            cells = "".join(f", c{place} VARCHAR" for place in range(len(self.columns)))
            connection.execute(
                f"CREATE TABLE now_{side} (row_number BIGINT, shown_key VARCHAR, repeats BOOLEAN{cells})"
            )
            connection.execute(
                f"CREATE VIEW now_{side}_cells AS SELECT * EXCLUDE (shown_key, repeats) FROM now_{side}"  # noqa: S608
            )
            made = [[number, row[0], row[0] in self.repeats, *row[1:]] for number, row in enumerate(rows)]
            if made:
                # All at once: row by row it takes longer than what is tried.
                lists = ", ".join("UNNEST(?)" for _ in made[0])
                connection.execute(
                    f"INSERT INTO now_{side} SELECT {lists}",
                    [list(column) for column in zip(*made, strict=True)],
                )
        connection.execute("CREATE TABLE one_sided (identity VARCHAR, side VARCHAR, shown_key VARCHAR)")
        for side, other in (("left", "right"), ("right", "left")):
            connection.execute(
                f"INSERT INTO one_sided SELECT '{side} ' || shown_key, '{side}', shown_key FROM now_{side} "  # noqa: S608
                f"WHERE NOT repeats AND shown_key NOT IN (SELECT shown_key FROM now_{other})"
            )
        find(connection, search)
        return {str(row[0]): row[1:] for row in connection.execute("SELECT * FROM near_copies").fetchall()}


def people(chance: random.Random, count: int, *, first: int = 0) -> list[Row]:
    """Different people, with the coincidences people have: names, towns and days of birth that occur again."""
    return [person(chance, f"K{number:05}") for number in range(first, first + count)]


def person(chance: random.Random, key: str) -> Row:
    """One of them."""
    given, family = chance.choice(FIRST.split()), chance.choice(LAST.split())
    return (
        key,
        f"{given} {family}",
        f"{given[0].lower()}.{family.lower()}{chance.randint(1, 9999)}@{chance.choice(MAIL)}",
        f"{chance.choice(LAST.split())} Street {chance.randint(1, 140)}",
        chance.choice(TOWNS.split()),
        f"0{chance.randint(30, 89)} {chance.randint(1_000_000, 9_999_999)}",
        f"{chance.randint(1940, 2005)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        chance.choice(["basic", "pro", "free"]),
    )


def copied(chance: random.Random, row: Row, key: str) -> Row:
    """The same person entered again: some spelling differs, sometimes the address or telephone number, too."""
    _, name, email, street, town, phone, born, plan = (str(cell) for cell in row)
    name = chance.choice([swapped, dropped, shouted, swapped])(chance, name)
    change = chance.randrange(4)
    if change == 0:
        email = f"new{chance.randint(1, 99_999)}@mail.example"
    elif change == 1:
        phone = ""
    elif change == 2:
        street = street.replace("Street", "St.")
    return (key, name, email, street, town, phone, born, plan)


def family(chance: random.Random, row: Row, key: str) -> Row:
    """Somebody else of the same household: family name, address and telephone are the same."""
    _, name, _, street, town, phone, _, plan = (str(cell) for cell in row)
    other = chance.choice([given for given in FIRST.split() if given != name.split()[0]])
    last = name.split()[1]
    email = f"{other.lower()}.{last.lower()}@{chance.choice(['web.example', 'post.example'])}"
    born = f"{chance.randint(1940, 2005)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return (key, f"{other} {last}", email, street, town, phone, born, plan)


def swapped(chance: random.Random, name: str) -> str:
    """Two letters in the wrong order."""
    place = chance.randint(1, len(name) - 2)
    return (
        name[:place] + name[place + 1] + name[place] + name[place + 2 :]
        if " " not in name[place : place + 2]
        else name + "e"
    )


def dropped(chance: random.Random, name: str) -> str:
    """One letter left out."""
    place = chance.randint(2, len(name) - 1)
    return name[:place] + name[place + 1 :]


def shouted(_: random.Random, name: str) -> str:
    """In capitals, with a title."""
    return f"{name.upper()} Dr"
