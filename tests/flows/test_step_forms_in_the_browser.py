"""What the step pages do in a real browser: drafts, quick days, parts that come and go, access."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.demo import stories
from cases.demo.cast import Cast
from cases.demo.stories import Teller
from cases.models import Coverage, Patient, PriorAuthRequest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_step(desk: Page, case: PriorAuthRequest, slug: str) -> None:
    desk.goto(f"{desk.base}/case/{case.number}/{slug}/")  # type: ignore[attr-defined]


def recorded(desk: Page, case: PriorAuthRequest) -> None:
    desk.wait_for_url(f"**/case/{case.number}/")


# ------------------------------------------------------------------ the call


def test_the_usual_call_takes_four_interactions(desk: Page, case: PriorAuthRequest):
    open_step(desk, case, "call")
    desk.get_by_label("Representative").fill("Dana K.")  # 1
    desk.get_by_label("Call reference").fill("C-778")  # 2
    group = desk.get_by_role("group", name="Promised by")
    group.get_by_role("button", name="In 2 business days").click()  # 3
    desk.locator(".step-actions").get_by_role("button", name="Log call").click()  # 4
    recorded(desk, case)
    call = case.calls.get()
    assert (call.promise, call.reference_number) == ("Decision", "C-778")
    assert call.promised_by_at > timezone.now() + timedelta(days=1)


def test_a_half_typed_call_survives_a_closed_tab_and_is_gone_once_recorded(desk, case):
    tab = desk.context.new_page()
    tab.goto(f"{desk.base}/case/{case.number}/call/")
    tab.get_by_label("Representative").fill("Dana K.")
    tab.get_by_role("group", name="Is prior authorization").get_by_label("Said no").check()
    expect(tab.get_by_text("Kept, ")).to_be_visible()
    stores = "JSON.stringify([{...sessionStorage}, {...localStorage}])"
    assert "Dana" not in tab.evaluate(stores)
    tab.close()
    open_step(desk, case, "call")
    expect(desk.get_by_label("Representative")).to_have_value("Dana K.")
    asked = desk.get_by_role("group", name="Is prior authorization")
    expect(asked.get_by_label("Said no")).to_be_checked()
    expect(desk.get_by_text("You began this call on")).to_be_visible()
    desk.get_by_label("Call reference").fill("C-1")
    desk.locator(".step-actions").get_by_role("button", name="Log call").click()
    recorded(desk, case)
    open_step(desk, case, "call")
    expect(desk.get_by_label("Representative")).to_have_value("")
    expect(desk.get_by_text("You began this call on")).to_have_count(0)


def test_what_is_typed_just_before_the_tab_closes_is_kept(desk, case):
    tab = desk.context.new_page()
    tab.goto(f"{desk.base}/case/{case.number}/call/")
    tab.get_by_label("Representative").fill("Dana K.")
    tab.goto("about:blank")
    for _ in range(50):
        open_step(desk, case, "call")
        if desk.get_by_label("Representative").input_value():
            break
    expect(desk.get_by_label("Representative")).to_have_value("Dana K.")


def test_whoever_is_signed_out_meanwhile_loses_nothing_of_a_call(desk, case):
    open_step(desk, case, "call")
    desk.get_by_label("Call reference").fill("C-1")
    expect(desk.get_by_text("Kept, ")).to_be_visible()
    cookies = desk.context.cookies()
    desk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    desk.get_by_label("Representative").fill("Dana K.")
    expect(desk.get_by_text("Not saved: sign in again in another tab")).to_be_visible()
    log = desk.locator(".step-actions").get_by_role("button", name="Log call")
    log.click()
    expect(desk.get_by_text("Not saved: sign in again in another tab")).to_be_visible()
    expect(desk.get_by_label("Representative")).to_have_value("Dana K.")
    desk.context.add_cookies(cookies)  # signed in again, in another tab
    log.click()
    recorded(desk, case)
    assert case.calls.get().representative_name == "Dana K."


def test_the_timer_counts_talk_and_hold_and_goes_on_after_a_reload(desk, case):
    desk.clock.install()
    open_step(desk, case, "call")
    desk.keyboard.press("t")
    desk.clock.run_for(4 * 60_000)
    desk.keyboard.press("h")
    desk.clock.run_for(9 * 60_000)
    expect(desk.get_by_text("13:00, hold 9:00")).to_be_visible()
    expect(desk.get_by_text("Kept, ")).to_be_visible()
    desk.reload()
    expect(desk.get_by_role("button", name="Back from hold")).to_be_visible()
    desk.keyboard.press("h")
    desk.clock.run_for(2 * 60_000)
    desk.get_by_role("button", name="Stop timer").click()
    desk.clock.run_for(10 * 60_000)
    expect(desk.get_by_label("Minutes", exact=True)).to_have_value("15")
    expect(desk.get_by_label("Of them on hold")).to_have_value("9")


def test_minutes_typed_by_hand_are_not_counted_over(desk, case):
    desk.clock.install()
    open_step(desk, case, "call")
    desk.get_by_role("button", name="Start timer").click()
    desk.get_by_label("Minutes", exact=True).fill("7")
    desk.clock.run_for(3 * 60_000)
    expect(desk.get_by_text("3:00, hold 0:00")).to_be_visible()
    expect(desk.get_by_label("Minutes", exact=True)).to_have_value("7")


def test_what_the_window_keeps_holds_no_patient(desk, case):
    open_step(desk, case, "note")
    desk.get_by_role("textbox", name="Note").fill("Half a thought")
    desk.wait_for_function("sessionStorage.length > 0")
    kept = desk.evaluate("JSON.stringify(Object.entries(sessionStorage))")
    for secret in (case.patient.last_name, case.coverage.member_id):
        assert secret not in kept


def test_a_draft_can_be_thrown_away(desk, case):
    open_step(desk, case, "note")
    desk.get_by_role("textbox", name="Note").fill("Half a thought")
    desk.wait_for_function("sessionStorage.length > 0")
    desk.reload()
    desk.get_by_role("button", name="Start empty").click()
    expect(desk.get_by_role("textbox", name="Note")).to_have_value("")


def test_a_number_is_copied_with_one_press(desk, case):
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_step(desk, case, "call")
    desk.get_by_role("button", name="Copy Member ID").click()
    expect(desk.get_by_role("button", name="Copied Member ID")).to_be_visible()
    assert desk.evaluate("navigator.clipboard.readText()") == case.coverage.member_id


# ------------------------------------------------------------------ the submission


def test_the_time_of_sending_is_set_to_now_on_the_clinics_clock(desk: Page, teller: Teller):
    draft = teller.opened(teller.at(1), plan=teller.cast.plans[1])
    desk.clock.install(time="2026-11-25T04:30:00Z")  # the evening before in New York
    open_step(desk, draft, "submit")
    group = desk.get_by_role("group", name="Sent on")
    group.get_by_role("button", name="Now").click()
    expect(group.get_by_label("Day")).to_have_value("2026-11-24")
    expect(group.get_by_label("Time")).to_have_value("23:30")


# ------------------------------------------------------------------ the decision


def test_parts_show_when_they_matter_and_the_letter_suggests_its_reasons(desk, case):
    open_step(desk, case, "determination")
    letter = desk.get_by_role("region", name="The refusal and its letter")
    approval = desk.get_by_role("region", name="What the approval gives")
    expect(letter).to_be_hidden()
    desk.get_by_label("Approved", exact=True).check()
    expect(approval).to_be_visible()
    desk.get_by_label("Denied", exact=True).check()
    expect(letter).to_be_visible()
    expect(approval).to_be_hidden()
    desk.get_by_label("Reasons in the payer's words").fill("not medically necessary")
    expect(desk.locator(".step-suggested")).to_have_text(["Not medically necessary"])


def test_what_is_wrong_is_focused_and_its_link_leads_to_the_field(desk, case):
    open_step(desk, case, "determination")
    desk.get_by_label("Denied", exact=True).check()
    desk.locator(".step-actions").get_by_role("button").first.click()
    summary = desk.locator(".step-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Reasons in the payer's words").click()
    expect(desk.get_by_label("Reasons in the payer's words")).to_be_focused()


def test_enter_in_a_text_box_records_and_does_not_press_another_button(desk, cast: Cast):
    desk.goto(f"{desk.base}/new/")
    desk.get_by_label("Chart number").or_(desk.get_by_label("Sessions")).last.fill("6")
    desk.keyboard.press("Enter")
    expect(desk.locator(".step-summary")).to_be_visible()


# ------------------------------------------------------------------ intake


def test_a_known_patient_is_opened_in_twelve_interactions(desk, cast: Cast):
    patient = Patient(
        clinic=cast.clinic, first_name="Jane", last_name="Quillson", birth_date=date(1985, 5, 3)
    )
    patient.save()
    Coverage(clinic=cast.clinic, patient=patient, plan=cast.plans[1], member_id="M-1").save()
    desk.goto(f"{desk.base}/new/")
    desk.get_by_label("Find a patient").fill("quill")  # 1
    desk.get_by_label("Quillson, Jane, born 05/03/1985 · Northfield Health").check()  # 2
    expect(desk.get_by_role("region", name="New patient")).to_be_hidden()
    desk.get_by_label("Sessions").fill("6")  # 3
    desk.get_by_label("Minutes a session").fill("40")  # 4
    desk.get_by_label("Primary diagnosis").fill("f33.2")  # 5
    expect(desk.locator("#id_dx_1_says")).to_contain_text("F33.2")
    desk.get_by_label("Drug in words").nth(1).fill("Ketamine 50 mg/mL, 0.5 mg/kg IV")  # 6
    desk.get_by_role("button", name="Open the request").last.click()  # 7
    desk.wait_for_url("**/case/PA-*/")
    case = PriorAuthRequest.objects.get()
    assert (case.patient, case.diagnoses.get().code) == (patient, "F33.2")


def test_a_new_patients_boxes_come_with_the_choice(desk, cast: Cast):
    desk.goto(f"{desk.base}/new/")
    expect(desk.get_by_role("region", name="New patient")).to_be_hidden()
    desk.get_by_label("Find a patient").fill("nobody-of-this-name")
    expect(desk.get_by_text("Nobody on file fits")).to_be_visible()
    desk.get_by_label("A new patient").check()
    expect(desk.get_by_role("region", name="New patient")).to_be_visible()
    expect(desk.get_by_role("region", name="Coverage")).to_be_visible()
    expect(desk.get_by_label("Name of the new plan")).to_be_visible()
    desk.get_by_label("Plan", exact=True).select_option(str(cast.plans[0].pk))
    expect(desk.get_by_label("Name of the new plan")).to_be_hidden()


# ------------------------------------------------------------------ everybody can use it


@pytest.mark.parametrize("width", [1366, 390])
def test_no_page_has_a_serious_fault_for_assistive_tools_or_scrolls_sideways(
    desk: Page, teller: Teller, width: int
):
    submitted = teller.submitted(teller.at(3), plan=teller.cast.plans[1])
    stories.denied_lately(teller)
    denied = PriorAuthRequest.objects.latest("pk")
    draft = teller.opened(teller.at(1), plan=teller.cast.plans[1])
    Coverage.objects.filter(pk=draft.coverage_id).update(member_id="")  # a point that stops it
    desk.set_viewport_size({"width": width, "height": 900})
    pages = [
        (f"/case/{draft.number}/", ""),
        (f"/case/{draft.number}/submit/", "Fax"),
        ("/new/", "A new patient"),
        (f"/case/{submitted.number}/call/", ""),
        (f"/case/{submitted.number}/determination/", "Denied"),
        (f"/case/{denied.number}/appeal-file/", ""),
        (f"/case/{denied.number}/submit/", ""),
    ]
    for address, tick in pages:
        desk.goto(f"{desk.base}{address}")  # type: ignore[attr-defined]
        if tick:
            desk.get_by_label(tick).first.check()
            desk.locator(".step-actions button:visible").first.click()
            expect(desk.locator(".step-summary")).to_be_visible()
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        found = Axe().run(desk).response["violations"]
        serious = [
            (fault["id"], [node["target"] for node in fault["nodes"]])
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]
        assert serious == [], (address, serious)
