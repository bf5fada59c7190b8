"""Denial reasons and what a payer's words suggest."""

import pytest

from priorauth.codes import denial_reasons
from priorauth.codes.denial_reasons import DenialAction, DenialKind


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Not medically necessary", "not_medically_necessary"),
        ("NOT  MEDICALLY\nNECESSARY.", "not_medically_necessary"),
        ("experimental", "experimental_investigational"),
        ("Considered investigational for this use", "experimental_investigational"),
        ("Off-label exclusion", "off_label_exclusion"),
        ("off label", "off_label_exclusion"),
        ("lack of documentation", "insufficient_documentation"),
        ("Lack of sufficient documentation", "insufficient_documentation"),
        ("Spravato must be tried", "preferred_alternative"),
        ("provider is out of network", "out_of_network"),
        ("member has not tried two drugs", "step_therapy"),
        ("Coverage terminated 3/1", "eligibility"),
        ("no authorization on file", "no_pa_on_file"),
        ("past timely filing limit", "untimely"),
    ],
)
def test_a_payers_words_suggest_a_reason(text, first):
    assert denial_reasons.suggest(text)[0] == first


@pytest.mark.parametrize(
    ("letter", "suggested"),
    [
        (
            "Your request for ketamine infusion has been denied because it is considered "
            "experimental/investigational for major depressive disorder.",
            ["experimental_investigational"],
        ),
        ("Clinical records were not received by the due date.", ["insufficient_documentation"]),
        ("Prior authorization was not obtained before the service.", ["no_pa_on_file"]),
        ("The number of visits requested exceeds the plan's limit.", ["frequency_or_quantity"]),
        ("The member must first try two other medications.", ["step_therapy"]),
        ("This drug is not on the formulary.", ["not_covered_benefit"]),
        # Words of two sentences are no phrase, and more than two between are none either.
        ("The records are here. Not received: nothing.", []),
        ("Records of all the earlier visits not received", []),
    ],
)
def test_the_sentence_of_a_letter_suggests_its_reason(letter, suggested):
    assert denial_reasons.suggest(letter) == suggested


def test_several_reasons_may_be_suggested():
    assert denial_reasons.suggest("experimental and not medically necessary") == [
        "not_medically_necessary",
        "experimental_investigational",
    ]


@pytest.mark.parametrize("text", ["", "   ", "see attached", "experimentalist", "\x00", "?"])
def test_words_that_say_nothing_suggest_nothing(text):
    assert denial_reasons.suggest(text) == []


def test_every_reason_can_be_shown():
    reasons = denial_reasons.reasons()
    assert len(reasons) == 24
    for id, reason in reasons.items():
        assert reason.id == id
        assert reason.label
        assert reason.ask_first, id
        assert isinstance(reason.kind, DenialKind)
        assert isinstance(reason.action, DenialAction)
    assert denial_reasons.choices()[0] == ("not_medically_necessary", "Not medically necessary")
    assert denial_reasons.choices()[-1][0] == "other"


def test_what_to_do_differs_by_reason():
    reasons = denial_reasons.reasons()
    missing = reasons["insufficient_documentation"]
    assert missing.action is DenialAction.RESUBMIT_WITH_RECORDS
    assert missing.kind is DenialKind.ADMINISTRATIVE
    assert "exact items missing" in missing.ask_first
    assert reasons["not_medically_necessary"].action is DenialAction.APPEAL
    assert reasons["not_medically_necessary"].allows_external_review
