"""How quick the picture of a map of forty steps is: ``./run bench --map``.

Beside it the plainest page of the same steps, a list, as the measure of what a template costs here anyway. Nothing is
remembered from one picture to the next: every text is measured anew.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine

from boundaries.drawing import draw
from boundaries.drawing import measure as measuring
from boundaries.telling import tell
from tests.boundaries.worlds import FACTS, long

_ROOT = Path(__file__).resolve().parents[2]
_STEPS = 40
_TIMES = 50
_MILLISECONDS = 50
_LIST = """<ol>{% for one in told %}
  <li>{{ one.step.does }} {{ one.step.team }} {{ one.step.system }} {{ one.by_hand }}
    <ul>{% for handoff in one.handoffs %}
      <li>{{ handoff.trigger }} {{ handoff.lag }} {{ handoff.takes_over }}</li>
    {% endfor %}</ul>
  </li>
{% endfor %}</ol>"""


def measure() -> tuple[list[str], bool]:
    """Lines to print, and whether the layout keeps its limit."""
    if not settings.configured:
        settings.configure(USE_I18N=False)
    engine = Engine(dirs=[str(_ROOT / "templates")], libraries={"l10n": "django.templatetags.l10n"})
    said = long(_STEPS)
    drawing, told = draw(said, FACTS), tell(said, FACTS)
    picture, plain = engine.get_template("boundaries/_picture.html"), engine.from_string(_LIST)

    def laid_out() -> None:
        measuring.wrap.cache_clear()
        draw(said, FACTS)

    times = {
        "layout": _median(laid_out),
        "its SVG": _median(lambda: picture.render(Context({"drawing": drawing}))),
        "plain list": _median(lambda: plain.render(Context({"told": told}))),
    }
    list_time = times["plain list"]
    lines = ["", f"The picture of a map of {_STEPS} steps: milliseconds in the middle of {_TIMES} times, x plain list"]
    lines += [f"{name:18}  {taken:8.1f}  {taken / list_time:7.1f}" for name, taken in times.items()]
    holds = times["layout"] < _MILLISECONDS
    lines.append(f"The layout {'keeps' if holds else 'DOES NOT KEEP'} its limit of {_MILLISECONDS} ms.")
    return lines, holds


def _median(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000
