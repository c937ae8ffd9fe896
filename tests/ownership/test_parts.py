"""The parts of pages: what each tag writes for what it is given."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import engines
from django.utils import timezone

from ownership import marking, wording
from ownership.history import changes_of, save_with_reason
from ownership.marking import Piece, Stretch
from ownership.models import Role
from ownership.parts import Bar, Bars, Chart, Series, Sparkline, Timeline, TimelinePoint
from tests import build


def drawn(source: str, **context: object) -> str:
    return " ".join(engines["django"].from_string(source).render(context).split())


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0"), (1207, "1,207"), (-1_000_000, "-1,000,000"), (1.5, "1.5"), (None, "\N{EN DASH}")]
)
def test_numbers_have_thousands_separators(value: float | None, words: str) -> None:
    assert wording.number(value) == words
    assert drawn("{% number value %}", value=value) == words


@pytest.mark.parametrize(("count", "words"), [(0, "0 customers"), (1, "1 customer"), (1207, "1,207 customers")])
def test_counts_come_with_the_word_that_fits(count: int, words: str) -> None:
    assert drawn('{% plural n "customer" "customers" %}', n=count) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "\N{EN DASH}"),
        (0, 7, "0 %"),
        (7, 7, "100 %"),
        (982, 1000, "98.2 %"),
        (1, 1_000_000, "under 0.1 %"),
        (999_999, 1_000_000, "over 99.9 %"),
        (3, 2, "150.0 %"),
    ],
)
def test_shares_never_say_all_or_none_when_it_is_nearly_so(part: int, whole: int, words: str) -> None:
    assert drawn("{% percent part whole %}", part=part, whole=whole) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "\N{EN DASH}"),
        (0, "0.0 s"),
        (0.44, "0.4 s"),
        (9.96, "10 s"),
        (59.6, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (3905, "1 h 5 min"),
        (190_800, "2 d 5 h"),
        (-3, "0.0 s"),
    ],
)
def test_lengths_of_time_are_said_in_their_two_largest_units(seconds: float | None, words: str) -> None:
    assert drawn("{% duration seconds %}", seconds=seconds) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, "\N{EN DASH}"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_234, "1.2 kB"),
        (999_900, "1.0 MB"),
        (147_000_000, "147 MB"),
        (2e15, "2,000 TB"),
    ],
)
def test_sizes_are_said_in_decimal_units(count: int | None, words: str) -> None:
    assert drawn("{% size count %}", count=count) == words


NOW = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW - timedelta(seconds=30), "just now"),
        (NOW - timedelta(minutes=1), "1 minute ago"),
        (NOW - timedelta(hours=5), "5 hours ago"),
        (NOW + timedelta(hours=2), "in 2 hours"),
        (NOW - timedelta(days=1), "yesterday"),
        (NOW + timedelta(days=3), "in 3 days"),
        (NOW.date(), "today"),
        (date(2026, 2, 1), "3 months ago"),
        (date(2020, 2, 1), "6 years ago"),
    ],
)
def test_ages_are_said_in_words(moment: date | datetime, words: str) -> None:
    assert wording.age(moment, NOW) == words


def test_a_moment_is_iso_with_its_age_on_hover() -> None:
    moment = timezone.now() - timedelta(days=3)
    html = drawn("{% when moment %}", moment=moment)
    assert f">{moment:%Y-%m-%d %H:%M}</time>" in html
    assert 'title="3 days ago"' in html
    assert drawn("{% when moment %}", moment=date(2026, 5, 1)).endswith(">2026-05-01</time>")
    assert drawn("{% when moment %}", moment=None) == "\N{EN DASH}"


@pytest.mark.parametrize(
    ("state", "word", "tone"),
    [
        ("open", "open", "open"),
        ("not due", "not due", "waiting"),
        ("not_due", "not due", "waiting"),
        ("needs_confirmation", "needs confirmation", "open"),
        ("gone", "gone", "gone"),
        ("never heard_of", "never heard of", "quiet"),
    ],
)
def test_a_state_is_a_word_with_a_shape(state: str, word: str, tone: str) -> None:
    html = drawn("{% state_chip state %}", state=state)
    assert html.startswith(f'<span class="chip state tone-{tone}"><svg')
    assert html.endswith(f"</svg>{word}</span>")


def test_no_value_and_an_empty_text_are_told_apart() -> None:
    assert ">no value<" in drawn("{% value text %}", text=None)
    assert ">empty<" in drawn("{% value text %}", text="")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain text", '<bdi class="value">plain text</bdi>'),
        ("<b>", '<bdi class="value">&lt;b&gt;</bdi>'),
        (7, '<bdi class="value">7</bdi>'),
        ("a ", '<bdi class="value">a<span class="space" title="space"> </span></bdi>'),
        ("a\tb", '<bdi class="value">a<span class="unseen" title="tab">→</span>b</bdi>'),
        ("a\x00", '<bdi class="value">a<span class="unseen" title="NUL">U+0000</span></bdi>'),
        ("\u202ea", '<bdi class="value"><span class="unseen" title="right-to-left override">U+202E</span>a</bdi>'),
    ],
)
def test_what_cannot_be_seen_in_a_value_is_marked(text: object, html: str) -> None:
    assert drawn("{% value text %}", text=text) == html


def test_a_long_value_is_folded_and_a_huge_one_counted() -> None:
    html = drawn("{% value text %}", text="W" * 12_000)
    assert html.startswith('<details class="value"><summary>')
    assert ", 12,000 characters" in html
    assert "2,000 characters more." in html
    assert len(html) < 10_500


def test_every_space_at_the_ends_and_in_a_row_is_a_piece_of_its_own() -> None:
    space = Piece(" ", "·", "space")
    assert marking.pieces("  a b  c ") == [space, space, Piece("a b"), space, space, Piece("c"), space]
    assert marking.pieces(" a ", at_start=False, at_end=False) == [Piece(" a ")]


@pytest.mark.parametrize(
    ("left", "right", "marked_left", "marked_right"),
    [
        ("open", "paid", "[open]", "[paid]"),
        ("2026-05-01", "2026-05-04", "2026-05-0[1]", "2026-05-0[4]"),
        ("Düsseldorf", "Düsseldorf ", "Düsseldorf[]", "Düsseldorf[ ]"),
        ("1,204.50", "1204.5", "1[,]204.5[0]", "1[]204.5[]"),
        ("same", "same", "same", "same"),
        ("aa", "aaa", "aa[]", "aa[a]"),
        ("Ame\u0301lie", "Amelie", "Am[e\u0301]lie", "Am[e]lie"),
    ],
)
def test_two_values_are_marked_where_they_part(left: str, right: str, marked_left: str, marked_right: str) -> None:
    def spelled(stretches: list[Stretch]) -> str:
        return "".join(one.text if one.same else f"[{one.text}]" for one in stretches)

    assert tuple(map(spelled, marking.apart(left, right))) == (marked_left, marked_right)


def test_a_difference_in_the_middle_of_long_values_is_found_and_the_rest_counted() -> None:
    html = drawn(
        "{% two_sided left right %}", left="x" * 5_000 + "1" + "y" * 5_000, right="x" * 5_000 + "2" + "y" * 5_000
    )
    assert "<mark>1</mark>" in html
    assert "<mark>2</mark>" in html
    assert "4,680 characters the same" in html


def test_two_long_values_with_nothing_in_common_are_marked_whole_at_once() -> None:
    left, right = marking.apart("ab" * 5_000, "cd" * 5_000)
    assert left == [Stretch("ab" * 5_000, same=False)]
    assert right == [Stretch("cd" * 5_000, same=False)]


def test_hostile_words_stay_words_in_every_part() -> None:
    bad = '"><script>alert(1)</script>'
    source = (
        "{% person bad %}{% system bad 'left' %}{% state_chip bad %}{% two_sided bad 'x' bad bad %}{% value bad %}"
        "{% chart chart %}{% include '_parts/bars.html' %}{% include '_parts/empty.html' with title=bad text=bad %}"
        "{% include '_parts/failure.html' with title=bad kept=bad todo=bad run=bad %}"
    )
    chart = Chart(bad, bad, "bar", [bad], [Series(bad, [1])], [bad])
    html = drawn(source, bad=bad, chart=chart, bars=Bars(bad, [Bar(bad, 1, bad, bad)]))
    assert "<script>" not in html
    assert html.count("alert(1)") > 15


def test_a_person_nobody_knows_is_said_in_words() -> None:
    assert ">nobody signed in<" in drawn("{% person who %}", who="")


def test_from_the_sixth_series_on_a_chart_sums_up() -> None:
    chart = Chart("t", "d", "bar", ["a", "b"], [Series(str(n), [n, None]) for n in range(1, 9)])
    folded = chart.folded()
    assert [series.name for series in folded.series] == ["1", "2", "3", "4", "5", "other"]
    assert folded.series[-1].values == [21, None]


def test_a_page_with_two_charts_loads_the_scripts_once() -> None:
    chart = Chart("t", "d", "bar", ["a"], [Series("s", [1])])
    html = drawn("{% chart one %}{% chart one %}", one=chart)
    assert html.count("Chart.bundle.js") == 1
    assert 'data-chart="chart-2"' in html


def test_bars_begin_at_zero_and_are_never_too_short_to_see() -> None:
    bars = Bars("t", [Bar("all", 100_000), Bar("one", 1), Bar("none", 0)])
    assert [length for _, length in bars.rows] == [1000, 4, 0]


def test_a_sparkline_of_no_figures_is_a_sentence() -> None:
    assert Sparkline("t", ()).description == "No figures yet."
    assert Sparkline("t", (9, 4)).description == "From 9 to 4, at most 9."


def test_a_timeline_names_the_moments_the_values_parted_and_met_again() -> None:
    points = [
        TimelinePoint(date(2026, 5, day), "a", "a" if same else "b", same=same)
        for day, same in enumerate((True, False, False, True), start=1)
    ]
    assert [happened for _, happened in Timeline("t", "l", "r", points).rows] == ["", "parted here", "", "agree again"]


@pytest.mark.django_db
def test_the_history_says_who_changed_what_in_words_and_why() -> None:
    person = build.person(name="Finn Okafor", role=Role.VIEWER)
    person.role = Role.LEAD
    person.is_active = False
    save_with_reason(person, reason="Leads Billing from May on")
    role, active, added = sorted(changes_of(person), key=lambda change: change.field, reverse=True)
    assert (role.what, role.field, role.old, role.new) == ("Changed", "role", "Viewer", "Team lead")
    assert (active.field, active.old, active.new) == ("may sign in", "yes", "no")
    assert role.why == "Leads Billing from May on"
    assert (added.what, added.field) == ("Added", "")


@pytest.mark.django_db
def test_the_history_stops_at_its_limit() -> None:
    person = build.person()
    for number in range(5):
        person.name = f"Finn {number}"
        person.save()
    assert [change.new for change in changes_of(person, limit=2)] == ["Finn 4", "Finn 3"]


def test_nothing_is_marked_in_values_that_agree_though_written_otherwise() -> None:
    shown = drawn("{% two_sided left right 'CRM' 'Billing' agree=True %}", left="336.20", right="336,20")
    assert "<mark" not in shown
    assert "336.20" in shown
    assert "336,20" in shown
