"""Names of companies, people and places, put together from parts; none of them is meant to exist."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """What a country lends: ``weight`` is its share of the customers, ``forms`` are legal forms, ``trades`` words."""

    code: str
    region: str
    currency: str
    weight: int
    cities: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


COUNTRIES = (
    Country(
        "DE", "Central", "EUR", 24,
        _words("Düsseldorf Köln Nürnberg Lübeck Göttingen Kassel Münster Würzburg Saarbrücken Kiel Jena Gießen"),
        _words("Jürgen Anke Sören Käthe Björn Heike Götz Silke Lutz Annegret Uwe Dörte Malte Wiebke"),
        _words("Brückner Schäfer Großmann Kühl Möller Weißbach Jäger Vogt Rühmann Lüders Kranz Oehler Tannhoff Iseke"),
        _words("Logistik Druckerei Maschinenbau Gartenbau Bäckerei Feinkost Spedition Metallbau Kältetechnik"),
        _words("GmbH KG AG GmbH_&_Co._KG"),
    ),
    Country(
        "AT", "Central", "EUR", 7,
        _words("Wien Graz Linz Dornbirn Sankt_Pölten Klagenfurt"),
        _words("Leopold Resi Ägidius Walpurga Xaver Mitzi Ferdl Gundula"),
        _words("Hölzl Praxmarer Grünbichler Schöffmann Wöss Kröll Zauchner Hinterlechner"),
        _words("Holzbau Sennerei Seilbahntechnik Tischlerei Weinhandel Fördertechnik"),
        _words("GmbH OG KG"),
    ),
    Country(
        "CH", "Central", "CHF", 8,
        _words("Zürich Genève Neuchâtel Winterthur Chur Delémont Lugano"),
        _words("Urs Regula Beat Vreni Reto Flurina Loïc Aimée"),
        _words("Zumbrunn Bärtschi Frölicher Aebersold Chevalley Rüegsegger Caflisch Jeanrichard"),
        _words("Uhrenteile Käserei Präzisionstechnik Treuhand Elektro Messtechnik"),
        _words("AG GmbH SA"),
    ),
    Country(
        "FR", "West", "EUR", 14,
        _words("Orléans Besançon Nîmes Évreux Saint-Étienne Angoulême Rennes Châteauroux"),
        _words("Hélène Benoît Chloé Gaëtan Noémie Aurélien Solène Édouard Maïwenn Cédric"),
        _words("Bérenger Lemoîne Desprès Fauché Garrigou Lacoursière Péroux Thévenard Villeroche Auclair"),
        _words("Ateliers Transports Imprimerie Boulangerie Menuiserie Pépinières Verrerie Conserverie"),
        _words("SARL SAS SA"),
    ),
    Country(
        "GB", "West", "GBP", 13,
        _words("Leeds Bristol Norwich Dundee Swansea Plymouth Carlisle Derby"),
        _words("Priya Callum Imogen Kwame Rhiannon Tariq Morag Alfie Siobhán Desmond"),
        _words("Ashgrove Penhallow O'Doherty Blackmere Okonjo Llewellyn Whitcross Mukherji Tarrant Fairhurst"),
        _words("Haulage Printworks Joinery Bakery Instruments Textiles Brewing Fabrications"),
        _words("Ltd Limited LLP"),
    ),
    Country(
        "SE", "North", "SEK", 9,
        _words("Malmö Göteborg Jönköping Växjö Umeå Västerås Östersund"),
        _words("Åsa Örjan Linnéa Göran Märta Sixten Tindra Håkan"),
        _words("Lindqvist Åkerhielm Sjöstrand Björkman Öhrström Wästberg Nordhagen Ekelöf"),
        _words("Snickeri Fiskhandel Verkstad Trävaror Kylteknik Bageri"),
        _words("AB HB"),
    ),
    Country(
        "DK", "North", "DKK", 6,
        _words("København Aarhus Sønderborg Næstved Køge Hjørring"),
        _words("Søren Mette Jørgen Birthe Rasmus Kirstine"),
        _words("Nørregaard Kjærulff Højlund Bækgaard Tværsig Østerby"),
        _words("Mejeri Møbler Skibsudstyr Bryggeri Trælast"),
        _words("A/S ApS"),
    ),
    Country(
        "NL", "West", "EUR", 8,
        _words("Utrecht Haarlem Zwolle Enschede Den_Bosch Coevorden"),
        _words("Sjoerd Anouk Joost Marijke Ruben Fenna Zoë Daniël"),
        _words("van_der_Meulen Hoogendijk Kuijpers ten_Brink de_Ruyter Zijlstra Oosterwijk"),
        _words("Bloemen Scheepsbouw Drukwerk Koeling Fietsen Zuivel"),
        _words("B.V. V.O.F."),
    ),
    Country(
        "ES", "South", "EUR", 7,
        _words("Málaga Cádiz León Logroño Castellón Cáceres"),
        _words("Íñigo Begoña Martín Lucía Álvaro Rocío Xavier Núria"),
        _words("Ibáñez_Roca Peñalver Muñiz Galdós Echevarría Cortázar Saldaña"),
        _words("Bodegas Cerámicas Conservas Talleres Hostelería Azulejos"),
        _words("S.L. S.A."),
    ),
    Country(
        "PT", "South", "EUR", 4,
        _words("Évora Guimarães Setúbal Viseu Bragança"),
        _words("João Inês Tomás Conceição Simão Graça"),
        _words("Magalhães Conceição Brandão Vilaça Simões Araújo"),
        _words("Cortiças Têxteis Panificação Mármores Pescados"),
        _words("Lda. S.A."),
    ),
)  # fmt: skip

PLACES = _words(
    "Nordhafen Altmark Silbersee Hochfeld Rivage Belmont Karlshöhe Westkai Tannenberg Clairval Solvik Elvang"
)


def any_country(chance: random.Random) -> Country:
    """Return a country, larger ones more often."""
    return chance.choices(COUNTRIES, [country.weight for country in COUNTRIES])[0]


def company(chance: random.Random, country: Country) -> str:
    """Return a company's name: a family and a trade, two families, or a place and a trade, with the legal form."""
    trade, form = chance.choice(country.trades), chance.choice(country.forms)
    family, other = chance.sample(country.last, 2)
    start = chance.choices(
        (f"{trade} {family}", f"{family} {trade}", f"{family} & {other}", f"{chance.choice(PLACES)} {trade}"),
        (4, 3, 2, 3),
    )[0]
    return f"{start} {form}"


def somebody(chance: random.Random, country: Country) -> str:
    """Return first and family name of a person."""
    return f"{chance.choice(country.first)} {chance.choice(country.last)}"


def plain(text: str) -> str:
    """Return ``text`` without accents: "Zürich" gives "Zurich", "Sønderborg" stays."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def alike(one: object, another: object) -> bool:
    """Return whether two values are the same but for case and accents."""
    return plain(str(one)).casefold() == plain(str(another)).casefold()


def address(person: str, company_name: str, code: str) -> str:
    """Return an e-mail address for a person at a company, under a domain that never exists."""
    mailbox = _ascii(person.replace(" ", ".").replace("'", ""))
    domain = _ascii(company_name.partition(" & ")[0].rpartition(" ")[0] or company_name.partition(" ")[0])
    return f"{mailbox}@{domain.replace(' ', '-')}-{code.lower()}.example"


def _ascii(text: str) -> str:
    spelled = text.lower()
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ø", "oe"), ("å", "aa"), ("æ", "ae")):
        spelled = spelled.replace(letter, letters)
    return "".join(char for char in plain(spelled) if char.isalnum() or char in " .-").strip(". -")
