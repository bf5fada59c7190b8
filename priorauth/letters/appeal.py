"""The draft of an appeal letter: paragraphs made from facts on file, and nothing else.

A fact that a paragraph turns on and that is not on file is told in a bracket, "[not on file:
...]", and never invented. A letter with a bracket is not signed. Paragraphs are plain text: a blank
line parts them, a line that begins with "- " or with a number and a dot is an item of a list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from priorauth.codes.denial_reasons import DenialKind, reasons
from priorauth.letters import evidence, law
from priorauth.letters.answers import answer_to
from priorauth.letters.appeal_facts import AppealFacts, Clause, Fact
from priorauth.terms import AppealLevel, Product

GAP = re.compile(r"\[not on file: ([^\]]*)\]")
DRUGS: Mapping[Product, str] = {
    Product.RACEMIC_KETAMINE: "ketamine by intravenous infusion",
    Product.ESKETAMINE: "esketamine nasal spray",
}
ENOUGH_FAILED = 2
"""Treatments that failed before an illness may be said to have resisted treatment."""
DECISION = ("Decision of", "Decision reference")
"""Rows at the head that name the decision appealed: its date, and the payer's number of it."""
PUBLISHED = "Published evidence"
"""The heading above studies and guidelines."""
_OPEN = re.compile(r"\{([a-z_]+)\}")
_LEVELS = {AppealLevel.FIRST: "first", AppealLevel.SECOND: "second"}
_WITHOUT_HISTORY = (DenialKind.ADMINISTRATIVE, DenialKind.ELIGIBILITY)
"""Kinds of reasons that what was tried before does not answer."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What lacks, in words, and the name of the fact that would fill it."""

    what: str
    name: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One part of the letter with the facts it rests on. `heading` "" goes on under the last."""

    id: str
    heading: str
    text: str
    facts: tuple[Fact, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the block at the head of the letter."""

    name: str
    text: str
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole draft. `rows` always stand in the letter, paragraphs may be taken out."""

    rows: tuple[Row, ...]
    paragraphs: tuple[Paragraph, ...]
    gaps: tuple[Gap, ...] = ()
    """What lacks in `rows`."""


def gaps_in(text: str) -> list[str]:
    """What the brackets of a text say is not on file."""
    return GAP.findall(text)


def draft(facts: AppealFacts) -> Draft:
    """The letter as it follows from the file, in its usual order."""
    made = (
        _opening(facts),
        _refusal(facts),
        _patient(facts),
        _history(facts),
        _scores(facts),
        _so_far(facts),
        *(_answer(facts, key) for key in _answered(facts)),
        _criteria(facts),
        _policy(facts),
        _calls(facts),
        _talk(facts),
        _evidence(facts),
        _law(facts),
        _requests(facts),
        _closing(facts),
    )
    rows, gaps = _rows(facts)
    return Draft(rows, tuple(each for each in made if each is not None), gaps)


@dataclass(slots=True)
class _Writing:
    """A paragraph in the making: it keeps what is used and what lacks."""

    used: list[Fact] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def use(self, fact: Fact) -> str:
        if fact not in self.used:
            self.used.append(fact)
        return fact.says

    def or_gap(self, fact: Fact | None, what: str, name: str) -> str:
        if fact is not None:
            return self.use(fact)
        self.gaps.append(Gap(what, name))
        return f"[not on file: {what}]"

    def listed(self, facts: Iterable[Fact]) -> str:
        return "\n".join(f"- {self.use(fact)}" for fact in facts)

    def done(self, key: str, heading: str, *parts: str) -> Paragraph | None:
        text = "\n\n".join(part.strip() for part in parts if part.strip())
        return Paragraph(key, heading, text, tuple(self.used), tuple(self.gaps)) if text else None


# ------------------------------------------------------------------ the head of the letter


def _rows(facts: AppealFacts) -> tuple[tuple[Row, ...], tuple[Gap, ...]]:
    writing = _Writing()
    rows = [Row("Patient", facts.patient.says, facts.patient)]

    def needed(name: str, fact: Fact | None, what: str, key: str) -> None:
        rows.append(Row(name, writing.or_gap(fact, what, key), fact))

    def known(name: str, fact: Fact | None) -> None:
        if fact is not None:
            rows.append(Row(name, fact.says, fact))

    needed("Date of birth", facts.born, "date of birth", "born")
    needed("Member ID", facts.member_id, "member ID", "member_id")
    known("Group number", facts.group_number)
    known("Plan", facts.plan)
    known("Your reference", facts.reference)
    if facts.denied_on is None and facts.told_on is not None:
        known("Decision told to us on", facts.told_on)
    else:
        needed(DECISION[0], facts.denied_on, "date of the decision", "denied_on")
    known(DECISION[1], facts.decision_reference)
    for line in facts.refused:
        rows.append(Row(f"Service {line.code.says}", line.says.says, line.says))
    if not facts.refused:
        needed("Services", None, "the lines that were refused", "refused")
    for diagnosis in facts.diagnoses:
        rows.append(Row("Diagnosis", diagnosis.says, diagnosis))
    if not facts.diagnoses:
        needed("Diagnosis", None, "diagnosis", "diagnoses")
    handling = "expedited" if facts.is_expedited else "standard"
    rows.append(Row("Review", f"{facts.level.label}, {handling}"))
    rows.append(Row("Our case number", facts.case_number.says, facts.case_number))
    return tuple(rows), tuple(writing.gaps)


# ------------------------------------------------------------------ the paragraphs


def _opening(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    whose = f", who is covered by {w.use(facts.plan)}" if facts.plan else ""
    ask = (
        f"This is the {_LEVELS[facts.level]} internal appeal of your decision to refuse "
        f"{DRUGS[facts.product]} for our patient {w.use(facts.patient)}{whose}. We ask you to "
        "overturn it and to approve the treatment as requested."
    )
    urgent = ""
    if facts.is_expedited:
        why = w.or_gap(facts.urgency_reason, "the clinician's reason for urgency", "urgency_reason")
        why = why if GAP.search(why) else f"“{why}”"
        urgent = f"We ask for an expedited review. The clinician's reason: {why}"
    return w.done("opening", "", ask, urgent)


def _refusal(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    words = w.or_gap(facts.verbatim, "the reason in the payer's own words", "verbatim")
    words = words if GAP.search(words) else f"“{words}”"
    how = "told us by telephone" if facts.was_told_by_phone else "states"
    told = f"Your decision {how}: {words}"
    if how != "states":
        told = f"You told us the reason by telephone: {words}"
    first = w.use(facts.first_appeal) if facts.first_appeal else ""
    names = [_lower(w.use(label)) for _, label in facts.reasons]
    understood = ""
    if names:
        answered = "It is" if len(names) == 1 else "Each is"
        understood = f"We take this to mean: {'; '.join(names)}. {answered} answered below."
    return w.done("refusal", "What was refused, and why", told, first, understood)


def _patient(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    by = w.or_gap(facts.clinician, "the treating clinician", "clinician")
    ill = f"The patient is treated at {w.use(facts.clinic)} by {by} for"
    if facts.diagnoses:
        ill += " " + "; ".join(w.use(each) for each in facts.diagnoses) + "."
    else:
        ill += f" {w.or_gap(None, 'diagnosis', 'diagnoses')}."
    asked = f"The treatment requested is {DRUGS[facts.product]}"
    asked += f": {w.use(facts.course)}" if facts.course else ""
    asked += f", from {w.use(facts.starts_on)}" if facts.starts_on else ""
    return w.done("patient", "The patient and the treatment requested", f"{ill} {asked}.")


def _history(facts: AppealFacts) -> Paragraph | None:
    if not _turns_on_history(facts):
        return None
    w = _Writing()
    lists = (
        ("Before this request the following were tried:", facts.trials),
        ("Begun since this request:", facts.trials_since),
        ("Not possible or unsafe for this patient, and so not tried:", facts.not_tried),
    )
    told = [f"{lead}\n{w.listed(rows)}" for lead, rows in lists if rows]
    if not told:
        what = "earlier treatments, with dose, dates and outcome"
        told = [w.or_gap(None, what, "trials")]
    return w.done("history", "What was tried before", *told)


def _scores(facts: AppealFacts) -> Paragraph | None:
    if not _turns_on_history(facts):
        return None
    w = _Writing()
    what = "scores of a rating scale, with their dates"
    told = w.listed(facts.scores) or w.or_gap(None, what, "scores")
    lead = "Measured by rating scales:" if facts.scores else ""
    return w.done("scores", "How severe the illness is", f"{lead}\n{told}")


def _so_far(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    approved = " ".join(w.use(each) for each in facts.approvals)
    given = w.use(facts.infusions) if facts.infusions else ""
    return w.done("so_far", "What was approved and given so far", f"{approved} {given}")


def _answer(facts: AppealFacts, reason: str) -> Paragraph | None:
    answer = answer_to(reason)
    w = _Writing()
    there = _on_file(facts)
    said = []
    for sentence in answer.sentences:
        needed_are_there = all(there.get(name) for name in sentence.needs)
        if needed_are_there and not any(there.get(name) for name in sentence.lacks):
            said.append(_OPEN.sub(lambda name: _slot(facts, w, name[1]), sentence.says))
    return w.done(f"answer-{reason}", answer.heading, " ".join(said))


def _criteria(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    lines = []
    for wish in facts.wishes:
        paper = w.use(wish.paper)
        met = w.or_gap(wish.met_by, f"a paper that goes with this and meets “{paper}”", "wishes")
        lines.append(f"- {paper}: {met if wish.met_by is None else f'enclosed, “{met}”'}")
    each = " Each is enclosed" if all(wish.met_by for wish in facts.wishes) else ""
    lead = f"You ask for these papers with a request.{each}:\n" if lines else ""
    return w.done("criteria", "Your requirements, and where each is met", lead + "\n".join(lines))


def _policy(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    stance = ""
    if facts.policy:
        read = f", {w.use(facts.policy_read)}" if facts.policy_read else ""
        stance = f"The policy that we hold is {w.use(facts.policy)}{read}."
    taken = _clauses_in_answers(facts)
    rest = [each for each in facts.clauses if each not in taken]
    quoted = "\n".join(f"- “{w.use(each.quote)}” ({w.use(each.place)})" for each in rest)
    lead = "The plan's own words:\n" if quoted else ""
    return w.done("policy", "Your policy, and the plan's own words", stance, lead + quoted)


def _calls(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    return w.done("calls", "What your representatives told us", w.listed(facts.calls))


def _talk(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    told = w.use(facts.talk) if facts.talk else ""
    return w.done("talk", "The peer-to-peer conversation", told)


def _evidence(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    found = evidence.cited(facts)
    told = w.listed(each.fact() for each in found)
    return w.done("evidence", PUBLISHED, told)


def _law(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    told = [w.use(hook.says_fact()) for hook in law.cited(facts) if hook.says]
    return w.done("law", "The rules for this review", " ".join(told))


def _requests(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    asked = {hook.id: w.use(hook.asks_fact()) for hook in law.cited(facts) if hook.asks}
    reviewer = asked.pop("full_and_fair_review", "") or (
        "That the appeal be decided by someone who had no part in the first decision."
    )
    copies = asked.pop("copies_free_of_charge", "") or (
        "Copies of the criteria and of the records on which the decision rests."
    )
    by = "Your decision in writing."
    if facts.answer_limit and facts.answer_rule:
        by = (
            f"Your decision in writing within {w.use(facts.answer_limit)} of receiving this "
            f"appeal ({w.use(facts.answer_rule)})."
        )
    items = (
        f"That the decision be overturned, and {DRUGS[facts.product]} approved as requested.",
        "A reviewer of the same or a similar specialty as the treating clinician.",
        reviewer,
        copies,
        *asked.values(),
        "If the decision is upheld: the criterion that is unmet, the evidence for that finding, "
        "and the reviewer's credentials and specialty.",
        by,
    )
    text = "\n".join(f"{number}. {item}" for number, item in enumerate(items, start=1))
    return w.done("requests", "What we ask for", text)


def _closing(facts: AppealFacts) -> Paragraph | None:
    w = _Writing()
    phone = w.or_gap(facts.clinic_phone, "the clinic's phone", "clinic_phone")
    fax = f" and by fax at {w.use(facts.clinic_fax)}" if facts.clinic_fax else ""
    return w.done(
        "closing", "",
        f"Please send your decision to the clinic at the address above. We can be reached at "
        f"{phone}{fax}, and the treating clinician is ready to speak with your reviewer.",
    )  # fmt: skip


# ------------------------------------------------------------------ what sentences turn on


def _answered(facts: AppealFacts) -> list[str]:
    return [key for key, _ in facts.reasons] or (["other"] if facts.verbatim else [])


def _turns_on_history(facts: AppealFacts) -> bool:
    known = reasons()
    kinds = [known[key].kind for key, _ in facts.reasons if key in known]
    return not kinds or any(kind not in _WITHOUT_HISTORY for kind in kinds)


def _clauses_in_answers(facts: AppealFacts) -> list[Clause | None]:
    given = {key for key, _ in facts.reasons}
    taken: list[Clause | None] = []
    if "experimental_investigational" in given:
        taken.append(facts.clause("experimental"))
    if given & {"off_label_exclusion", "blanket_mh_exclusion"}:
        taken.append(_exclusion(facts))
    return taken


def _exclusion(facts: AppealFacts) -> Clause | None:
    return facts.clause("off_label") or facts.clause("exclusion")


def _on_file(facts: AppealFacts) -> Mapping[str, object]:
    return {
        "trials": facts.trials,
        "scores": facts.scores,
        "records": facts.enclosed,
        "policy": facts.policy,
        "definition": facts.clause("experimental"),
        "exclusion": _exclusion(facts),
        "evidence": evidence.cited(facts),
        "studies": evidence.studies_cited(facts),
        "resistance": facts.failed_trials >= ENOUGH_FAILED and evidence.is_of_resistance(facts),
        "infusions": facts.infusions,
        "approvals": facts.approvals,
        "calls": facts.calls,
        "course": facts.course,
        "reference": facts.reference,
        "submitted": facts.submitted_on,
    }


def _slot(facts: AppealFacts, w: _Writing, name: str) -> str:
    def quoted(clause: Clause | None, what: str, kind: str) -> str:
        if clause is None:
            return w.or_gap(None, what, kind)
        return f"“{w.use(clause.quote)}” ({w.use(clause.place)})"

    slots: Mapping[str, Callable[[], str]] = {
        "drug": lambda: DRUGS[facts.product],
        "diagnosis": lambda: w.or_gap(
            facts.diagnoses[0] if facts.diagnoses else None, "diagnosis", "diagnoses"
        ),
        "course": lambda: w.or_gap(facts.course, "the course requested", "course"),
        "policy": lambda: w.or_gap(facts.policy, "the payer's policy", "policy"),
        "clinic": lambda: w.use(facts.clinic),
        "submitted": lambda: w.or_gap(facts.submitted_on, "date of sending", "submitted_on"),
        "definition": lambda: quoted(
            facts.clause("experimental"), "the plan's definition", "clauses"
        ),
        "exclusion": lambda: quoted(_exclusion(facts), "the exclusion", "clauses"),
    }
    return slots[name]()


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
