"""The draft tells what is on file, asks for what is not, and adds nothing."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from priorauth.codes.denial_reasons import reasons
from priorauth.letters import evidence, law
from priorauth.letters.answers import answer_to, answers
from priorauth.letters.appeal import draft, gaps_in
from priorauth.letters.appeal_facts import AppealFacts
from priorauth.letters.assembling import assemble, known_in, known_of, problems
from priorauth.letters.tracing import untraced
from priorauth.terms import AppealLevel, Product
from tests.priorauth.letters.appeal_case import FULL, fact

EMPTIES = {
    each.name: () if isinstance(getattr(FULL, each.name), tuple) else None
    for each in fields(AppealFacts)
    if each.name not in {"made_on", "case_number", "clinic", "payer", "patient", "product", "level"}
    and not isinstance(getattr(FULL, each.name), bool | frozenset | int | str | dict)
}
"""Every fact that may lack, with what its lack looks like."""


def words(facts: AppealFacts) -> str:
    made = draft(facts)
    rows = "\n".join(f"{row.name}: {row.text}" for row in made.rows)
    return rows + "\n".join(f"{each.heading}\n{each.text}" for each in made.paragraphs)


@given(st.sets(st.sampled_from(sorted(EMPTIES))), st.booleans(), st.sampled_from(AppealLevel))
def test_what_lacks_is_never_told(lacking: set[str], is_expedited: bool, level: AppealLevel):
    facts = replace(
        FULL, **{name: EMPTIES[name] for name in lacking}, is_expedited=is_expedited, level=level
    )
    told = words(facts)
    there = {each.says for each in facts.all_facts()}
    for each in FULL.all_facts():
        if each.says not in there and not any(each.says in other for other in there):
            assert each.says not in told


@given(st.sets(st.sampled_from(sorted(EMPTIES))), st.sampled_from(sorted(answers())))
def test_every_number_of_a_draft_comes_from_a_record(lacking: set[str], reason: str):
    facts = replace(FULL, **{name: EMPTIES[name] for name in lacking})
    if "reasons" not in lacking:
        facts = replace(facts, reasons=((reason, fact(reasons()[reason].label)),))
    made = draft(facts)
    for each in made.paragraphs:
        assert untraced(each.text, known_in(known_of(facts, made), each)) == []
        assert {*gaps_in(each.text)} == {gap.what for gap in each.gaps}


@given(st.sets(st.sampled_from(sorted(EMPTIES))))
def test_a_letter_with_a_bracket_is_not_signed(lacking: set[str]):
    letter = assemble(replace(FULL, **{name: EMPTIES[name] for name in lacking}))
    is_open = any(each.gaps for each in letter.printed) or bool(letter.draft.gaps)
    assert bool(problems(letter)) is is_open


def test_a_full_file_makes_a_letter_that_can_be_signed():
    letter = assemble(FULL)
    assert problems(letter) == []
    told = words(FULL)
    for each in ("XJ100200300", "DEN-991", "criterion 4b", "Sertraline", "PHQ-9: 21", "MP-446",
                 "not yet of proven benefit", "CALL-4242", "Note of visit 17", "AUT-5512",
                 "30 calendar days", "29 CFR 2560.503-1(i)(2)(ii)"):  # fmt: skip
        assert each in told


@pytest.mark.parametrize(
    ("name", "bracket"),
    [
        ("trials", "[not on file: earlier treatments, with dose, dates and outcome]"),
        ("scores", "[not on file: scores of a rating scale, with their dates]"),
        ("verbatim", "[not on file: the reason in the payer's own words]"),
        ("clinician", "[not on file: the treating clinician]"),
        ("denied_on", "[not on file: date of the decision]"),
        ("member_id", "[not on file: member ID]"),
    ],
)
def test_a_fact_that_the_letter_turns_on_is_asked_for_by_name(name: str, bracket: str):
    assert bracket in words(replace(FULL, **{name: EMPTIES[name]}))
    assert bracket not in words(FULL)


def test_an_expedited_appeal_gives_the_clinicians_reason_or_asks_for_it():
    urgent = replace(FULL, is_expedited=True)
    assert "[not on file: the clinician's reason for urgency]" in words(urgent)
    told = words(replace(urgent, urgency_reason=fact("Suicidal thoughts recur")))
    assert "expedited review. The clinician's reason: “Suicidal thoughts recur”" in told


def test_records_that_were_lacking_need_no_history():
    admin = replace(
        FULL, reasons=(("insufficient_documentation", fact("Insufficient documentation")),)
    )
    assert "history" not in {each.id for each in draft(admin).paragraphs}


def test_resistance_is_claimed_only_of_two_failed_treatments_and_trials_of_it():
    claim = "Those trials were of illness that had resisted treatment"
    assert claim in words(FULL)
    assert claim not in words(replace(FULL, failed_trials=1))
    assert claim not in words(replace(FULL, groups=frozenset({"crps"})))


def test_trials_are_claimed_only_where_some_are_cited():
    claim = "has been tested in clinical trials"
    assert claim in words(FULL)
    assert claim not in words(replace(FULL, groups=frozenset()))


def test_each_paragraph_stands_once():
    ids = [each.id for each in draft(FULL).paragraphs]
    assert len(ids) == len(set(ids))


def test_every_denial_reason_has_an_answer_of_its_own():
    assert set(answers()) == set(reasons())
    assert answer_to("no such reason") is answers()["other"]


def test_what_an_answer_turns_on_is_a_known_name():
    known = {"trials", "scores", "records", "policy", "definition", "exclusion", "evidence",
             "infusions", "approvals", "calls", "course", "reference", "submitted", "studies",
             "resistance"}  # fmt: skip
    for answer in answers().values():
        for sentence in answer.sentences:
            assert sentence.needs | sentence.lacks <= known


class TestEvidence:
    def test_only_what_supports_and_was_seen_is_cited(self):
        cited = evidence.cited(FULL)
        assert 1 < len(cited) <= evidence.MOST + 4
        assert {each.direction for each in cited} <= {
            evidence.Direction.SUPPORTS,
            evidence.Direction.CONTEXT,
        }

    def test_what_speaks_against_it_is_shown_to_the_signer_and_not_printed(self):
        beside = {each.id for each in evidence.to_know(FULL)}
        assert {"jelovac2025", "ekstrand2022", "shiroma2020"} <= beside
        assert "KARMA-Dep" not in words(FULL)

    def test_trials_of_another_illness_or_product_are_not_cited(self):
        of_pain = replace(FULL, groups=frozenset({"crps"}))
        assert {"crps", "chronic_pain"} & evidence.cited(of_pain)[-1].conditions
        assert "depression" not in words(of_pain).partition("Published evidence")[2].partition(
            "The rules"
        )[0].replace("depressive", "")
        spray = replace(FULL, product=Product.ESKETAMINE)
        assert {each.id for each in evidence.cited(spray) if not each.is_approval} == {
            "popova2019",
            "janik2025",
            "vadod_mdd_2022",
        }

    def test_a_reason_that_turns_on_no_evidence_cites_none(self):
        admin = replace(FULL, reasons=(("eligibility", fact("Member not eligible on the date")),))
        assert evidence.cited(admin) == []

    def test_no_result_is_told_of_a_study_whose_result_was_not_seen(self):
        for each in evidence.publications():
            if each.verified is evidence.Verified.RECORD and each.id != "murrough2013":
                assert "%" not in each.says

    def test_each_has_an_id_of_its_own_and_known_reasons(self):
        ids = [each.id for each in evidence.publications()]
        assert len(ids) == len(set(ids))
        for each in evidence.publications():
            assert each.reasons <= set(reasons())


class TestLaw:
    def test_a_federal_section_is_cited_to_the_plans_it_reaches(self):
        assert "external_review" in {hook.id for hook in law.cited(FULL)}
        medicare = replace(FULL, plan_types=frozenset({"medicare_advantage"}))
        assert law.cited(medicare) == []

    def test_a_state_law_is_never_cited_to_a_self_funded_plan_or_in_another_state(self):
        exclusion = (("off_label_exclusion", fact("Off-label use excluded")),)
        insured = replace(
            FULL,
            plan_types=frozenset({"erisa_insured", "state_regulated"}),
            issue_state="TX",
            reasons=exclusion,
        )
        assert "off_label_tx" in {hook.id for hook in law.cited(insured)}
        assert "off_label_ca" not in {hook.id for hook in law.cited(insured)}
        self_funded = replace(FULL, issue_state="TX", reasons=exclusion)
        assert "off_label_tx" not in {hook.id for hook in law.cited(self_funded)}

    def test_a_section_not_in_force_on_the_day_is_not_cited(self):
        for hook in law.cited(FULL):
            if hook.effective_from is not None:
                before = replace(FULL, made_on=hook.effective_from.replace(year=2002))
                assert hook.id not in {each.id for each in law.cited(before)}

    def test_what_nobody_has_read_is_shown_to_the_signer_only(self):
        believed = {hook.id: hook.told for hook in law.believed(FULL)}
        for key, cite in (
            ("criteria_disclosure", "29 U.S.C. 1185a(a)(4)"),
            ("full_and_fair_review", "29 CFR 2560.503-1(h)"),
            ("copies_free_of_charge", "29 CFR 2560.503-1(h)(2)(iii), (g)(1)(v)"),
        ):
            assert f"({cite})" in believed[key]
            assert cite not in words(FULL)

    @pytest.mark.parametrize(
        ("types", "is_federal", "cite"),
        [
            ("erisa_self_funded", True, "(29 CFR 2590.715-2719(d))"),
            ("erisa_insured state_regulated", True, "(45 CFR 147.136(d); 29 CFR 2590.715-2719(d))"),
            (
                "erisa_insured state_regulated",
                False,
                "(45 CFR 147.136(c); 29 CFR 2590.715-2719(c))",
            ),
            ("individual_aca state_regulated", True, "(45 CFR 147.136(d))"),
            ("individual_aca state_regulated", False, "(45 CFR 147.136(c))"),
            ("nonfed_gov", True, "(45 CFR 147.136(d))"),
        ],
    )
    def test_external_review_is_cited_as_it_reaches_the_plan(
        self, types: str, is_federal: bool, cite: str
    ):
        facts = replace(
            FULL, plan_types=frozenset(types.split()), federal_external_review=is_federal
        )
        (told,) = [hook.told for hook in law.cited(facts) if "external_review" in hook.id]
        assert cite in told and cite in words(facts)

    def test_where_the_process_is_not_known_none_is_cited(self):
        insured = replace(
            FULL,
            plan_types=frozenset({"erisa_insured", "state_regulated"}),
            federal_external_review=None,
        )
        assert "147.136" not in words(insured)
        assert {"external_review", "external_review_state"} <= {
            hook.id for hook in law.believed(insured)
        }

    def test_a_labor_statute_is_not_cited_to_an_individual_plan(self):
        own = replace(FULL, plan_types=frozenset({"individual_aca", "state_regulated"}))
        told = words(own)
        assert "42 U.S.C. 300gg-26(a)(8)" in told
        assert "29 U.S.C." not in told and "2590" not in told

    def test_off_label_is_argued_of_what_is_off_label_only(self):
        asked = replace(
            FULL,
            plan_types=frozenset({"erisa_insured", "state_regulated"}),
            issue_state="TX",
            product=Product.ESKETAMINE,
            reasons=(("experimental_investigational", fact("Experimental")),),
        )
        assert "off_label_tx" not in {hook.id for hook in law.cited(asked)}
        ketamine = replace(asked, product=Product.RACEMIC_KETAMINE)
        assert "off_label_tx" in {hook.id for hook in law.cited(ketamine)}
        said_so = replace(asked, reasons=(("off_label_exclusion", fact("Off-label")),))
        assert "off_label_tx" in {hook.id for hook in law.cited(said_so)}

    def test_parity_is_spoken_of_for_mental_health_only(self):
        of_pain = replace(FULL, groups=frozenset({"crps"}))
        assert "comparative_analysis" in {hook.id for hook in law.cited(FULL)}
        assert "comparative_analysis" not in {hook.id for hook in law.cited(of_pain)}

    def test_a_grandfathered_plan_is_not_reminded_of_external_review(self):
        kept = replace(FULL, is_grandfathered=True)
        assert "external_review" not in {hook.id for hook in law.cited(kept)}

    def test_each_sentence_has_a_place_for_its_section(self):
        for hook in law.hooks():
            for sentence in (hook.says, hook.asks):
                assert not sentence or "{cite}" in sentence
            assert hook.only_for <= set(reasons())
