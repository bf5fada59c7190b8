"""Words for urgency, status, channel, plan type and state."""

import pytest

from priorauth.spreadsheet import words
from priorauth.spreadsheet.words import TrackerStatus
from priorauth.terms import Channel, Funding, LineOfBusiness, Urgency


@pytest.mark.parametrize(
    "text", ["urgent", "Y", "yes", "Expedited", "STAT", "rush", "Urgent - see note", "TRUE", "x"]
)
def test_words_for_urgent(text):
    assert words.read_urgency(text) is Urgency.EXPEDITED


@pytest.mark.parametrize(
    "text", ["", "n", "N", "no", "Standard", "routine", "Non-urgent", "not urgent", "FALSE", "0"]
)
def test_words_for_standard(text):
    assert words.read_urgency(text) is Urgency.STANDARD


@pytest.mark.parametrize("text", ["maybe", "?", "not sure", "=1"])
def test_other_words_say_nothing_of_urgency(text):
    assert words.read_urgency(text) is None


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Submitted", TrackerStatus.SUBMITTED),
        ("faxed", TrackerStatus.SUBMITTED),
        ("In Review", TrackerStatus.SUBMITTED),
        ("Pended", TrackerStatus.PENDED),
        ("info requested", TrackerStatus.PENDED),
        ("APPROVED", TrackerStatus.APPROVED),
        ("Partially approved", TrackerStatus.PARTLY_APPROVED),
        ("Denied", TrackerStatus.DENIED),
        ("Appealing", TrackerStatus.APPEALING),
        ("Under appeal", TrackerStatus.APPEALING),
        ("draft", TrackerStatus.DRAFT),
        ("not submitted", TrackerStatus.DRAFT),
        ("Cancelled", TrackerStatus.WITHDRAWN),
    ],
)
def test_words_for_a_status(text, status):
    assert words.read_status(text) is status


@pytest.mark.parametrize("text", ["", "rejected", "blue", "???"])
def test_other_words_are_no_status(text):
    assert words.read_status(text) is None


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("portal", Channel.PORTAL),
        ("Portal ", Channel.PORTAL),
        ("Availity", Channel.PORTAL),
        ("Fax", Channel.FAX),
        ("e-fax", Channel.FAX),
        ("phone", Channel.PHONE),
        ("Certified mail", Channel.MAIL),
        ("pigeon", None),
        ("", None),
    ],
)
def test_words_for_a_channel(text, channel):
    assert words.read_channel(text) is channel


@pytest.mark.parametrize(
    ("text", "line", "funding"),
    [
        ("commercial insured", LineOfBusiness.EMPLOYER, Funding.INSURED),
        ("Fully-insured", LineOfBusiness.EMPLOYER, Funding.INSURED),
        ("self-funded", LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED),
        ("Self insured", LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED),
        ("ASO", LineOfBusiness.EMPLOYER, Funding.SELF_FUNDED),
        ("Commercial", LineOfBusiness.EMPLOYER, Funding.UNKNOWN),
        ("marketplace", LineOfBusiness.EXCHANGE, Funding.INSURED),
        ("ACA exchange", LineOfBusiness.EXCHANGE, Funding.INSURED),
        ("Medicare Advantage", LineOfBusiness.MEDICARE_ADVANTAGE, Funding.INSURED),
        ("Medicare", LineOfBusiness.ORIGINAL_MEDICARE, Funding.UNKNOWN),
        ("Medicaid managed care", LineOfBusiness.MEDICAID_MANAGED_CARE, Funding.INSURED),
        ("Medicaid MCO", LineOfBusiness.MEDICAID_MANAGED_CARE, Funding.INSURED),
        ("TRICARE", LineOfBusiness.TRICARE, Funding.UNKNOWN),
        ("Worker's Comp", LineOfBusiness.WORKERS_COMPENSATION, Funding.UNKNOWN),
    ],
)
def test_words_for_a_plan_type(text, line, funding):
    assert words.read_plan_type(text) == (line, funding)


@pytest.mark.parametrize("text", ["", "PPO", "Medicaid", "gold"])
def test_other_words_say_nothing_of_the_law(text):
    assert words.read_plan_type(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NY", "NY"),
        ("ny ", "NY"),
        ("Texas", "TX"),
        ("new york", "NY"),
        ("D.C.", "DC"),
        ("ZZ", None),
    ],
)
def test_states(text, code):
    assert words.read_state(text) == code


@pytest.mark.parametrize("name", ["_URGENCY", "_STATUS", "_CHANNEL", "_PLAN_TYPE"])
def test_no_word_has_two_meanings(name):
    source = (words.__file__ or "").removesuffix(".py") + ".py"
    with open(source, encoding="utf-8") as file:
        block = file.read().split(f"\n{name} = _words(", 1)[1].split("\n)\n", 1)[0]
    joined = block.replace('"\n        "', "")
    said = [
        words.plain(word)
        for line in joined.splitlines()
        if '": ' in line or '"' in line
        for word in line.split('"')[1].split(",")
    ]
    assert len(said) == len(set(said)), sorted({w for w in said if said.count(w) > 1})
    assert set(said) == set(getattr(words, name))
