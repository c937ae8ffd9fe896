"""What chance alone would do: the exact tail of drawing without replacement, and how much better two rates tell it.

Pure arithmetic by log-gamma, sound for populations of many millions; no approximation by a normal or a chi-square,
which small groups would break.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, lgamma, log

_NEGLIGIBLE = 1e-17


@dataclass(frozen=True, slots=True)
class Table:
    """Of ``population`` records ``group`` failed; ``records`` meet a condition, and ``inside`` of the group do."""

    inside: int
    records: int
    group: int
    population: int

    @property
    def share(self) -> float:
        """The share of the group that meets the condition; 0 of no group."""
        return self.inside / self.group if self.group else 0.0

    @property
    def ratio(self) -> float:
        """How many times as often a record fails inside as elsewhere; infinite where none fails elsewhere."""
        outside, others = self.group - self.inside, self.population - self.records
        if not self.inside or not others:
            return 0.0
        return self.inside / self.records / (outside / others) if outside else inf

    @property
    def gain(self) -> float:
        """Nats of likelihood that two rates, inside and elsewhere, have over one; 0 where inside is not more."""
        if self.ratio <= 1:
            return 0.0
        parts = _fit(self.inside, self.records), _fit(self.group - self.inside, self.population - self.records)
        return sum(parts) - _fit(self.group, self.population)

    @property
    def excess(self) -> float:
        """How many of the group are inside beyond as many as would be at the rate elsewhere."""
        others = self.population - self.records
        return self.inside - self.records * (self.group - self.inside) / others if others else 0.0

    @property
    def chance(self) -> float:
        """The probability of as many inside or more, were failing and meeting the condition independent."""
        return at_least(self.inside, self.group, self.records, self.population)


def at_least(inside: int, drawn: int, marked: int, population: int) -> float:
    """The probability that ``drawn`` of ``population`` without replacement hold ``inside`` or more of the ``marked``.

    The upper tail of the hypergeometric distribution, between 0 and 1.
    """
    lowest, highest = max(0, drawn + marked - population), min(drawn, marked)
    if inside <= lowest:
        return 1.0
    if inside > highest:
        return 0.0
    if inside * population > drawn * marked:
        return min(1.0, _sum_up(inside, drawn, marked, population))
    return max(0.0, 1.0 - _sum_down(inside - 1, drawn, marked, population))


def _sum_up(first: int, drawn: int, marked: int, population: int) -> float:
    """The probability of ``first`` or more, where each is less likely than the one before."""
    term = total = 1.0
    for held in range(first, min(drawn, marked)):
        term *= (drawn - held) * (marked - held) / ((held + 1) * (population - drawn - marked + held + 1))
        total += term
        if term < _NEGLIGIBLE * total:
            break
    return exp(_log_exactly(first, drawn, marked, population)) * total


def _sum_down(last: int, drawn: int, marked: int, population: int) -> float:
    """The probability of ``last`` or fewer, where each is less likely than the one after."""
    term = total = 1.0
    for held in range(last, max(0, drawn + marked - population), -1):
        term *= held * (population - drawn - marked + held) / ((drawn - held + 1) * (marked - held + 1))
        total += term
        if term < _NEGLIGIBLE * total:
            break
    return exp(_log_exactly(last, drawn, marked, population)) * total


def _log_exactly(inside: int, drawn: int, marked: int, population: int) -> float:
    ways = _log_choose(marked, inside) + _log_choose(population - marked, drawn - inside)
    return ways - _log_choose(population, drawn)


def _log_choose(whole: int, part: int) -> float:
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)


def _fit(failed: int, records: int) -> float:
    """The log-likelihood of ``failed`` of ``records`` under their own rate."""
    fine = records - failed
    return (failed * log(failed / records) if failed else 0.0) + (fine * log(fine / records) if fine else 0.0)
