"""What a role may not do is not shown to it: no link and no button of a page leads to a 403."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from cases.desk.rights import KEEPERS
from cases.models import StaffMember
from cases.workflow.infusions import InfusionTold, record_infusion
from priorauth.terms import InfusionStatus, Role
from tests.cases.courses import at, biller, booked

pytestmark = pytest.mark.usefixtures("friday_morning")


class Ways(HTMLParser):
    """The addresses a page leads to: links, and forms with their method."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.forms: set[tuple[str, str]] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and (given.get("href") or "").startswith(("/", "?")):
            self.links.add(urldefrag(given["href"] or "").url)
        elif tag == "form":
            self.forms.add(((given.get("method") or "get").lower(), given.get("action") or ""))


def person(role: str) -> StaffMember:
    return StaffMember.objects.filter(memberships__role=role).order_by("pk").first()


@pytest.fixture
def cases(teller, approved) -> list[Any]:
    """A draft, one with the payer and a broken promise, one refused, one with infusions."""
    draft = teller.opened(teller.at(2), plan=teller.cast.plans[0], starts_in=30)
    pending = teller.submitted(teller.at(3), plan=teller.cast.plans[1])
    teller.call(pending, teller.at(2.5), promised_by=teller.at(1))
    first, _ = booked(teller, approved, "09-16", "09-23")
    record_infusion(
        biller(teller),
        approved,
        InfusionTold(
            InfusionStatus.DONE,
            planned_at=at("09-16T09:00"),
            started_at=at("09-16T09:00"),
            stopped_at=at("09-16T09:40"),
        ),
        session=first,
    )
    return [draft, pending, teller.denied(3, plan=teller.cast.plans[0]), approved]


PAGES = ("/", "/?whose=mine", "/calls/", "/reports/outcomes/")


@pytest.mark.parametrize("role", list(Role))
def test_nothing_a_page_shows_leads_to_a_refusal(role: str, cases: list[Any]) -> None:
    client = Client()
    client.force_login(person(role))
    pages = [*PAGES, *(f"/case/{case.number}/" for case in cases)]
    pages += [
        f"/case/{case.number}/{page}/{row.pk}/"
        for case in cases
        for row in case.deadlines.all()[:2]
        for page in ("why", "answer")
    ]
    refused, seen = set(), set()
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        ways = Ways(answer.content.decode())
        for link in sorted(ways.links):
            link = page + link if link.startswith("?") else link
            if link not in seen and "logout" not in link:
                seen.add(link)
                if client.get(link).status_code == 403:
                    refused.add((page, link))
        for method, action in sorted(ways.forms):
            action = action or page
            if method != "post" or (method, action) in seen or "logout" in urlsplit(action).path:
                continue
            seen.add((method, action))
            with transaction.atomic():
                status = client.post(action, {}).status_code
                transaction.set_rollback(True)
            if status == 403:
                refused.add((page, action))
    assert refused == set()
    assert len(seen) > 60


def test_who_keeps_the_registers_is_who_may_write_into_them() -> None:
    from cases.admin.permissions import KEEPERS as written

    assert written == KEEPERS
