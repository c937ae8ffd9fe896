# ruff: noqa: E501 - tables read as tables
"""The businesses: five pairs of systems that have nothing in common but that records go from one to the other."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime

from reconcile.engine import EditColumns
from tests.simulation.business import Business, Fact, Style, Trait
from tests.simulation.words import (
    choice,
    code,
    company,
    day,
    digits,
    goods,
    mail,
    measure,
    money,
    person,
    phone,
    street,
    town,
    whole,
    yes,
)

PLANS = {"basic": ("Basic", "B1"), "team": ("Team", "T5"), "scale": ("Scale", "S9"), "enterprise": ("Enterprise", "E0")}
STATES = {
    "active": ("active", "Laufend"),
    "paused": ("paused", "Ruhend"),
    "cancelled": ("cancelled", "Beendet"),
    "trial": ("trial", "Probe"),
}
CONTRACTS = {
    "permanent": ("CDI", "Open-ended"),
    "fixed": ("CDD", "Fixed term"),
    "student": ("Stage", "Intern"),
    "agency": ("Intérim", "Agency"),
}
UNITS = {
    "hr": ("RH", "100"),
    "sales": ("Ventes", "210"),
    "works": ("Atelier", "340"),
    "it": ("SI", "515"),
    "law": ("Droit", "700"),
}
SHELVES = {"floor": ("tienda", "F"), "store": ("almacén", "S"), "yard": ("patio", "Y"), "cold": ("frío", "C")}
URGENCY = {"planned": ("elektiv", "1"), "urgent": ("dringend", "2"), "emergency": ("notfall", "3")}
TARIFFS = {
    "day": ("Dagtaxa", "flat"),
    "night": ("Nattaxa", "off-peak"),
    "hour": ("Timtaxa", "spot"),
    "fixed": ("Fast pris", "fixed"),
}
GRID = {"on": ("inkopplad", "connected"), "off": ("bortkopplad", "disconnected"), "ordered": ("beställd", "pending")}


def _postcodes(count: int, start: int) -> dict[str, float]:
    return {f"{start + number * 37}": 1.0 for number in range(count)}


def _people(count: int, seed: int) -> dict[str, float]:
    rng = random.Random(seed)
    return {str(person(rng)): 1.0 for _ in range(count)}


SUBSCRIPTIONS = Business(
    name="subscriptions: CRM and billing",
    key=(("account_id", "KundenNr"),),
    make_key=lambda _, n: (f"AC-{10000 + n * 7}",),
    facts=(
        Fact("name", ("company", "Firma"), company, edits=0.003),
        Fact("mail", ("billing_email", "Rechnung an"), mail, edits=0.006),
        Fact("city", ("city", "Ort"), town, edits=0.006),
        Fact("street", ("street", "Straße"), street, edits=0.005, empty=0.05),
        Fact("plan", ("plan", "Tarif"), choice(basic=45, team=30, scale=18, enterprise=7), edits=0.01, kind="word", words=PLANS),
        Fact("status", ("status", "Vertragsstatus"), choice(active=70, paused=8, cancelled=14, trial=8), owner="right", edits=0.01, kind="word", words=STATES),
        Fact("price", ("monthly_price", "Monatspreis"), money(9, 900), owner="right", edits=0.012, kind="amount"),
        Fact("seats", ("seats", "Plätze"), whole(1, 300), edits=0.012, kind="number"),
        Fact("start", ("start_date", "Beginn"), day(2021, 2026), edits=0.006, kind="date", lag=5),
    ),
    traits=(
        Trait("channel", ("created_via", ""), {"web": 46, "phone": 24, "partner": 18, "import": 12}),
        Trait("payment", ("", "Zahlart"), {"Lastschrift": 48, "Karte": 27, "Rechnung": 25}),
        Trait("region", ("region", "Gebiet"), {"north": 28, "south": 27, "east": 21, "west": 24}, {"north": "N", "south": "S", "east": "O", "west": "W"}),
        Trait("segment", ("segment", ""), {"small": 55, "mid": 30, "large": 15}),
        Trait("agent", ("account_manager", ""), _people(25, 1), person=True),
        Trait("postcode", ("postcode", "PLZ"), _postcodes(180, 10115)),
    ),
    styles=(Style(), Style(day="%d.%m.%Y", moment="%d.%m.%Y %H:%M", comma=True, delimiter=";", encoding="utf-8-sig")),
    stamps=(
        EditColumns(created_at="created_at", created_via="created_via", updated_at="last_modified", updated_by="modified_by"),
        EditColumns(updated_at="geändert am"),
    ),
    lag=3,
    started=datetime(2026, 3, 6, 2, tzinfo=UTC),
)  # fmt: skip

STOCK = Business(
    name="shop and warehouse: stock",
    key=(("tienda", "site"), ("referencia", "sku")),
    make_key=lambda _, n: (f"W{n % 7 + 1:02d}", f"{'BCDFGH'[n % 6]}{2000 + n // 4}"),
    facts=(
        Fact("item", ("artículo", "description"), goods, edits=0.003),
        Fact("ean", ("código", "barcode"), digits(13), edits=0.002),
        Fact("maker", ("fabricante", "supplier"), company, edits=0.003),
        Fact("price", ("precio", "list_price"), money(1, 400), edits=0.012, kind="amount"),
        Fact("quantity", ("existencias", "on_hand"), whole(0, 3000), owner="right", edits=0.02, kind="number"),
        Fact("weight", ("peso", "gross_kg"), measure(0.1, 60), owner="right", edits=0.004, kind="amount"),
        Fact("bin", ("ubicación", "bin"), code("ABCDEFGH", 3), owner="right", edits=0.01),
        Fact("shelf", ("zona", "zone"), choice(floor=50, store=30, yard=12, cold=8), owner="right", edits=0.006, kind="word", words=SHELVES),
        Fact("sold", ("a la venta", "sellable"), yes(0.8), edits=0.008, kind="flag"),
        Fact("counted", ("inventario", "last_count"), day(2024, 2026), owner="right", edits=0.01, kind="date"),
    ),
    traits=(
        Trait("family", ("familia", "class"), {"tools": 40, "garden": 25, "electric": 20, "paint": 15}, {"tools": "T", "garden": "G", "electric": "E", "paint": "P"}),
        Trait("carrier", ("", "inbound"), {"truck": 55, "parcel": 30, "pickup": 15}),
        Trait("currency", ("moneda", ""), {"EUR": 74, "GBP": 16, "USD": 10}),
        Trait("shift", ("", "shift"), {"early": 40, "late": 38, "night": 22}),
        Trait("batch", ("", "batch"), _postcodes(120, 900)),
    ),
    styles=(
        Style(day="%d/%m/%Y", comma=True, truths=("1", "0"), delimiter=";"),
        Style(day="%Y-%m-%d", truths=("Y", "N"), delimiter="\t"),
    ),
    stamps=(EditColumns(), EditColumns()),
    lag=1,
    started=datetime(2026, 4, 12, 1, tzinfo=UTC),
    born_right=0.25,
    relatives=0.3,
    shared=("item", "ean", "maker", "price", "weight"),
)  # fmt: skip

HOSPITAL = Business(
    name="hospital admissions and laboratory",
    key=(("fall", "case_no"),),
    make_key=lambda _, n: (f"K{n * 3 + 70001:07d}-{n % 9}",),
    facts=(
        Fact("patient", ("name", "patient"), person, edits=0.004),
        Fact("born", ("geboren", "dob"), day(1935, 2022), edits=0.002, kind="date"),
        Fact("insured", ("versicherten_nr", "insurance_id"), code("ABCDEFGHKLMNP", 9), edits=0.002),
        Fact("phone", ("telefon", "contact"), phone, edits=0.004, empty=0.1),
        Fact("ward", ("station", "ward"), choice(A1=20, A2=18, B1=16, B3=14, ICU=8, ER=14, C2=10), edits=0.015),
        Fact("admitted", ("aufnahme", "admitted_on"), day(2025, 2026), edits=0.004, kind="date"),
        Fact("diagnosis", ("diagnose", "icd"), code("ABCDEFGHIJKLMN", 3), edits=0.012),
        Fact("urgency", ("dringlichkeit", "priority"), choice(planned=50, urgent=32, emergency=18), edits=0.008, kind="word", words=URGENCY),
        Fact("weight", ("gewicht_kg", "body_mass"), measure(3, 140), owner="right", edits=0.01, kind="amount"),
        Fact("samples", ("proben", "samples"), whole(0, 40), owner="right", edits=0.02, kind="number", lag=1),
    ),
    traits=(
        Trait("entry", ("aufnahmeart", ""), {"scheduled": 44, "walk-in": 30, "ambulance": 26}),
        Trait("payer", ("kostenträger", "payer"), {"statutory": 78, "private": 14, "self": 8}, {"statutory": "GKV", "private": "PKV", "self": "SZ"}),
        Trait("device", ("", "analyser"), {"alpha": 50, "beta": 30, "gamma": 20}),
        Trait("house", ("haus", "building"), {"main": 46, "west": 32, "children": 22}),
        Trait("doctor", ("arzt", ""), _people(30, 2), person=True),
    ),
    styles=(
        Style(day="%d.%m.%Y", moment="%d.%m.%Y %H:%M:%S", comma=True, delimiter=";"),
        Style(day="%d/%m/%Y", moment="%Y-%m-%dT%H:%M:%S"),
    ),
    stamps=(EditColumns(created_at="angelegt"), EditColumns()),
    lag=0.5,
    started=datetime(2026, 1, 9, 3, tzinfo=UTC),
    born_right=0.04,
    relatives=0.12,
    shared=("patient", "born", "insured", "phone"),
    left_key=str.lower,
    fold=True,
    fresh=0.02,
)  # fmt: skip

STAFF = Business(
    name="HR and payroll",
    key=(("matricule", "employee"),),
    make_key=lambda _, n: (f"{200100 + n}",),
    facts=(
        Fact("name", ("nom complet", "full_name"), person, edits=0.003),
        Fact("born", ("naissance", "birth_date"), day(1958, 2005), edits=0.002, kind="date"),
        Fact("mail", ("courriel", "email"), mail, edits=0.004),
        Fact("street", ("adresse", "home_address"), street, edits=0.008),
        Fact("unit", ("service", "cost_centre"), choice(hr=10, sales=34, works=36, it=14, law=6), edits=0.008, kind="word", words=UNITS),
        Fact("contract", ("contrat", "contract_type"), choice(permanent=66, fixed=18, student=6, agency=10), edits=0.005, kind="word", words=CONTRACTS),
        Fact("hired", ("entrée", "start"), day(2004, 2026), edits=0.004, kind="date"),
        Fact("hours", ("heures", "weekly_hours"), measure(8, 40), edits=0.01, kind="amount"),
        Fact("salary", ("salaire", "gross_pay"), money(1800, 9000), owner="right", edits=0.012, kind="amount"),
        Fact("account", ("compte", "bank_account"), code("FDEBN", 11), owner="right", edits=0.008),
        Fact("tax", ("tranche", "tax_band"), choice(I=50, II=20, III=20, IV=10), owner="", edits=0.006),
    ),
    traits=(
        Trait("source", ("origine", "hire_source"), {"portal": 42, "agency": 16, "referral": 24, "transfer": 18}),
        Trait("site", ("site", ""), {"Lille": 38, "Metz": 26, "Nîmes": 22, "Brest": 14}),
        Trait("cycle", ("", "pay_cycle"), {"monthly": 62, "weekly": 23, "fortnightly": 15}),
        Trait("grade", ("échelon", "grade"), {"G1": 26, "G2": 30, "G3": 24, "G4": 20}),
        Trait("manager", ("responsable", ""), _people(40, 3), person=True),
    ),
    styles=(
        Style(day="%d/%m/%Y", moment="%d/%m/%Y %H:%M", comma=True, delimiter=";"),
        Style(day="%d %b %Y", moment="%Y-%m-%d %H:%M:%S"),
    ),
    stamps=(
        EditColumns(created_at="créé le", updated_at="modifié le", updated_by="modifié par"),
        EditColumns(created_at="entered_at", updated_at="changed_at"),
    ),
    lag=14,
    started=datetime(2026, 2, 2, 4, tzinfo=UTC),
    sizes=(1500, 3000),
)  # fmt: skip

SUPPLY = Business(
    name="grid operator and energy supplier: supply points",
    key=(("anläggning", "supply_point"),),
    make_key=lambda rng, _: (str(uuid.UUID(int=rng.getrandbits(128))),),
    facts=(
        Fact("holder", ("kund", "customer"), person, owner="right", edits=0.006),
        Fact("street", ("adress", "address"), street, edits=0.003),
        Fact("town", ("ort", "town"), town, edits=0.003),
        Fact("meter", ("mätare", "meter_serial"), digits(9), edits=0.008),
        Fact("tariff", ("taxa", "product"), choice(day=40, night=25, hour=20, fixed=15), owner="right", edits=0.01, kind="word", words=TARIFFS),
        Fact("state", ("läge", "grid_status"), choice(on=80, off=12, ordered=8), edits=0.008, kind="word", words=GRID),
        Fact("fuse", ("säkring", "fuse_a"), whole(16, 200), edits=0.005, kind="number"),
        Fact("usage", ("årsförbrukning", "annual_kwh"), measure(100, 90000), edits=0.015, kind="amount"),
        Fact("read", ("avläst", "read_on"), day(2024, 2026), edits=0.015, kind="date"),
        Fact("begin", ("avtal från", "contract_from"), day(2016, 2026), owner="right", edits=0.008, kind="date"),
    ),
    traits=(
        Trait("reading", ("insamling", "reading_method"), {"remote": 58, "manual": 24, "estimated": 18}, {"remote": "AMR", "manual": "HAND", "estimated": "EST"}),
        Trait("area", ("nätområde", ""), {"SE1": 18, "SE2": 24, "SE3": 36, "SE4": 22}),
        Trait("market", ("", "sales_channel"), {"online": 44, "door": 16, "broker": 22, "moved-in": 18}),
        Trait("voltage", ("spänning", ""), {"0.4": 82, "10": 12, "20": 6}),
        Trait("installer", ("", "field_agent"), _people(20, 4), person=True),
    ),
    styles=(
        Style(day="%Y-%m-%d", comma=True, truths=("ja", "nej"), delimiter="\t", encoding="utf-16"),
        Style(day="%m/%d/%Y", moment="%m/%d/%Y %H:%M", delimiter="|"),
    ),
    stamps=(
        EditColumns(),
        EditColumns(created_at="opened", created_via="sales_channel", updated_at="touched", updated_by="touched_by"),
    ),
    lag=5,
    started=datetime(2026, 5, 8, 5, tzinfo=UTC),
    born_right=0.4,
    exported=(0.0, -0.6),
)  # fmt: skip

BUSINESSES = (SUBSCRIPTIONS, STOCK, HOSPITAL, STAFF, SUPPLY)
