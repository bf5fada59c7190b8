"""The letter is kept while it is written, signed by who may, locked, and sent with its appeal."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django_scopes import scope

from cases.demo.cast import make_cast
from cases.demo.stories import Teller
from cases.models import Appeal, AppealLetter, PriorAuthRequest
from cases.workflow import appeal_letters, appeals, signing_letters
from cases.workflow.actor import Actor
from cases.workflow.appeal_letters import Choices, MovedOn
from cases.workflow.signed_letters import ready_to_send
from cases.workflow.signing_letters import ReadsOtherwise
from cases.workflow.step import AlreadyRecorded
from cases.workflow.undoing import undo
from priorauth.errors import ImpossibleFact, NotAllowedNow
from priorauth.letters.assembling import Part, parts_from, problems
from priorauth.letters.reading import Reading, reading_of
from priorauth.terms import AppealLevel, Channel, EventKind, Role
from tests.cases.appeal_case import actor, refused


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    return refused(teller)


def keep(teller: Teller, case: PriorAuthRequest, *parts: Part, **chosen) -> AppealLetter:
    return appeal_letters.keep(
        actor(teller, Role.BILLER), case, parts, Choices(**chosen), seen=None
    )


def read(hand: Actor, kept: AppealLetter) -> Reading:
    """The letter as it stands, as a page shows it to whoever is about to sign."""
    parts = parts_from(kept.parts)
    chosen = appeal_letters.choices_of(kept.request, kept)
    letter = appeal_letters.letter_of(hand, kept.request, parts, chosen)
    return reading_of(letter, signing_letters.signer_words(hand, kept.request)[:-1])


def sign(teller: Teller, kept: AppealLetter, role: Role = Role.CLINICIAN) -> AppealLetter:
    hand = actor(teller, role)
    return signing_letters.sign(hand, kept, seen=kept.version, read=read(hand, kept))


def file(teller: Teller, case: PriorAuthRequest, letter: AppealLetter, **more: Any) -> Appeal:
    """The appeal goes out by fax, now."""
    told = {"level": AppealLevel.FIRST, "lines": list(case.lines.all()), **more}
    told.setdefault("filed", teller.moment(teller.now))
    return appeals.file(
        actor(teller, Role.BILLER), case, channel=Channel.FAX,
        received_by_payer=teller.moment(teller.now), letter=letter, **told,
    )  # fmt: skip


def words_of(letter: AppealLetter) -> str:
    with letter.document.file.open("rb") as file, pypdfium2.PdfDocument(file.read()) as paper:
        pages = [page.get_textpage().get_text_bounded() for page in paper]
    assert len(pages) == letter.pages
    return " ".join(" ".join(pages).split())


def test_the_draft_of_a_full_file_needs_nothing_more(teller, case):
    letter = appeal_letters.letter_of(actor(teller, Role.BILLER), case, (), Choices())
    assert problems(letter) == []
    told = "\n".join(each.text for each in letter.printed)
    assert "Sertraline (antidepressant), 200 mg daily, from March 4, 2025" in told
    assert "PHQ-9 (0 to 27): 21 on August 7, 2026" in told
    assert "within 15 calendar days" in told  # a self-funded plan with two levels
    assert "29 CFR 2560.503-1(i)(2)(ii)" in told


def test_a_signed_letter_is_kept_with_its_hash_and_the_facts(teller, case):
    signed = sign(teller, keep(teller, case))
    with signed.document.file.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == signed.sha256 == signed.document.sha256
    told = words_of(signed)
    coverage = case.coverage
    for each in (case.patient.last_name, coverage.member_id, case.number, "F33.2", "Sertraline",
                 "PHQ-9 (0 to 27): 21",
                 "Amal Reyes, MD", "NPI 1487654323", "(2 pages)"):  # fmt: skip
        assert each in told
    assert signed.signed_as == "Amal Reyes, MD, NPI 1487654323"
    assert signed.event.kind == EventKind.LETTER_SIGNED
    assert signed.traced[coverage.member_id] == "the coverage"


def test_a_lead_signs_under_their_own_name_for_the_clinician(teller, case):
    signed = sign(teller, keep(teller, case), Role.LEAD)
    assert "Sam Ortega, billing lead for Amal Reyes, MD, NPI 1487654323" in words_of(signed)


def test_a_biller_prepares_and_may_not_sign(teller, case):
    kept = keep(teller, case)
    with pytest.raises(NotAllowedNow, match=r"Biller.*Ask a clinician"):
        sign(teller, kept, Role.BILLER)
    appeal_letters.make_ready(actor(teller, Role.BILLER), kept)
    kept.refresh_from_db()
    assert kept.ready_by == teller.cast.biller
    assert case.events.filter(kind=EventKind.LETTER_PREPARED).exists()
    again = keep(teller, case)
    assert again.ready_at is None  # changed since, so it is ready no longer


@pytest.mark.parametrize("role", [Role.AUDITOR])
def test_an_auditor_keeps_nothing(teller, case, role):
    with pytest.raises(NotAllowedNow, match="Auditor"):
        appeal_letters.keep(actor(teller, role), case, (), Choices(), seen=None)
    assert not AppealLetter.objects.exists()


def test_a_bracket_stops_the_signature_and_names_itself(teller, case):
    case.patient.trials.all().delete()
    kept = keep(teller, case)
    with pytest.raises(ImpossibleFact, match=r"What was tried before.*earlier treatments"):
        sign(teller, kept)
    assert not AppealLetter.objects.filter(signed_at__isnull=False).exists()
    assert not case.events.filter(kind=EventKind.LETTER_SIGNED).exists()
    signed = sign(teller, keep(teller, case, Part("history", is_out=True)))
    assert "What was tried before" not in words_of(signed)


def test_a_word_from_nowhere_stops_the_signature_unless_somebody_stands_for_it(teller, case):
    strange = Part("closing", text="Doctor Quill agrees on 31 counts.")
    with pytest.raises(ImpossibleFact, match="“Doctor”, “Quill”, “31”"):
        sign(teller, keep(teller, case, strange))
    mine = replace(strange, vouched=("Doctor", "Quill", "31"), is_mine=True)
    signed = sign(teller, keep(teller, case, mine))
    assert signed.traced["Quill"] == "put in by hand"


def test_a_signed_letter_never_changes(teller, case):
    signed = sign(teller, keep(teller, case))
    signed.content = {}
    with pytest.raises(TypeError, match="never changed"):
        signed.save()
    with pytest.raises(TypeError, match="never deleted"):
        signed.delete()
    with pytest.raises(MovedOn):
        sign(teller, signed, Role.LEAD)
    with pytest.raises(NotAllowedNow, match="stays as it was signed"):
        undo(actor(teller, Role.LEAD), signed.event)


def test_a_new_version_takes_the_place_of_the_last(teller, case):
    first = sign(teller, keep(teller, case, Part("talk", is_out=True)))
    begun = appeal_letters.begin_next(actor(teller, Role.BILLER), case)
    assert (begun.number, begun.supersedes) == (2, None)
    second = sign(teller, begun, Role.LEAD)
    assert second.supersedes == first
    assert first.sha256 != second.sha256


def test_of_two_writers_the_second_is_told(teller, case):
    kept = keep(teller, case)
    other = actor(teller, Role.LEAD)
    appeal_letters.keep(other, case, (), Choices(), seen=kept.version)
    with pytest.raises(MovedOn, match="changed by Sam Ortega"):
        appeal_letters.keep(actor(teller, Role.BILLER), case, (), Choices(), seen=kept.version)


def test_what_was_read_is_what_is_signed(teller, case):
    kept = keep(teller, case)
    keep(teller, case, Part("talk", is_out=True))
    with pytest.raises(MovedOn, match="Read it again"):
        sign(teller, kept)


def test_a_paper_that_cannot_be_counted_stops_the_signature(teller, case):
    paper = case.documents.first()
    Path(paper.file.path).write_bytes(b"%PDF-1.4 broken")
    with pytest.raises(ImpossibleFact, match="cannot be counted"):
        sign(teller, keep(teller, case))


def test_the_appeal_takes_the_letter_and_the_clock_runs_from_it(teller, case):
    signed = sign(teller, keep(teller, case))
    assert ready_to_send(case) == [signed]
    appeal = file(teller, case, signed)
    signed.refresh_from_db()
    assert signed.appeal == appeal
    assert ready_to_send(case) == []
    undo(actor(teller, Role.LEAD), appeal.event)
    assert [each.pk for each in ready_to_send(case)] == [signed.pk]


def test_the_same_page_is_not_signed_twice_in_one_minute(teller, case):
    sign(teller, keep(teller, case))
    again = appeal_letters.begin_next(actor(teller, Role.BILLER), case)
    with pytest.raises(ImpossibleFact, match="as the version signed before"):
        sign(teller, again)
    assert AppealLetter.objects.exclude(signed_at=None).count() == 1


class TestALetterThatIsNotThisAppeals:
    def refused(self, teller: Teller, case: PriorAuthRequest, letter: AppealLetter, **more: Any):
        with pytest.raises(ImpossibleFact) as wrong:
            file(teller, case, letter, **more)
        assert wrong.value.field == "letter"
        assert not case.appeals.exists()
        assert AppealLetter.objects.get(pk=letter.pk).appeal is None
        return str(wrong.value)

    def test_one_that_is_not_signed_does_not_go_out(self, teller, case):
        assert "not signed yet" in self.refused(teller, case, keep(teller, case))

    def test_one_that_was_signed_later_than_it_went_out_does_not(self, teller, case):
        signed = sign(teller, keep(teller, case))
        before = teller.moment(teller.now - timedelta(hours=3))
        assert "signed after that" in self.refused(teller, case, signed, filed=before)

    def test_one_of_another_case_does_not(self, teller, case):
        signed = sign(teller, keep(teller, case))
        other = teller.denied(6, plan=teller.cast.plans[0])
        assert "another case" in self.refused(teller, other, signed)

    def test_one_of_another_level_does_not(self, teller, case):
        signed = sign(teller, keep(teller, case))
        AppealLetter.objects.filter(pk=signed.pk).update(level=AppealLevel.SECOND)
        signed.refresh_from_db()
        told = self.refused(teller, case, signed)
        assert "another level: second internal appeal" in told

    def test_one_whose_place_was_taken_does_not(self, teller, case):
        first = sign(teller, keep(teller, case))
        sign(teller, appeal_letters.begin_next(actor(teller, Role.BILLER), case), Role.LEAD)
        assert "later version" in self.refused(teller, case, first)

    def test_one_that_names_another_decision_does_not(self, teller, case):
        case.determinations.update(decision_reference="DEN-1")
        signed = sign(teller, keep(teller, case))
        case.determinations.update(decision_reference="DEN-2")
        told = self.refused(teller, case, signed)
        assert "“Decision reference DEN-1”" in told and "“DEN-2”" in told

    def test_a_number_that_came_later_makes_no_other_decision(self, teller, case):
        signed = sign(teller, keep(teller, case))
        case.determinations.update(decision_reference="DEN-1")
        assert file(teller, case, signed).letters.get() == signed


def test_calls_are_cited_only_when_ticked(teller, case):
    teller.call(case, teller.now - timedelta(days=1))
    call = case.calls.first()
    hand = actor(teller, Role.BILLER)
    bare = appeal_letters.letter_of(hand, case, (), Choices())
    assert "calls" not in {each.id for each in bare.parts}
    told = appeal_letters.letter_of(hand, case, (), Choices(calls=(call.pk,)))
    said = next(each.text for each in told.parts if each.id == "calls")
    assert call.representative_name in said
    assert "September 17, 2026" in said


def test_documents_go_in_the_order_chosen_and_those_taken_back_do_not(teller, case):
    keys = [each.pk for each in case.documents.order_by("-pk")]
    chosen = Choices(enclosed=(*keys, 99999))
    assert [each.pk for each in appeal_letters.enclosed_of(case, chosen)] == keys


def test_the_draft_of_one_clinic_is_not_the_others(teller, case):
    keep(teller, case)
    other = make_cast("other", suffix="B")
    with scope(clinic=other.clinic):
        assert not AppealLetter.objects.exists()


def test_too_long_a_draft_is_refused_and_the_kept_one_stands(teller, case):
    kept = keep(teller, case)
    with pytest.raises(ImpossibleFact, match="Shorten"):
        keep(teller, case, Part("opening", text="x" * 70_000))
    kept.refresh_from_db()
    assert kept.parts == []


def test_the_bytes_are_a_pdf(teller, case):
    signed = sign(teller, keep(teller, case))
    with signed.document.file.open("rb") as file:
        assert io.BytesIO(file.read()).read(5) == b"%PDF-"


def test_a_letter_that_reads_otherwise_than_when_it_was_read_is_not_signed(teller, case):
    kept = keep(teller, case)
    hand = actor(teller, Role.LEAD)
    before = read(hand, kept)
    case.patient.trials.filter(name="Bupropion").update(dose="450 mg daily")
    with pytest.raises(ReadsOtherwise, match="Changed: “What was tried before”"):
        signing_letters.sign(hand, kept, seen=kept.version, read=before)
    assert not AppealLetter.objects.exclude(signed_at=None).exists()
    signed = sign(teller, kept, Role.LEAD)
    assert "450 mg daily" in words_of(signed)


def test_an_older_page_of_the_same_person_writes_over_nothing(teller, case):
    hand = actor(teller, Role.BILLER)
    kept = keep(teller, case)
    first = Part("closing", text="First page.")
    appeal_letters.keep(hand, case, (first,), Choices(), seen=kept.version)
    with pytest.raises(MovedOn):
        second = Part("closing", text="Second page.")
        appeal_letters.keep(hand, case, (second,), Choices(), seen=kept.version)
    kept.refresh_from_db()
    assert kept.parts[0]["text"] == "First page."


def test_the_same_words_sent_again_are_refused_to_nobody_and_leave_it_ready(teller, case):
    hand = actor(teller, Role.BILLER)
    kept = keep(teller, case, Part("closing", text="Call us.", is_mine=True))
    ready = appeal_letters.make_ready(hand, kept)
    late = Part("closing", text="Call us.", is_mine=True)
    again = appeal_letters.keep(hand, case, (late,), Choices(), seen=kept.version)
    assert (again.version, again.ready_by) == (ready.version, hand.staff)
    with pytest.raises(MovedOn):
        appeal_letters.keep(hand, case, (), Choices(), seen=kept.version)


def test_an_old_page_begins_no_second_version_after_the_signature(teller, case):
    sign(teller, keep(teller, case))
    with pytest.raises(MovedOn, match="signed"):
        appeal_letters.keep(actor(teller, Role.BILLER), case, (), Choices(), seen=0)
    assert AppealLetter.objects.count() == 1


def test_a_second_click_on_sign_is_known_before_anything_is_kept(teller, case):
    hand = actor(teller, Role.CLINICIAN, token="once")
    kind = EventKind.LETTER_SIGNED
    kept = appeal_letters.keep_for(hand, case, kind, (), Choices(), seen=0)
    signing_letters.sign(hand, kept, seen=kept.version, read=read(hand, kept))
    with pytest.raises(AlreadyRecorded):
        appeal_letters.keep_for(hand, case, kind, (), Choices(), seen=0)
    assert AppealLetter.objects.count() == 1


def test_a_draft_that_moved_on_is_not_thrown_away_by_an_older_page(teller, case):
    kept = keep(teller, case)
    keep(teller, case, Part("closing", text="A colleague's work."))
    hand = actor(teller, Role.LEAD)
    with pytest.raises(MovedOn, match="not thrown away"):
        appeal_letters.drop(hand, case, seen=kept.version)
    assert AppealLetter.objects.get().parts[0]["text"] == "A colleague's work."
    assert appeal_letters.drop(hand, case, seen=kept.version + 1)
    assert not appeal_letters.drop(hand, case, seen=kept.version + 1)


def test_a_draft_that_moved_on_is_not_made_ready(teller, case):
    kept = keep(teller, case)
    keep(teller, case, Part("closing", text="A colleague's work."))
    with pytest.raises(MovedOn):
        appeal_letters.make_ready(actor(teller, Role.BILLER), kept)
    fresh = AppealLetter.objects.get()
    assert fresh.ready_at is None and fresh.version == kept.version + 1
    assert not case.events.filter(kind=EventKind.LETTER_PREPARED).exists()


def test_a_paragraph_that_is_too_long_is_refused_and_not_cut(teller, case):
    with pytest.raises(ImpossibleFact, match="12,000"):
        keep(teller, case, Part("opening", text="x " * 6_001))
    assert not AppealLetter.objects.exists()
