"""Why this date: rule, start, steps, losers, sources, and how the date moved."""

from __future__ import annotations

from datetime import date, timedelta

from django.test import Client

from cases.models import Clinic, StaffMember
from priorauth.terms import EventKind, Standing
from tests.cases.desk import made
from tests.cases.desk.made import NOW
from tests.cases.desk.test_case_page import words

DAY = timedelta(days=1)
DERIVATION = {
    "citation": "29 CFR 2560.503-1(h)(3)(i)",
    "source": "quoted copy; https://www.ecfr.gov/current/title-29/section-2560.503-1",
    "says": "At least 180 days to appeal.",
    "if_missed": "The right to appeal is lost.",
    "steps": ["Notice received on Fri 20 Nov 2026.", "180 days later is Wed 19 May 2027."],
    "lost": [{"rule": "base-appeal-filing", "why": "the law governs"}],
}


def test_it_is_explained_in_sentences(client: Client, clinic: Clinic, jo: StaffMember) -> None:
    case = made.request(clinic)
    start = made.event(case, EventKind.DETERMINED, happened_on=date(2026, 11, 20), recorded_by=jo)
    clock = made.deadline(
        case, rule="fed-erisa-appeal-filing", start_event=start, derivation=DERIVATION,
        legal_at=NOW + 100 * DAY, due=NOW + 100 * DAY, printed_on=date(2027, 5, 1),
        rule_effective_from=date(2003, 1, 1),
    )  # fmt: skip
    html = client.get(f"/case/{case.number}/why/{clock.pk}/").content.decode()
    text = words(html)
    for told in (
        "“Payer&#x27;s determination”, Fri 20 Nov 2026. Written down by Jo Lind",
        "At least 180 days to appeal.", "29 CFR 2560.503-1(h)(3)(i)",
        "180 days later is Wed 19 May 2027.", "base-appeal-filing the law governs",
        "The letter prints Sat 1 May 2027", "The right to appeal is lost.",
        "in force from Wed 1 Jan 2003", "the date has not moved",
    ):  # fmt: skip
        assert told in text, told
    assert 'href="https://www.ecfr.gov/current/title-29/section-2560.503-1"' in html
    assert "believed" not in text


def test_the_zone_is_told_as_people_say_it(client: Client, clinic: Clinic) -> None:
    case = made.request(clinic)
    clock = made.deadline(case)
    for page in ("why", "answer"):
        html = client.get(f"/case/{case.number}/{page}/{clock.pk}/").content.decode()
        assert 'times in <span title="America/Chicago">Central time</span>' in html
        assert "America/Chicago" not in words(html)


def test_a_limit_without_its_text_is_called_believed(client: Client, clinic: Clinic) -> None:
    case = made.request(clinic)
    clock = made.deadline(case, rule="x", is_believed=True, legal_at=NOW + DAY, due=NOW + DAY)
    text = words(client.get(f"/case/{case.number}/why/{clock.pk}/").content.decode())
    assert "This limit is believed, text not on file" in text
    assert "Source: text not on file." in text


def test_a_date_that_moved_tells_its_history(client: Client, clinic: Clinic) -> None:
    case = made.request(clinic)
    old = made.deadline(case, key="|k", standing=Standing.SUPERSEDED, settled_at=NOW)
    new = made.deadline(case, key="|k", revision=2, due=NOW + 9 * DAY)
    html = client.get(f"/case/{case.number}/why/{new.pk}/").content.decode()
    assert "How this date moved" in html
    assert f"/why/{old.pk}/" in html
    past = words(client.get(f"/case/{case.number}/why/{old.pk}/").content.decode())
    assert "Replaced" in past
    assert "Do in" not in past


def test_words_of_the_derivation_are_escaped(client: Client, clinic: Clinic) -> None:
    case = made.request(clinic)
    clock = made.deadline(case, derivation={"says": "<script>x</script>", "steps": ["<b>y</b>"]})
    html = client.get(f"/case/{case.number}/why/{clock.pk}/").content.decode()
    assert "<script>x" not in html
    assert "<b>y" not in html
