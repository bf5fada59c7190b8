"""Every step that a demo story's case offers opens its form and names its matter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cases.demo.courses import COURSES
from cases.demo.stories import STORIES, Teller
from cases.desk.steps import ELSEWHERE, page_of, step_url
from cases.models import CaseEvent, PriorAuthRequest
from cases.queries.facts import line_keys, standing_happenings
from priorauth.lifecycle.offers import StepOffer, named, steps_offered
from priorauth.lifecycle.replay import replay
from priorauth.lifecycle.states import CaseState
from priorauth.terms import Role
from tests.cases.desk.paper import Desk, PaperForm

pytestmark = pytest.mark.usefixtures("friday_morning")


def standing(case: PriorAuthRequest) -> CaseState:
    events = CaseEvent.objects.filter(request=case)
    return replay(line_keys(case.lines.all()), standing_happenings(events))


def about(offer: StepOffer, state: CaseState) -> str:
    """What the page must name beside the step: the proceeding it belongs to, "" for none."""
    one = state.proceeding(offer.proceeding)
    words = named(one) if one else ""
    return words[:1].upper() + words[1:]


@pytest.mark.parametrize("tell", [*STORIES, *COURSES], ids=lambda tell: tell.__name__)
def test_every_step_offered_opens_its_form(tell: Callable[[Teller], None], teller: Teller) -> None:
    tell(teller)
    case, desk = PriorAuthRequest.objects.get(), Desk(teller.cast.biller)
    state = standing(case)
    listed = desk.open(f"/case/{case.number}/").content.decode()
    for offer in steps_offered(state, Role.BILLER):
        if offer.kind in ELSEWHERE:  # the appeal letter has a page of its own, and tests of it
            continue
        page, address = page_of(offer.kind), step_url(case.number, offer)
        assert page is not None, offer
        if f'href="{address}"' not in listed:
            # The life cycle allows it, but there is nothing on the case that it could be about.
            html = desk.open(address, status=409).content.decode()
            assert page.none_of_it and page.none_of_it[:40] in html, offer
            continue
        html = desk.open(address).content.decode()
        if 'class="step-offers"' in html:  # several promises or tasks: one click further
            continue
        form = PaperForm(html)
        assert form.values["token"][0], offer
        assert about(offer, state) in html, offer
        if offer.proceeding:
            assert form.values["of"] == [offer.proceeding], offer
