"""A share with its denominator, and how much chance there is in it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_Z = 1.959964  # 95 percent, two-sided normal

FEW = 10
"""Below this many a percentage says little; it is still shown, and called few."""


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, both counts; a whole of nothing has no percentage."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError(f"{self.part} is no part of {self.whole}")

    @property
    def percent(self) -> float | None:
        """From 0 to 100, unrounded; None when there is nothing to be a share of."""
        return 100 * self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 percent interval in percent by Wilson's score; None for a whole of nothing.

        E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209: it stays within 0 and 100 and holds for
        the small numbers of one clinic, where the textbook interval does not.
        """
        if not self.whole:
            return None
        n, p = self.whole, self.part / self.whole
        middle = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        return max(0.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))

    def __str__(self) -> str:
        """In words: "12 of 30 (40%)", "none yet" for a whole of nothing."""
        percent = self.percent
        return "none yet" if percent is None else f"{self.part} of {self.whole} ({percent:.0f}%)"

    @property
    def spread(self) -> str:
        """The interval in words: "25-58%", with "few" where the percentage says little."""
        if self.interval is None:
            return ""
        low, high = self.interval
        return f"{low:.0f}–{high:.0f}%{', few' if self.whole < FEW else ''}"
