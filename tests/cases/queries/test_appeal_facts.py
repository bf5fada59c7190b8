"""What a letter may rest on: the decision that refused, papers that go with it, what was tried."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.demo.stories import Teller
from cases.desk.own_texts import texts_beside
from cases.models import OwnText, PayerDemand, PriorAuthRequest, TreatmentTrial
from cases.models.contacts import DocumentKind
from cases.models.determinations import ToldBy
from cases.queries.appeal_facts import MOST, appeal_facts, papers_of
from cases.workflow import appeals
from cases.workflow.determinations import Notice
from cases.workflow.undoing import undo
from priorauth.letters.appeal import draft
from priorauth.letters.appeal_facts import AppealFacts, say_date
from priorauth.terms import AppealOutcome, EventKind, Funding, Outcome
from tests.cases.appeal_case import refused

REASON = "Infusion is considered experimental."


def facts(teller: Teller, case: PriorAuthRequest, **chosen: Any) -> AppealFacts:
    return appeal_facts(case, now=teller.now, is_expedited=False, **chosen)


def head(found: AppealFacts) -> dict[str, str]:
    return {row.name: row.text for row in draft(found).rows}


def paragraph(found: AppealFacts, key: str) -> str:
    return next((each.text for each in draft(found).paragraphs if each.id == key), "")


class TestTheDecision:
    @pytest.fixture
    def split(self, teller: Teller) -> PriorAuthRequest:
        """One line denied ten days ago, the others approved two days ago."""
        case = teller.submitted(teller.at(18), plan=teller.cast.plans[0])
        first, *others = case.lines.all()
        assert others
        teller.decided(
            case, teller.at(10), Outcome.DENIED, lines=[first], reasons_verbatim=REASON,
            reasons=["experimental_investigational"],
            notice=Notice(teller.moment(teller.at(10)).on, reference="DEN-1",
                          received_on=teller.moment(teller.at(9)).on),
        )  # fmt: skip
        teller.decided(
            case, teller.at(2), Outcome.APPROVED, lines=others,
            reasons_verbatim="Approved as requested.",
            notice=Notice(teller.moment(teller.at(2)).on, reference="APP-2"),
        )  # fmt: skip
        return case

    def test_it_is_the_one_that_refused_and_not_a_later_approval_of_other_lines(
        self, teller: Teller, split: PriorAuthRequest
    ) -> None:
        found = facts(teller, split)
        assert head(found)["Decision of"] == say_date(teller.moment(teller.at(10)).on)
        assert head(found)["Decision reference"] == "DEN-1"
        assert found.verbatim is not None and found.verbatim.says == REASON
        assert [key for key, _ in found.reasons] == ["experimental_investigational"]

    def test_own_texts_are_offered_for_the_reasons_of_the_refusal(
        self, teller: Teller, split: PriorAuthRequest
    ) -> None:
        OwnText.objects.create(
            clinic=split.clinic, name="B", use="denial", text="It is no experiment.",
            reason="experimental_investigational",
        )  # fmt: skip
        told = texts_beside(split, EventKind.NOTE_ADDED, [], date(2026, 9, 18), is_refused=True)
        assert [each.text for each in told] == ["It is no experiment."]

    def test_without_a_notice_the_day_it_was_told_is_no_day_of_decision(
        self, teller: Teller
    ) -> None:
        case = teller.submitted(teller.at(18), plan=teller.cast.plans[0])
        teller.decided(
            case, teller.at(4), Outcome.DENIED, reasons_verbatim=REASON,
            notice=Notice(told_by=ToldBy.PHONE, is_awaited=True),
        )  # fmt: skip
        told = head(facts(teller, case))
        assert "Decision of" not in told
        assert told["Decision told to us on"] == say_date(teller.moment(teller.at(4)).on)


class TestThePlan:
    def test_what_is_not_known_of_its_kind_is_not_printed(self, teller: Teller) -> None:
        plan = next(each for each in teller.cast.plans if each.funding == Funding.UNKNOWN)
        found = facts(teller, teller.denied(6, plan=plan))
        assert head(found)["Plan"] == "Harbor Benefits, Flex PPO 1500"
        told = str(draft(found)).casefold()
        for word in ("not known", "unknown", "type not"):
            assert word not in told


class TestTheSecondLevel:
    def upheld(self, teller: Teller, **notice: Any) -> PriorAuthRequest:
        """Denied under "DEN-1", and the first appeal refused nine days ago."""
        case = teller.submitted(teller.at(40), plan=teller.cast.plans[0])
        teller.decided(
            case, teller.at(30), Outcome.DENIED, reasons_verbatim=REASON,
            notice=Notice(teller.moment(teller.at(30)).on, reference="DEN-1"),
        )  # fmt: skip
        appeal = teller.appeal(case, teller.at(20))
        decided = teller.moment(teller.at(9))
        appeals.log_decision(
            teller.actor(teller.at(9)), appeal, decided=decided, outcome=AppealOutcome.UPHELD,
            notice=appeals.AppealNotice(decided.on, decided.on, is_final_internal=False, **notice),
        )  # fmt: skip
        return case

    def test_the_head_names_the_decision_on_the_first_appeal(self, teller: Teller) -> None:
        told = head(facts(teller, self.upheld(teller, reference="APL-7")))
        assert told["Review"].startswith("Second internal appeal")
        assert told["Decision reference"] == "APL-7"
        assert told["Decision of"] == say_date(teller.moment(teller.at(9)).on)

    def test_without_a_number_of_its_own_it_shows_none_and_not_the_first_ones(
        self, teller: Teller
    ) -> None:
        found = facts(teller, self.upheld(teller))
        assert "Decision reference" not in head(found)
        assert "DEN-1" not in str(draft(found))

    def test_its_number_goes_when_its_entry_is_undone(self, teller: Teller) -> None:
        case = self.upheld(teller, reference="APL-7")
        decided = case.events.get(kind=EventKind.APPEAL_DECIDED)
        undo(teller.actor(teller.now), decided)
        assert case.appeals.get().decision_reference == ""


class TestPapers:
    def test_a_paper_that_stays_here_is_not_said_to_be_enclosed(self, teller: Teller) -> None:
        case = refused(teller)
        PayerDemand.objects.create(
            clinic=case.clinic, payer=case.coverage.plan.payer,
            kind=DocumentKind.CLINICAL_NOTE, source="Manual, page 8",
            checked_on=date(2026, 8, 14),
        )  # fmt: skip
        assert "Each is enclosed" in paragraph(facts(teller, case), "criteria")
        others = [each.pk for each in papers_of(case) if each.kind != DocumentKind.CLINICAL_NOTE]
        told = paragraph(facts(teller, case, enclosed=others), "criteria")
        assert "enclosed, “" not in told and "Each is enclosed" not in told
        assert "[not on file: a paper that goes with this and meets" in told


class TestWhatWasTried:
    def add(self, case: PriorAuthRequest, name: str, started: date | None, outcome: str) -> None:
        TreatmentTrial.objects.create(
            clinic=case.clinic, patient=case.patient, kind="antidepressant", name=name,
            started_on=started, outcome=outcome, source="Note of visit 4",
        )  # fmt: skip

    def test_what_was_begun_since_or_never_given_is_not_told_as_tried_before(
        self, teller: Teller
    ) -> None:
        case = refused(teller)
        self.add(case, "Lithium", teller.now.date(), "none")
        self.add(case, "Phenelzine", None, "not_started")
        told = paragraph(facts(teller, case), "history")
        before, _, later = told.partition("Begun since this request:")
        assert "Sertraline" in before and "Lithium" not in before and "Phenelzine" not in before
        since, _, never = later.partition("Not possible or unsafe")
        assert "Lithium" in since and "Phenelzine" in never

    def test_the_newest_are_told_when_there_are_too_many(self, teller: Teller) -> None:
        case = refused(teller)
        for month in range(1, 13):
            self.add(case, f"Old{month}", date(2010, month, 1), "none")
            self.add(case, f"New{month}", date(2026, 1, month), "none")
        told = [each.says for each in facts(teller, case).trials]
        assert len(told) == MOST
        assert sum("New" in each for each in told) == 12
        assert "Old12" in " ".join(told) and "Old1 " not in " ".join(told)
