"""What the demo clinic expects to be paid for a unit of each code; all of it is invented."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from cases.demo.cast import Cast
from cases.models import ExpectedPayment

REMITTANCES = "Past remittances"
PRICES = (
    # place in PLANS (None: any payer), code, dollars a unit, where it comes from
    (None, "96365", "118.00", REMITTANCES),
    (None, "96366", "26.00", REMITTANCES),
    (None, "J3490", "14.50", REMITTANCES),
    (None, "G2083", "790.00", REMITTANCES),
    (None, "J0013", "9.80", REMITTANCES),
    (0, "96365", "142.50", "Contract C-2201"),
    (0, "96366", "31.75", "Contract C-2201"),
    (4, "96365", "71.20", "Fee schedule"),
)


def write_prices(cast: Cast, now: datetime) -> None:
    """Amounts that hold for every decision of the demo; `now` is an aware instant."""
    since = now.date() - timedelta(days=400)
    for place, code, amount, source in PRICES:
        ExpectedPayment(
            clinic=cast.clinic,
            payer=None if place is None else cast.plans[place].payer,
            code=code,
            amount=Decimal(amount),
            effective_from=since,
            source=source,
        ).save()
