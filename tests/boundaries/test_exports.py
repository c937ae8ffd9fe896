"""A map as a file: whoever signs in downloads it, whatever people wrote into it."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from lxml import etree

from boundaries.definitions import Map
from boundaries.facts import Facts
from boundaries.models import Boundary
from boundaries.services import defining
from boundaries.views import exports
from ownership.models import Role
from tests import build
from tests.boundaries import any_map
from tests.boundaries.worlds import EMPTY, STORY, long

pytestmark = pytest.mark.django_db

FILES = {
    "boundary_bpmn": ("application/xml", "sales-to-billing.bpmn"),
    "boundary_mermaid": ("text/plain", "sales-to-billing.mmd"),
    "boundary_svg": ("image/svg+xml", "sales-to-billing.svg"),
    "boundary_yaml": ("application/yaml", "sales-to-billing.yaml"),
}


@pytest.fixture
def viewer(client: Client) -> Client:
    build.company()
    client.force_login(build.person(email="vera@example.com", name="Vera", role=Role.VIEWER))
    return client


def address(route: str, boundary: Boundary) -> str:
    return reverse(route, args=[boundary.slug])


@pytest.mark.parametrize("route", FILES)
@pytest.mark.parametrize("said", [EMPTY, STORY, replace(long(), name="sales to billing", owner="")])
def test_whoever_signs_in_downloads_a_map(viewer: Client, route: str, said: Map) -> None:
    boundary = defining.define(None, said, person=None)
    kind, name = FILES[route]
    answer = viewer.get(address(route, boundary))
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"{kind}; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    answer.content.decode()


@pytest.mark.parametrize("route", FILES)
def test_a_map_that_is_not_there_or_removed_is_not_found(viewer: Client, route: str) -> None:
    boundary = defining.define(None, STORY, person=None)
    defining.remove(boundary, person=None, reason="A test needs it.")
    assert viewer.get(address(route, boundary)).status_code == 404
    assert viewer.get(reverse(route, args=["nothing"])).status_code == 404


@pytest.mark.parametrize("route", FILES)
def test_a_file_is_only_read(viewer: Client, route: str) -> None:
    assert viewer.post(address(route, defining.define(None, STORY, person=None))).status_code == 405


@pytest.mark.parametrize("columns", ["", "0", "2", "999", "1000000000000", "-1", "two", "٣"])
def test_the_picture_takes_any_number_of_columns(viewer: Client, columns: str) -> None:
    boundary = defining.define(None, STORY, person=None)
    answer = viewer.get(address("boundary_svg", boundary), {"columns": columns})
    assert answer.status_code == 200
    root = etree.fromstring(answer.content)
    assert etree.QName(root).localname == "svg"
    assert "Finance" in "".join(str(text) for text in root.itertext())


def test_fewer_columns_are_a_narrower_picture(viewer: Client) -> None:
    boundary = defining.define(None, STORY, person=None)
    pictures = [viewer.get(address("boundary_svg", boundary), {"columns": columns}).content for columns in (1, 4)]
    narrow, wide = (float(str(etree.fromstring(picture).get("width")).removesuffix("px")) for picture in pictures)
    assert narrow < wide


@hypothesis_settings(deadline=None, max_examples=40)
@given(said=any_map.maps())
def test_whatever_people_write_the_picture_is_xml(said: Map) -> None:
    etree.fromstring(exports.picture(said, Facts()).encode())
