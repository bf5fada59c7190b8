"""The page of the appeal letter as it stands: each paragraph with its records and what lacks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.at_letter import AtLetter
from cases.desk.own_texts import Filled, texts_beside
from cases.desk.page import render_page
from cases.desk.side_panel import clocks_beside, identifiers
from cases.desk.signed_letter import version_told
from cases.desk.typed_letter import OWN, STANDS, mark_of, say_seen, words_mark
from cases.models.contacts import DocumentKind
from cases.queries.appeal_facts import calls_of, paper_named, papers_of
from cases.workflow import appeal_letters as letters
from cases.workflow.signed_letters import signed_letters
from cases.workflow.signing_letters import signer_words
from priorauth.letters import evidence, law
from priorauth.letters.appeal import ENOUGH_FAILED
from priorauth.letters.appeal_facts import Fact
from priorauth.letters.assembling import Letter, Shown, problems
from priorauth.letters.blocks import blocks
from priorauth.letters.reading import head_mark
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import ClockKind, EventKind

UNHEADED = {"opening": "Opening", "closing": "Closing"}
"""What pages call the paragraphs that have no heading."""


def show_letter(
    request: DeskRequest,
    at: AtLetter,
    *,
    why: str = "",
    status: int = 200,
    seen: str | None = None,
    typed: Sequence[Mapping[str, str]] = (),
) -> HttpResponse:
    """The page. `seen` is the version that a refused page had before it, None for what is kept
    now; `typed` are texts to be copied, as they are in no form."""
    case, letter = at.case, at.letter()
    signed = signed_letters(case.request)
    is_refused = bool(case.at_hand.standing.adverse)
    sign_refusal = role_refusal(transition_of(EventKind.LETTER_SIGNED), at.actor.role)
    signature = [] if sign_refusal else signer_words(at.actor, case.request)[:-1]
    papers = papers_of(case.request)
    going = [each.pk for each in letters.enclosed_of(case.request, at.chosen)]
    order = {key: place for place, key in enumerate(going)}
    context = {
        "case": case.request,
        "why": why,
        "is_refused": is_refused,
        "kept": at.kept,
        "seen": say_seen(at.kept) if seen is None else seen,
        "typed": typed,
        "head": head_mark(letter, signature),
        "kept_when": _say_kept(at),
        "is_ready": bool(at.kept and at.kept.ready_at),
        "letter": letter,
        "level": letter.facts.level.label,
        "rows": letter.draft.rows,
        "row_gaps": [_gap(gap.what, gap.name, letter) for gap in letter.draft.gaps],
        "parts": [_row(each, letter) for each in letter.parts],
        "order": " ".join(each.id for each in letter.parts),
        "problems": problems(letter),
        "papers": [
            {
                "key": each.pk,
                "title": paper_named(each),
                "says": f"{each.title} ({DocumentKind(each.kind).label.lower()})",
                "url": reverse("desk:document", args=[case.request.number, each.pk]),
                "is_in": each.pk in order,
                "is_first": order.get(each.pk) == 0,
            }
            for each in sorted(papers, key=lambda row: (order.get(row.pk, 999), row.pk))
        ],
        "calls": [
            {
                "key": each.pk,
                "says": _say_call(each),
                "is_in": each.pk in at.chosen.calls,
            }
            for each in calls_of(case.request)
        ],
        "chosen": at.chosen,
        "texts": own_texts(at),
        "warnings": _warnings(letter),
        "beside": letter.beside,
        "cautions": _cautions(letter),
        "believed": letter.believed,
        "signed": [version_told(case.request.number, each, case.at_hand.zone) for each in signed],
        "sign_refusal": sign_refusal,
        "signature": signature,
        "clocks": clocks_beside(
            case.request,
            (ClockKind.APPEAL_FILING,),
            now=case.at_hand.now,
            zone=case.at_hand.zone,
        )
        if is_refused
        else [],
        "token": str(uuid.uuid4()),
        "writer": request.user.pk,
        "draft_url": reverse("desk:letter_draft", args=[case.request.number]),
    }
    title = f"Appeal letter: {case.request.number}"
    return render_page(request, "desk/appeal_letter.html", context, title=title, status=status)


def _row(each: Shown, letter: Letter) -> dict[str, Any]:
    return {
        "id": each.id,
        "heading": each.heading,
        "text": each.text,
        "rows": min(24, 1 + sum(1 + len(line) // 88 for line in each.text.splitlines() or [""])),
        "blocks": blocks(each.text),
        "mark": mark_of(each.drafted),
        "drafted": each.drafted,
        "is_out": each.is_out,
        "is_edited": each.is_edited and not each.id.startswith(OWN),
        "is_stale": each.is_stale,
        "is_own": each.id.startswith(OWN),
        "name": each.heading or UNHEADED.get(each.id, "Paragraph"),
        "facts": _facts(each.facts),
        "gaps": [_gap(gap.what, gap.name, letter) for gap in each.gaps],
        "strange": each.strange if not each.is_out else (),
        "vouched": each.vouched,
        "is_by_hand": each.is_by_hand,
        "is_mine": each.is_mine,
        "stands": words_mark(each.heading, each.text) if each.is_mine else STANDS,
    }


def _facts(facts: Iterable[Fact]) -> list[dict[str, str]]:
    """Each record once, with what was taken from it."""
    found: dict[tuple[str, str], list[str]] = {}
    for fact in facts:
        found.setdefault((fact.source, fact.where), []).append(fact.says)
    return [
        {"source": source, "where": where, "says": _short("; ".join(said), most=300)}
        for (source, where), said in found.items()
    ]


def _short(words: str, *, most: int = 110) -> str:
    return words if len(words) <= most else f"{words[:most].rstrip()} ..."


def _gap(what: str, name: str, letter: Letter) -> dict[str, str]:
    return {"what": what, "url": letter.facts.lacking.get(name, "")}


def _warnings(letter: Letter) -> list[str]:
    """What is no reason not to sign, and should be known."""
    found = []
    is_cited = any(each.id == "evidence" for each in letter.printed)
    has_failed = letter.facts.failed_trials >= ENOUGH_FAILED
    if is_cited and evidence.is_of_resistance(letter.facts) and not has_failed:
        found.append(
            "Most trials cited were of treatment-resistant illness, and fewer than two failed "
            "treatments are on file."
        )
    if not letter.facts.reasons:
        found.append("No reason of the refusal was confirmed, so the answer is a general one.")
    if not letter.facts.plan_types:
        found.append("The kind of plan is not known, so no law is cited and no limit named.")
    elif letter.facts.answer_limit is None:
        found.append("No limit for the payer's answer is on file with its text, so none is named.")
    return found


def _cautions(letter: Letter) -> list[tuple[str, str]]:
    """Cautions of what the letter cites."""
    cited = [(each.reference or each.says, each.caution) for each in evidence.cited(letter.facts)]
    cited += [(hook.cite, hook.caution) for hook in law.cited(letter.facts)]
    return [(_short(name), caution) for name, caution in cited if caution]


def _say_call(call: Any) -> str:
    on = times.say_on(call.called_on) if call.called_on else "date unknown"
    said = call.summary or call.promise
    return f"{on}, {call.representative_name}{f': {_short(said)}' if said else ''}"


def _say_kept(at: AtLetter) -> str:
    if at.kept is None:
        return ""
    return f"{at.kept.updated_by}, {times.say_at(at.kept.updated_at, at.case.at_hand.zone)}"


def own_texts(at: AtLetter) -> list[Filled]:
    """Texts of the clinic's own that may be put into this letter."""
    request = at.case.request
    return texts_beside(
        request,
        EventKind.APPEAL_FILED,
        identifiers(request),
        at.case.at_hand.today,
        is_refused=bool(at.case.at_hand.standing.adverse),
    )
