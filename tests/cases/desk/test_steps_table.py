"""The table of step pages against the transition table."""

from __future__ import annotations

from cases.desk.steps import ELSEWHERE, PAGES, page_at, page_of, step_url
from priorauth.lifecycle.offers import StepOffer
from priorauth.lifecycle.transitions import TRANSITIONS
from priorauth.terms import EventKind


def test_every_act_of_the_transition_table_has_exactly_one_page():
    recorded = [page.kind for page in PAGES]
    assert len(set(recorded)) == len(recorded)
    assert set(recorded) | ELSEWHERE == {row.event for row in TRANSITIONS} == set(EventKind)
    assert not set(recorded) & ELSEWHERE


def test_addresses_are_unique_and_found_again():
    slugs = [page.slug for page in PAGES]
    assert len(set(slugs)) == len(slugs)
    assert all(page_at(page.slug) is page for page in PAGES)
    assert page_at("no-such-step") is None
    assert page_of(EventKind.STEP_UNDONE) is None


def test_no_address_of_a_step_hides_another_page_of_the_case():
    assert not {"why", "undo", "document-file"} & {page.slug for page in PAGES}


def test_an_offer_leads_to_its_page_and_its_proceeding():
    offer = StepOffer(EventKind.APPEAL_DECIDED, "appeal-2", "", "", is_primary=False)
    assert step_url("PA-00000001", offer) == "/case/PA-00000001/appeal-decision/?of=appeal-2"
    new = StepOffer(EventKind.SUBMITTED, "", "", "", is_primary=True)
    assert step_url("PA-00000001", new) == "/case/PA-00000001/submit/"
    opening = StepOffer(EventKind.REQUEST_OPENED, "", "", "", is_primary=True)
    assert step_url("PA-00000001", opening) == "/new/"


def test_every_field_of_every_form_says_what_it_is_for():
    silent = [
        f"{page.form.__name__}.{name}"
        for page in PAGES
        for name, field in page.form.base_fields.items()
        if not field.widget.is_hidden and not field.help_text
    ]
    assert silent == []
