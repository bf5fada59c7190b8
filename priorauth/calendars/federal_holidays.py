"""The legal public holidays of 5 U.S.C. 6103, by the `holidays` package.

Two readings are kept apart. A holiday on a Saturday or Sunday is *observed* on the Friday before
or the Monday after; that observance is written for federal pay and leave. Business days are
counted on the observed calendar. A filing date that rolls past "a federal holiday" rolls only past
the holiday itself, because nobody should rely on the other reading.

The package is imported at first use: a process that counts nothing does not load it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

# One year more on each side than is answered for, so that a count may run past the edge.
FIRST_YEAR = 1994
LAST_YEAR = 2041


@lru_cache(maxsize=2)
def federal_holidays(*, observed: bool) -> Mapping[date, str]:
    """Date to name of each federal holiday from 1994 to 2041.

    With `observed` the weekday on which a weekend holiday is kept is in it as well (Friday
    31 December 2027 stands for 1 January 2028).
    """
    from holidays import country_holidays

    found = country_holidays("US", years=range(FIRST_YEAR, LAST_YEAR + 1), observed=observed)
    return MappingProxyType({on: found[on] for on in sorted(found)})
