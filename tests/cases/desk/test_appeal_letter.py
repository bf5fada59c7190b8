"""The page of the appeal letter: what stands there, what a press does, who sees what."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.demo.stories import Teller
from cases.models import AppealLetter, Document, OwnText, PriorAuthRequest
from cases.models.contacts import DocumentKind
from cases.workflow.actor import Actor
from cases.workflow.undoing import undo
from priorauth.terms import Role
from tests.cases.appeal_case import person, refused
from tests.cases.conftest import FRIDAY
from tests.cases.desk.paper import Desk, PaperForm, said, shown
from tests.cases.letters import pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday_with_files")]


@pytest.fixture
def case(teller: Teller) -> PriorAuthRequest:
    return refused(teller)


@pytest.fixture
def url(case: PriorAuthRequest) -> str:
    return f"/case/{case.number}/appeal-letter/"


@pytest.fixture
def biller(teller: Teller) -> Desk:
    return Desk(teller.cast.biller)


@pytest.fixture
def clinician(teller: Teller) -> Desk:
    return Desk(person(teller, Role.CLINICIAN))


def press(desk: Desk, url: str, act: str, **typed):
    return desk.send(url, desk.form(url), act=act, **typed)


def test_one_press_on_the_case_leads_to_a_finished_draft(biller, case, url):
    assert url in biller.open(f"/case/{case.number}/").content.decode()
    html = biller.open(url).content.decode()
    assert "Nothing is left to settle." in html
    assert "Sertraline" in html and "Rests on" in html
    assert f"/case/{case.number}/#event-" in html
    assert not AppealLetter.objects.exists()  # looking writes nothing


def test_a_case_without_a_refusal_has_nothing_to_appeal(biller, teller):
    case = teller.submitted(teller.at(3), plan=teller.cast.plans[1])
    html = biller.open(f"/case/{case.number}/appeal-letter/").content.decode()
    assert "nothing to appeal" in html
    assert "appeal-letter" not in biller.open(f"/case/{case.number}/").content.decode()


def test_a_change_is_kept_put_back_and_moved(biller, url):
    press(biller, url, "save", **{"text-closing": "Call us."})
    assert biller.form(url)["text-closing"] == ["Call us."]
    kept = AppealLetter.objects.get()
    assert [each["id"] for each in kept.parts if each["text"] is not None] == ["closing"]
    press(biller, url, "up:closing")
    order = biller.form(url)["order"][0].split()
    assert order[-2:] == ["closing", "requests"]
    press(biller, url, "fresh:closing")
    assert "We can be reached" in biller.form(url)["text-closing"][0]


def test_a_paragraph_is_taken_out_and_put_back(biller, url):
    press(biller, url, "out:law")
    assert "taken out" in biller.open(url).content.decode()
    press(biller, url, "back:law")
    assert "taken out" not in biller.open(url).content.decode()


def test_while_typing_the_server_keeps_it(biller, teller, url):
    form = biller.form(url)
    answer = biller.send(
        f"{url}draft/", form, _staff=str(teller.cast.biller.pk), **{"text-opening": "Dear all."}
    )
    assert answer.json()["said"].startswith("Kept, Fri 18 Sep 2026")
    assert biller.form(url)["text-opening"] == ["Dear all."]
    foreign = biller.send(f"{url}draft/", form, _staff="0")
    assert foreign.status_code == 409
    assert "somebody else" in foreign.json()["why"]


def test_somebody_elses_change_is_not_written_over_and_nothing_typed_is_lost(
    biller, clinician, url
):
    form = biller.form(url)
    press(clinician, url, "save", **{"text-closing": "Call the clinic."})
    answer = biller.send(url, form, act="save", **{"text-closing": "Write to us."})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "in the meantime" in html and "Write to us." in html
    assert clinician.form(url)["text-closing"] == ["Call the clinic."]


def test_an_own_text_and_a_paragraph_of_ones_own_are_put_in(biller, case, url):
    own = OwnText.objects.create(
        clinic=case.clinic, use="denial", name="Safety", text="Our protocol 77 at {clinic}."
    )
    press(biller, url, f"put:{own.pk}")
    press(biller, url, "new")
    form = biller.form(url)
    put = next(name for name in form if name.startswith("text-own-"))
    assert form[put] == [f"Our protocol 77 at {case.clinic.name}."]
    typed = next(name for name in form if name.startswith("text-typed-"))
    answer = press(biller, url, "save", **{typed: "Doctor Quill wrote 4 pages."})
    assert answer.status_code == 302
    html = biller.open(url).content.decode()
    assert "No record of the case bears these out" in html
    assert 'value="Quill"' in html
    key = typed.removeprefix("text-")
    press(biller, url, "save", **{f"vouch-{key}": ["Doctor", "Quill", "4 pages"]})
    assert "stand for these words" in biller.open(url).content.decode()
    assert "Nothing is left to settle." not in biller.open(url).content.decode()
    press(biller, url, "save", **{f"stand-{key}": "on"})
    assert f"stand-{key}" in biller.form(url)
    assert "Nothing is left to settle." in biller.open(url).content.decode()


def test_a_biller_makes_it_ready_and_the_clinician_signs(biller, clinician, case, url):
    assert 'value="sign"' not in biller.open(url).content.decode()
    press(biller, url, "ready")
    assert "Ready to sign" in clinician.open(url).content.decode()
    refusal = press(biller, url, "sign")
    assert refusal.status_code == 409
    assert "Ask a clinician" in refusal.content.decode()
    answer = press(clinician, url, "sign")
    assert answer.status_code == 302 and "Signed and locked" in said(answer)
    signed = AppealLetter.objects.get()
    html = clinician.open(answer["Location"]).content.decode()
    assert signed.sha256 in html and "Amal Reyes, MD, NPI 1487654323" in html
    assert "Where each number, date and name comes from" in html


def test_a_signed_letter_shows_its_lists_as_lists_and_its_hash_at_the_foot(clinician, url):
    html = clinician.open(press(clinician, url, "sign")["Location"]).content.decode()
    assert "<li>Sertraline (antidepressant), 200 mg daily" in html
    assert '<ol><li value="1">That the decision be overturned' in html
    assert "<br>- " not in html and ">- " not in html
    assert html.index("Where each number") < html.index(AppealLetter.objects.get().sha256)


def test_the_packet_is_the_letter_and_its_papers(clinician, case, url):
    where = press(clinician, url, "sign")["Location"]
    packet = clinician.open(f"{where}packet/")
    content = b"".join(packet.streaming_content) if packet.streaming else packet.content
    signed = AppealLetter.objects.get()
    with pypdfium2.PdfDocument(content) as paper:
        assert len(paper) == signed.pages + 2 + 2
        assert case.number in paper[0].get_textpage().get_text_bounded()
    assert case.patient.last_name not in packet["Content-Disposition"]


def test_a_file_that_is_not_the_signed_one_is_not_sent(clinician, url):
    where = press(clinician, url, "sign")["Location"]
    Path(AppealLetter.objects.get().document.file.path).write_bytes(pdf(["other"]))
    answer = clinician.client.get(f"{where}packet/")
    assert answer.status_code == 302
    assert "not the one that was signed" in said(answer)


def test_the_fax_of_the_appeal_has_a_cover_that_names_no_patient(clinician, case, url):
    case.coverage.plan.payer.appeals_fax = "800-555-0144"
    case.coverage.plan.payer.save()
    where = press(clinician, url, "sign")["Location"]
    assert "goes to 800-555-0144" in clinician.open(where).content.decode()
    fax = clinician.open(f"{where}fax/")
    assert fax["Content-Disposition"] == f'attachment; filename="{case.number}-appeal-fax.pdf"'
    signed = AppealLetter.objects.get()
    with pypdfium2.PdfDocument(fax.content) as paper:
        cover, letter, *_ = [page.get_textpage().get_text_bounded() for page in paper]
        pages = len(paper)
    assert pages == 1 + signed.pages + 2 + 2
    told = " ".join(cover.split())
    for words in (
        f"{case.coverage.plan.payer.name}, appeals", "800-555-0144", case.number,
        case.coverage.member_id, f"Pages with this one {pages}",
        "Enclosed Appeal letter, Denial letter, Clinical note", "Confidential.",
    ):  # fmt: skip
        assert words in told, words
    patient = case.patient
    kept = [patient.last_name, patient.first_name, f"{patient.birth_date:%m/%d/%Y}", "Scan of"]
    kept += ["etamine", "96365", "J3490", "F33.2", "URGENT"]
    assert [words for words in kept if words in told] == []
    assert patient.last_name in letter


def test_an_appeal_without_a_fax_number_on_file_says_so_and_leaves_it_blank(clinician, case, url):
    case.coverage.plan.payer.appeals_fax = ""
    case.coverage.plan.payer.save()
    PriorAuthRequest.objects.update(urgency_reason="Suicidal thoughts are getting worse.")
    press(clinician, url, "save", is_expedited="on")
    where = press(clinician, url, "sign")["Location"]
    assert "No appeals fax of" in clinician.open(where).content.decode()
    with pypdfium2.PdfDocument(clinician.open(f"{where}fax/").content) as paper:
        told = " ".join(paper[0].get_textpage().get_text_bounded().split())
    assert "Fax __________" in told
    assert "URGENT" in told


def test_a_fax_with_a_paper_that_was_taken_back_is_not_made(clinician, case, url):
    where = press(clinician, url, "sign")["Location"]
    paper = Document.objects.get(kind=DocumentKind.CLINICAL_NOTE)
    undo(Actor(None, None, FRIDAY), paper.event)
    for way in ("fax", "packet"):
        answer = clinician.client.get(f"{where}{way}/")
        assert answer.status_code == 302
        assert "was taken back since" in said(answer)


def test_the_draft_can_be_looked_at_as_a_pdf(biller, url):
    answer = press(biller, url, "preview")
    with pypdfium2.PdfDocument(answer.content) as paper:
        assert "DRAFT, not signed" in paper[0].get_textpage().get_text_bounded()


def test_a_bracket_is_told_with_the_way_to_mend_it(clinician, case, url):
    case.patient.trials.all().delete()
    html = clinician.open(url).content.decode()
    assert "[not on file: earlier treatments, with dose, dates and outcome]" in html
    assert f"/cases/patient/{case.patient_id}/change/#trials-group" in html
    answer = press(clinician, url, "sign")
    assert answer.status_code == 409
    assert "still has a bracket" in answer.content.decode()


def test_what_speaks_against_it_stands_beside_and_not_in_the_letter(clinician, case, url):
    html = clinician.open(url).content.decode()
    assert "KARMA-Dep" in html
    press(clinician, url, "sign")
    assert "KARMA-Dep" not in str(AppealLetter.objects.get().content)


def test_the_appeal_is_filed_with_letter_and_proof_in_one_save(clinician, biller, case, url):
    press(clinician, url, "sign")
    signed = AppealLetter.objects.get()
    address = biller.step(case, "appeal-file")
    form = biller.form(address)
    assert form["letter"] == [str(signed.pk)]
    proof = SimpleUploadedFile("report.pdf", pdf(["sent"]), "application/pdf")
    answer = biller.send(address, form, confirmation_number="FAX1", proof=proof)
    assert answer.status_code == 302
    signed.refresh_from_db()
    assert signed.appeal.confirmation_number == "FAX1"
    assert Document.objects.filter(request=case, kind=DocumentKind.FAX_REPORT).exists()
    html = biller.open(f"/case/{case.number}/").content.decode()
    assert "Appeal letter signed" in html and "Appeal letter, version 1" in html
    assert "sent" in biller.open(url).content.decode()


def test_a_new_version_says_what_changed(clinician, url):
    first = press(clinician, url, "sign")["Location"]
    clinician.send(url, {"_clinic": [], "act": ["next"]})
    press(clinician, url, "save", **{"text-closing": "Call us."})
    assert press(clinician, url, "sign").status_code == 409
    second = press(clinician, url, "sign", **{"stand-closing": "on"})["Location"]
    assert first != second
    html = clinician.open(second).content.decode()
    assert "What changed since version 1" in html
    assert "Call us." in html


def test_an_auditor_reads_and_changes_nothing(teller, case, url):
    auditor = Desk(person(teller, Role.AUDITOR))
    html = auditor.open(url).content.decode()
    assert "Sertraline" in html
    assert "<textarea" not in html and 'name="act"' not in html
    assert auditor.client.post(url, {"act": "save"}).status_code == 403
    assert auditor.client.post(f"{url}draft/", {}).status_code == 409
    assert not AppealLetter.objects.exists()


def test_titles_and_addresses_name_no_patient(biller, case, url):
    head = biller.open(url).content.decode().partition("</head>")[0]
    assert case.patient.last_name not in head
    assert case.number in head


def test_what_was_never_shown_is_not_signed(teller, clinician, case, url):
    form = clinician.form(url)
    case.patient.trials.filter(name="Bupropion").update(dose="450 mg daily")
    case.coverage.member_id = "MOVED123"
    case.coverage.save()
    answer = clinician.send(url, form, act="sign")
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "the head of the letter; “What was tried before”" in html
    assert "450 mg daily" in html and "MOVED123" in html
    assert not AppealLetter.objects.exclude(signed_at=None).exists()
    assert clinician.send(url, shown(answer), act="sign").status_code == 302


def test_a_tick_that_changes_the_words_is_read_before_it_is_signed(clinician, case, url):
    case.urgency_reason = "She cannot wait."
    case.save()
    answer = clinician.send(url, clinician.form(url), act="sign", is_expedited="on")
    assert answer.status_code == 409
    assert "We ask for an expedited review." in answer.content.decode()
    assert clinician.send(url, shown(answer), act="sign").status_code == 302


def test_words_typed_and_a_paper_taken_out_are_signed_at_once(clinician, case, url):
    form = clinician.form(url)
    words = {"text-closing": "Call us.", "stand-closing": "on"}
    answer = clinician.send(url, form, act="sign", enclosed=form["enclosed"][:1], **words)
    assert answer.status_code == 302
    signed = AppealLetter.objects.get()
    assert "Call us." in str(signed.content)
    assert [str(each) for each in signed.enclosed] == form["enclosed"][:1]


def test_a_refused_page_is_not_armed_to_write_over_the_other(biller, clinician, url):
    form = biller.form(url)
    press(clinician, url, "save", **{"text-closing": "Call the clinic."})
    answer = biller.send(url, form, act="save", **{"text-closing": "Write to us."})
    assert "Write to us." in answer.content.decode()
    biller.send(url, shown(answer), act="save")
    assert clinician.form(url)["text-closing"] == ["Call the clinic."]


def test_what_was_typed_stands_there_though_the_letter_was_signed_meanwhile(biller, clinician, url):
    form = biller.form(url)
    press(clinician, url, "sign")
    answer = biller.send(url, form, act="save", **{"text-closing": "Write to us."})
    assert answer.status_code == 409
    assert "Write to us." in answer.content.decode()
    assert AppealLetter.objects.count() == 1


def test_a_second_page_of_the_same_person_is_told(biller, clinician, url):
    press(biller, url, "save")
    form = biller.form(url)
    press(clinician, url, "save", **{"text-closing": "Call the clinic."})
    press(biller, url, "save", **{"text-opening": "Dear all."})
    assert biller.send(url, form, act="save", **{"text-law": "None."}).status_code == 409
    assert biller.form(url)["text-closing"] == ["Call the clinic."]


def test_each_answer_while_typing_tells_the_version_to_go_on_from(biller, teller, url):
    form = biller.form(url)
    who = {"_staff": str(teller.cast.biller.pk)}
    first = biller.send(f"{url}draft/", form, **who, **{"text-opening": "Dear a."}).json()
    late = biller.send(f"{url}draft/", form, **who, **{"text-opening": "Dear b."})
    assert late.status_code == 409
    then = biller.send(
        f"{url}draft/", form, **who, seen=first["seen"], **{"text-opening": "Dear c."}
    )
    assert then.status_code == 200
    assert biller.form(url)["seen"] == [then.json()["seen"]] != form["seen"]


def test_a_second_click_on_sign_leads_to_the_case_and_begins_nothing(clinician, case, url):
    form = clinician.form(url)
    assert clinician.send(url, form, act="sign").status_code == 302
    answer = clinician.send(url, form, act="sign")
    assert answer["Location"] == f"/case/{case.number}/"
    assert AppealLetter.objects.count() == 1


def test_an_old_page_does_not_throw_a_colleagues_words_away(biller, clinician, url):
    press(biller, url, "save")
    form = biller.form(url)
    press(clinician, url, "save", **{"text-closing": "Call the clinic."})
    assert biller.send(url, form, act="drop").status_code == 409
    assert clinician.form(url)["text-closing"] == ["Call the clinic."]
    press(biller, url, "drop")
    assert not AppealLetter.objects.exists()


def test_the_page_of_a_draft_thrown_away_does_not_write_over_the_next(biller, clinician, url):
    press(biller, url, "save")
    form = biller.form(url)
    press(biller, url, "drop")
    press(clinician, url, "save", **{"text-closing": "Call the clinic."})
    answer = biller.send(url, form, act="save", **{"text-closing": "Write to us."})
    assert answer.status_code == 409
    assert clinician.form(url)["text-closing"] == ["Call the clinic."]


def test_line_breaks_of_a_letter_pasted_elsewhere_are_no_change_by_hand(biller, case, url):
    row = case.determinations.get()
    row.reasons_verbatim = "Considered experimental.\r\nNot covered."
    row.save()
    press(biller, url, "save")
    assert "changed by hand" not in biller.open(url).content.decode()
    assert all(each["text"] is None for each in AppealLetter.objects.get().parts)


def test_too_long_a_paragraph_is_refused_whole(biller, url):
    form = biller.form(url)
    text = "word " * 2_401 + "end"
    answer = biller.send(url, form, act="save", **{"text-closing": text})
    assert answer.status_code == 409
    assert shown(answer)["text-closing"] == [text]
    assert not AppealLetter.objects.exists()


def test_a_change_made_on_an_older_draft_is_told_to_be_stale(biller, case, url):
    form = biller.form(url)
    case.patient.trials.filter(name="Bupropion").update(dose="450 mg daily")
    mine = form["text-history"][0] + " All in full."
    biller.send(url, form, act="save", **{"text-history": mine})
    html = biller.open(url).content.decode()
    assert "What is on file has moved" in html and "450 mg daily" in html


def test_words_in_a_paragraph_whose_ground_went_stay(biller, teller, case, url):
    form = biller.form(url)
    assert "text-evidence" in form
    ground = "answer-experimental_investigational"
    case.determinations.update(reasons=[])
    biller.send(url, form, act="save", **{f"text-{ground}": "It is no experiment."})
    assert biller.form(url)[f"text-{ground}"] == ["It is no experiment."]


def test_only_the_last_signed_version_is_offered_to_be_sent(clinician, biller, case, url):
    press(clinician, url, "sign")
    clinician.send(url, {"_clinic": [], "act": ["next"]})
    press(clinician, url, "sign", **{"text-closing": "Call us.", "stand-closing": "on"})
    last = AppealLetter.objects.get(number=2)
    page = PaperForm(biller.open(biller.step(case, "appeal-file")).content.decode())
    assert page.values["letter"] == [str(last.pk)]
    assert [key for key in page.offered["letter"] if key] == [str(last.pk)]
    AppealLetter.objects.filter(pk=last.pk).update(level="second")
    assert (
        "letter"
        not in PaperForm(biller.open(biller.step(case, "appeal-file")).content.decode()).names
    )


def test_a_letter_for_another_level_does_not_go_with_the_appeal(clinician, biller, case, url):
    press(clinician, url, "sign")
    address = biller.step(case, "appeal-file")
    answer = biller.send(address, biller.form(address), level="second")
    assert "written for another level: first internal appeal" in answer.content.decode()
    assert AppealLetter.objects.get().appeal is None


def test_the_number_of_a_decision_on_an_appeal_is_typed_and_stands_in_the_next_letter(
    biller, teller, case, url
):
    teller.appeal(case, teller.at(5))
    biller.record(
        case, "appeal-decision", of="appeal-1", outcome="upheld", reference=" APL-7 ",
        when_on="2026-09-16", notice_dated_on="2026-09-16", notice_received_on="2026-09-17",
        is_final_internal="no",
    )  # fmt: skip
    assert case.appeals.get().decision_reference == "APL-7"
    assert "APL-7" in biller.open(f"/case/{case.number}/").content.decode()
    html = biller.open(url).content.decode()
    assert "Second internal appeal" in html and "<dd>APL-7 " in html


class TestWordsThatSomebodyStandsFor:
    def keep(self, biller: Desk, url: str, **typed: str) -> None:
        """The biller's own words in the last paragraph, ticked."""
        press(biller, url, "save", **{"text-closing": "Call us."})
        press(biller, url, "save", **{"stand-closing": "on"})

    def test_the_tick_falls_when_the_words_change(self, biller, url):
        self.keep(biller, url)
        press(biller, url, "save", **{"text-closing": "Call us at noon."})
        assert "stand-closing" not in biller.form(url)
        assert "stand for these words" in biller.open(url).content.decode()
        assert "Nothing is left to settle." not in biller.open(url).content.decode()

    def test_it_falls_with_the_heading_of_a_paragraph_of_ones_own(self, biller, url):
        press(biller, url, "new")
        typed = next(name for name in biller.form(url) if name.startswith("text-typed-"))
        key = typed.removeprefix("text-")
        press(biller, url, "save", **{typed: "She is better.", f"stand-{key}": "on"})
        assert f"stand-{key}" in biller.form(url)
        press(biller, url, "save", **{f"heading-{key}": "Not so"})
        assert f"stand-{key}" not in biller.form(url)

    def test_it_stays_while_the_words_stay(self, biller, url):
        self.keep(biller, url)
        press(biller, url, "save", **{"text-opening": "Dear all."})
        press(biller, url, "up:closing")
        assert "stand-closing" in biller.form(url)

    def test_set_anew_it_is_for_the_words_sent_with_it(self, biller, url):
        self.keep(biller, url)
        press(biller, url, "save", **{"text-closing": "Write to us.", "stand-closing": "on"})
        assert "stand-closing" in biller.form(url)

    def test_a_signature_waits_for_it(self, clinician, url):
        self.keep(clinician, url)
        answer = press(clinician, url, "sign", **{"text-closing": "Call us at noon."})
        assert answer.status_code == 409
        assert "tick that you stand for these words" in answer.content.decode()
        assert not AppealLetter.objects.exclude(signed_at=None).exists()
