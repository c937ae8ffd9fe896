"""The list of boundaries as a file, as it is filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boundaries.models import Boundary
from boundaries.queries import listing
from boundaries.tables import ORDER, SEARCHED, BoundariesFilter, BoundariesTable
from ownership import wording
from ownership.listing import Listing
from reconcile.checks.sheets import csv_pieces
from reconcile.configuration.dumping import as_yaml
from reconcile.configuration.dumping_boundaries import boundary_said

HEAD = (
    "Boundary",
    "From",
    "To",
    "Owner",
    "Trigger",
    "Rule",
    "Steps",
    "Minutes by hand a week",
    "Five things said",
    "Cases undecided",
    "Quick checks that hold",
    "Changed",
    "By",
)


@require_safe
@never_cache
def download(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """Download the boundaries that the address asks for: ``csv`` as the list has them, ``yaml`` with their maps."""
    if form not in FORMS:
        raise Http404
    found = Listing(
        request,
        listing.boundaries(),
        BoundariesTable,
        search=SEARCHED,
        filters=BoundariesFilter,
        default_order=ORDER,
        name="boundaries",
    )
    kind, maker = FORMS[form]
    response = StreamingHttpResponse(maker(list(found.queryset)), content_type=f"{kind}; charset=utf-8")
    name = content_disposition_header(as_attachment=True, filename=f"boundaries.{form}")
    response["Content-Disposition"] = name or "attachment"
    return response


def _csv(found: Sequence[Boundary]) -> Iterator[bytes]:
    stands = listing.stands(found)
    return csv_pieces(HEAD, ([*_about(one), *_figures(one, stands[one.pk])] for one in found))


def _about(one: Boundary) -> list[str]:
    owner = one.owner.name if one.owner else ""
    return [one.name, one.from_system.name, one.to_system.name, owner, one.trigger, one.rule]


def _figures(one: Boundary, stands: listing.Stands) -> list[str]:
    # What `listing.boundaries` adds to a row is not on the model.
    steps, minutes, at, by = (
        getattr(one, name) for name in ("step_count", "minutes_by_hand", "changed_at", "changed_by")
    )
    said = (steps, round(minutes), stands.things, stands.undecided, stands.holding)
    return [*map(str, said), wording.moment(at) if at else "", by or ""]


def _yaml(found: Sequence[Boundary]) -> Iterator[bytes]:
    yield as_yaml({"boundaries": [boundary_said(one) for one in found]}).encode("utf-8", "replace")


FORMS: dict[str, tuple[str, Callable[[Sequence[Boundary]], Iterator[bytes]]]] = {
    "csv": ("text/csv", _csv),
    "yaml": ("application/yaml", _yaml),
}
