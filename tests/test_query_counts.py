"""Each page keeps its number of queries.

`WRITE_QUERY_COUNTS=1 ./run test tests/test_query_counts.py` takes new ones.
"""

import json
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boundaries.definitions import Map, Step
from tests import build
from tests.roles import ROUTES

BASELINE = Path(__file__).with_name("query_counts.json")


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        list(client.get(address))  # a file that is sent is closed once it is sent
    return len(queries)


@pytest.mark.django_db
def test_every_page_takes_as_many_queries_as_before(as_ada: Client) -> None:
    for number in range(30):
        person = build.person(email=f"{number}@example.com")
        build.received(person=person, system=build.system(name=f"System {number}"))
        build.boundary(Map(f"boundary {number}", "CRM", f"System {number}", steps=(Step("one", "Sales does it."),)))
    known = build.addressed()
    counts = {route: queries_of(as_ada, address.format_map(known)) for route, (address, _) in ROUTES.items()}
    if os.environ.get("WRITE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(counts, indent=2) + "\n")
    assert counts == json.loads(BASELINE.read_text())
