"""Networks and agreements in sentences."""

from __future__ import annotations

from datetime import date, timedelta

from cases.models import Agreement, NetworkStatus
from cases.models.agreements import AgreementKind
from cases.models.benefits_checks import Network
from priorauth.calendars.wording import say_count, say_day

ENDS_SOON = timedelta(days=30)


def say_network(row: NetworkStatus, payer: str) -> tuple[str, str]:
    """The sentence, and what follows when it is bad news."""
    since = f" since {say_day(row.effective_from)}" if row.effective_from else ""
    until = f", through {say_day(row.effective_through)}" if row.effective_through else ""
    status = Network(row.status)
    if status is Network.UNKNOWN:
        says = f"{row.clinician}: not known whether in the network of {payer}."
        return says, "Ask: out of network, other benefits and other forms apply."
    says = f"{row.clinician}: {status.label.lower()} with {payer}{since}{until} ({row.known_by})."
    if status is Network.OUT:
        return says, "Ask for a single-case agreement or a gap exception."
    return says, ""


def say_agreement(row: Agreement, today: date) -> tuple[str, str]:
    """The sentence, and that it ends soon."""
    kind = AgreementKind(row.kind).label
    number = f" {row.number}" if row.number else ""
    rate = f"${row.rate:,.2f} a unit" if row.rate is not None else "no rate in dollars"
    units = f", {say_count(row.units, 'units')}" if row.units else ""
    last = row.effective_through
    until = f", through {say_day(last)}" if last else ""
    says = f"{kind}{number}: {row.code or 'all codes'}, {rate}{units}{until}."
    is_soon = last is not None and last - today <= ENDS_SOON
    return says, "Ends within a month: ask for a new one." if is_soon else ""
