# ruff: noqa: E501, RUF001, SIM905 - tables read as tables; letters of many languages
"""Names, words and figures to fill exports with."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from tests.simulation.business import Make, Value

FIRST = (
    "Ana Bogdan Carla Dénes Eilís Félix Gudrun Håkon Inés Jörg Katarzyna Léa Marek Noémie Óscar Pía Quentin Renée Søren "
    "Tomáš Ülle Věra Wim Xenia Yusuf Zoë Amélie Björn Chloé Émile François Irène José Lívia Márta Niklas Åsa Ruth Paul"
).split()
LAST = (
    "Abel Brandt Costa Díaz Ekström Ferro Grüber Holm Itō Jansen Kovač Lund Moreau Nowak Ortiz Peña Quist Rossi Sato "
    "Tran Unger Vašek Wójcik Ximénez Yılmaz Zeman Åberg Bélanger Castaño Dvořák Esposito Fischer Gonçalves Hübner "
    "Jönsson Köhler Lefèvre Müller Nuñez Öberg Pálsson Römer Šimek Téllez Weiß Archer Baker Carter Dixon Ellis Foster"
).split()
TRADES = (
    "Stål Foods Médias Tools Freight Énergie Glas Textiles Papier Robotics Dental Marine Viajes Optik Seeds".split()
)
FORMS = "GmbH Ltd. S.A. Inc. AG B.V. Oy S.p.A.".split()
TOWNS = "Porto Graz Lyon Turku Bergen Gent Cork Malmö Kraków Brno Split Basel Leeds Ulm Vigo Bari Nantes Århus".split()
STREETS = "Mill Station Église Linden Harbour Kirch Molino Park Rose Skog Tower Wiesen Nørre Quai Bridge".split()
GOODS = (
    "Hammer Drill Ladder Valve Gasket Lamp Cable Pump Filter Bracket Hinge Chain Sealant Sanding-belt Trowel".split()
)
KINDS = "steel brass compact heavy-duty 12V 24V galvanised folding long short premium spare left-hand mini".split()


def person(rng: random.Random) -> Value:
    """First and last name."""
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def company(rng: random.Random) -> Value:
    """A firm's name with its legal form."""
    return f"{rng.choice(LAST)} & {rng.choice(LAST)} {rng.choice(TRADES)} {rng.choice(FORMS)}"


def mail(rng: random.Random) -> Value:
    """An address for electronic mail."""
    plain = [name.encode("ascii", "ignore").decode().lower() for name in (rng.choice(FIRST), rng.choice(LAST))]
    return f"{plain[0]}.{plain[1]}{rng.randrange(100, 1000)}@mail{rng.randrange(40)}.example"


def phone(rng: random.Random) -> Value:
    """A telephone number."""
    return f"+{rng.randint(30, 49)} {rng.randint(100, 999)} {rng.randint(1000000, 9999999)}"


def street(rng: random.Random) -> Value:
    """Street and house number."""
    return f"{rng.choice(STREETS)} {rng.choice(['Road', 'Lane', 'Street', 'Row'])} {rng.randint(1, 240)}"


def goods(rng: random.Random) -> Value:
    """What an article is called."""
    return f"{rng.choice(GOODS)} {rng.choice(KINDS)} {rng.randint(2, 60)} {rng.choice(['mm', 'cm', 'pcs', 'V'])}"


def town(rng: random.Random) -> Value:
    """A town, some more common than others."""
    return TOWNS[min(int(rng.expovariate(0.15)), len(TOWNS) - 1)]


def code(letters: str, digits: int, prefix: str = "") -> Make:
    """Such as K48.2191: a letter and digits."""
    return lambda rng: f"{prefix}{rng.choice(letters)}{rng.randrange(10**digits):0{digits}d}"


def digits(count: int) -> Make:
    """A row of digits that is no quantity: an article number, an insurance number."""
    return lambda rng: f"{rng.randrange(10 ** (count - 1), 10**count)}"


def choice(**shares: float) -> Make:
    """One of the words, by their shares; an underscore in a word is a space."""
    words = [word.replace("_", " ") for word in shares]
    return lambda rng: rng.choices(words, list(shares.values()))[0]


def money(low: float, high: float) -> Make:
    """An amount with two decimals, hardly ever a whole number."""
    return lambda rng: Decimal(round(rng.uniform(low, high) * 100)).scaleb(-2)


def whole(low: int, high: int) -> Make:
    """A whole number."""
    return lambda rng: Decimal(rng.randint(low, high))


def measure(low: float, high: float) -> Make:
    """A measured quantity with one decimal."""
    return lambda rng: Decimal(round(rng.uniform(low, high) * 10)).scaleb(-1)


def day(first: int, last: int) -> Make:
    """A day from the year ``first`` to the year ``last``."""
    start = date(first, 1, 1)
    span = (date(last, 12, 31) - start).days
    return lambda rng: start + timedelta(days=rng.randrange(span))


def yes(share: float) -> Make:
    """Whether or not."""
    return lambda rng: rng.random() < share
