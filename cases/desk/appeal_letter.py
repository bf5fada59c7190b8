"""The page of the appeal letter: a finished draft, changed where needed, signed by who may.

One form holds all paragraphs. Each press keeps what stands in them first, so nothing typed is lost;
while somebody types, the server keeps it by itself.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cases.access import DeskRequest
from cases.desk import times
from cases.desk.at_letter import AtLetter, at_letter
from cases.desk.cover_sheet import as_download
from cases.desk.own_texts import Filled, texts_beside
from cases.desk.page import render_page
from cases.desk.side_panel import clocks_beside, identifiers
from cases.desk.signed_letter import version_told
from cases.models import AppealLetter
from cases.models.contacts import DocumentKind
from cases.queries.appeal_facts import calls_of, paper_named, papers_of
from cases.workflow import appeal_letters as letters
from cases.workflow.appeal_letters import Choices
from cases.workflow.step import AlreadyRecorded
from priorauth.errors import PriorAuthError
from priorauth.letters import evidence, law
from priorauth.letters.appeal import ENOUGH_FAILED
from priorauth.letters.appeal_facts import Fact
from priorauth.letters.assembling import Letter, Part, Shown, problems
from priorauth.letters.blocks import blocks
from priorauth.letters.letter_text import letter_text
from priorauth.letters.reading import Reading, head_mark, passage, plain
from priorauth.lifecycle.checks import role_refusal
from priorauth.lifecycle.transitions import transition_of
from priorauth.terms import ClockKind, EventKind

WRITER = "_staff"
"""Who opened the page: somebody else may have signed in since, in another tab."""
_OWN = ("own-", "typed-")
_PART_ID = re.compile(r"[a-z0-9_-]{1,80}")
STANDS = "on"
"""The value of a tick that was set on the page that is sent: it is for the words sent with it."""
_UNHEADED = {"opening": "Opening", "closing": "Closing"}


# ------------------------------------------------------------------ the page


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_letter(request: DeskRequest, number: str) -> HttpResponse:
    """Show the letter, or do what was pressed on its page. 404 for a case that is not here."""
    at = at_letter(request, number)
    if request.method != "POST":
        return _show(request, at)
    if refusal := role_refusal(transition_of(EventKind.LETTER_PREPARED), at.actor.role):
        return render_page(
            request, "desk/not_allowed.html", {"why": refusal}, title="Appeal letter", status=403
        )
    act, _, of = request.POST.get("act", "save").partition(":")
    if act == "next":
        return _begin_next(request, at)
    letter, seen = at.letter(), _seen(request, at)
    parts, chosen = _typed(request, at, letter), _chosen(request, at)
    typed = replace(at, parts=tuple(parts), chosen=chosen)
    if act == "preview":
        return _looked_at(request, typed, seen)
    try:
        if act == "drop":
            letters.drop(at.actor, at.case.request, seen=seen)
            messages.info(request, "The draft is thrown away. It follows from the file again.")
            return HttpResponseRedirect(at.url)
        parts = _moved(parts, act, of, letter, _texts(at))
        kept = _keep(at, act, parts, chosen, seen)
    except AlreadyRecorded:
        return _recorded_before(request, at)
    except letters.MovedOn as moved:
        return _show_both(request, at, letter, why=str(moved))
    except PriorAuthError as refusal_:
        return _show(request, typed, why=str(refusal_), status=409, seen=request.POST.get("seen"))
    at = replace(at, kept=kept, parts=tuple(parts), chosen=chosen)
    return _pressed(request, at, act, of, letter)


def _keep(
    at: AtLetter, act: str, parts: Sequence[Part], chosen: Choices, seen: int | None
) -> AppealLetter:
    if kind := {"ready": EventKind.LETTER_PREPARED, "sign": EventKind.LETTER_SIGNED}.get(act):
        return letters.keep_for(at.actor, at.case.request, kind, parts, chosen, seen=seen)
    return letters.keep(at.actor, at.case.request, parts, chosen, seen=seen)


def _pressed(request: DeskRequest, at: AtLetter, act: str, of: str, before: Letter) -> HttpResponse:
    """What a press does once all that stood on the page is kept."""
    kept = at.kept
    assert kept is not None  # noqa: S101  (it was kept a line ago)
    try:
        if act == "ready":
            letters.make_ready(at.actor, kept)
            said = "The letter is ready to sign. A clinician, the billing lead or the owner signs."
            messages.success(request, said)
            return HttpResponseRedirect(at.url)
        if act == "sign":
            read = _read(request.POST)
            signed = letters.sign(at.actor, kept, seen=kept.version, read=read)
            messages.success(request, f"Signed and locked: {signed.pages} pages.")
            return HttpResponseRedirect(_signed_url(at, signed))
    except AlreadyRecorded:
        return _recorded_before(request, at)
    except letters.MovedOn as moved:
        return _show_both(request, at, before, why=str(moved))
    except PriorAuthError as refusal:
        return _show(request, at, why=str(refusal), status=409)
    anchor = f"#p-{of}" if of and act in ("up", "down", "out", "back", "fresh", "mine") else ""
    if act in ("put", "new"):
        anchor = f"#p-{at.parts[-1].id}"
    if act == "save":
        messages.success(request, "Kept.")
    return HttpResponseRedirect(at.url + anchor)


def _recorded_before(request: DeskRequest, at: AtLetter) -> HttpResponse:
    messages.info(request, "This was recorded already; nothing was recorded twice.")
    return HttpResponseRedirect(reverse("desk:case", args=[at.case.request.number]))


def _looked_at(request: DeskRequest, at: AtLetter, seen: int | None) -> HttpResponse:
    """The PDF of what stands on the page. Nothing is kept: the page stays open as it is."""
    try:
        return _preview(at)
    except PriorAuthError as refusal:
        return _show(request, at, why=str(refusal), status=409, seen=request.POST.get("seen"))


def _show_both(request: DeskRequest, at: AtLetter, before: Letter, *, why: str) -> HttpResponse:
    """The letter as it stands now, and apart from it what was typed on a page that was overtaken.

    The form holds only what stands now, so that sending it writes over nobody's words.
    """
    now = at_letter(request, at.case.request.number)
    stands = {each.id: plain(each.text) for each in now.letter().parts}
    names = {each.id: each.heading or _UNHEADED.get(each.id, "Paragraph") for each in before.parts}
    post = request.POST
    typed = [
        {"name": plain(post.get(f"heading-{key}", "")) or names.get(key, "Paragraph"), "text": text}
        for key, text in _sent_texts(post).items()
        if text and text != stands.get(key) and _mark(text) != post.get(f"mark-{key}")
    ]
    return _show(request, now, why=why, status=409, typed=typed)


def _begin_next(request: DeskRequest, at: AtLetter) -> HttpResponse:
    try:
        letters.begin_next(at.actor, at.case.request)
    except PriorAuthError as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(at.url)


@require_POST
def letter_draft(request: DeskRequest, number: str) -> HttpResponse:
    """Keep what stands on the page now, without leaving it."""
    at = at_letter(request, number)
    if request.POST.get(WRITER) != str(request.user.pk):
        why = "Not kept: somebody else is signed in now. Sign in under your own name."
        return JsonResponse({"why": why}, status=409)
    letter, seen = at.letter(), _seen(request, at)
    try:
        parts, chosen = _typed(request, at, letter), _chosen(request, at)
        kept = letters.keep(at.actor, at.case.request, parts, chosen, seen=seen)
    except PriorAuthError as error:
        return JsonResponse({"why": str(error)}, status=409)
    said = f"Kept, {times.say_at(at.actor.now, at.case.at_hand.zone)}"
    return JsonResponse({"said": said, "seen": _say_seen(kept)})


def _show(
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
    signed = letters.signed_letters(case.request)
    is_refused = bool(case.at_hand.standing.adverse)
    sign_refusal = role_refusal(transition_of(EventKind.LETTER_SIGNED), at.actor.role)
    signature = [] if sign_refusal else letters.signer_words(at.actor, case.request)[:-1]
    papers = papers_of(case.request)
    going = [each.pk for each in letters.enclosed_of(case.request, at.chosen)]
    order = {key: place for place, key in enumerate(going)}
    context = {
        "case": case.request,
        "why": why,
        "is_refused": is_refused,
        "kept": at.kept,
        "seen": _say_seen(at.kept) if seen is None else seen,
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
        "texts": _texts(at),
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
        "mark": _mark(each.drafted),
        "drafted": each.drafted,
        "is_out": each.is_out,
        "is_edited": each.is_edited and not each.id.startswith(_OWN),
        "is_stale": each.is_stale,
        "is_own": each.id.startswith(_OWN),
        "name": each.heading or _UNHEADED.get(each.id, "Paragraph"),
        "facts": _facts(each.facts),
        "gaps": [_gap(gap.what, gap.name, letter) for gap in each.gaps],
        "strange": each.strange if not each.is_out else (),
        "vouched": each.vouched,
        "is_by_hand": each.is_by_hand,
        "is_mine": each.is_mine,
        "stands": _words_mark(each.heading, each.text) if each.is_mine else STANDS,
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


def _texts(at: AtLetter) -> list[Filled]:
    request = at.case.request
    return texts_beside(
        request,
        EventKind.APPEAL_FILED,
        identifiers(request),
        at.case.at_hand.today,
        is_refused=bool(at.case.at_hand.standing.adverse),
    )


# ------------------------------------------------------------------ what was typed and pressed


def _typed(request: DeskRequest, at: AtLetter, letter: Letter) -> list[Part]:
    """The paragraphs as they stand on the page that was sent, in its order.

    One whose ground is gone since the page was read stays when somebody wrote in it.
    """
    post = request.POST
    shown = {each.id: each for each in letter.parts}
    before = {each.id: each for each in at.parts}
    keys, sent = [], _sent_texts(post)
    for key, text in sent.items():
        if key in shown:
            keys.append(key)
        elif text and _PART_ID.fullmatch(key) and _mark(text) != post.get(f"mark-{key}"):
            before[key] = Part(key, text=text, heading=post.get(f"heading-{key}", "")[:120])
            keys.append(key)
    keys += [key for key in shown if key not in sent]
    return [
        _part(shown[key], before.get(key), post, is_sent=key in sent)
        if key in shown
        else before[key]
        for key in keys
    ]


def _sent_texts(post: Any) -> dict[str, str]:
    """The texts of the page that was sent, by paragraph, in its order."""
    return {key: plain(post.get(f"text-{key}", "")) for key in post.get("order", "").split()}


def _read(post: Any) -> Reading:
    """The letter as it stood on the page that was sent: what whoever signs had before them."""
    return Reading(
        post.get("head", ""),
        tuple(
            passage(key, post.get(f"heading-{key}", ""), text)
            for key, text in _sent_texts(post).items()
            if text and f"out-{key}" not in post
        ),
        tuple(plain(post.get(f"paper-{key}", "")) for key in post.getlist("enclosed")),
    )


def _part(each: Shown, kept: Part | None, post: Any, *, is_sent: bool) -> Part:
    part = kept or Part(each.id)
    if not is_sent:
        return part
    text, mark = plain(post.get(f"text-{each.id}", "")), post.get(f"mark-{each.id}")
    vouched = tuple(dict.fromkeys(word[:200] for word in post.getlist(f"vouch-{each.id}")))[:80]
    heading = plain(post.get(f"heading-{each.id}", ""))[:120]
    # A tick that was there already names the words that it stood beside, and falls with them.
    is_mine = post.get(f"stand-{each.id}") in (STANDS, _words_mark(heading, text))
    if each.id.startswith(_OWN):
        return replace(part, text=text, heading=heading, vouched=vouched, is_mine=is_mine)
    if text == plain(each.drafted) or _mark(text) == mark:
        return replace(part, text=None, base="", vouched=vouched, is_mine=False)
    base = part.base
    if part.text is None:
        # What was changed by hand rests on the draft that the page showed, which may have moved.
        base = each.drafted if mark == _mark(each.drafted) else ""
    return replace(part, text=text, base=base, vouched=vouched, is_mine=is_mine)


def _moved(
    parts: list[Part], act: str, of: str, letter: Letter, texts: Sequence[Filled]
) -> list[Part]:
    """The same with what was pressed done to them."""
    if act == "new":
        return [*parts, Part(letters.new_part_id("typed"), text="", heading="")]
    if act == "put":
        chosen = next((each for each in texts if str(each.key) == of), None)
        if chosen is None:
            return parts
        key = letters.new_part_id("own")
        return [*parts, Part(key, text=chosen.text, heading="", known=chosen.text)]
    place = next((place for place, each in enumerate(parts) if each.id == of), None)
    if place is None:
        return parts
    part = parts[place]
    drafted = {each.id: each.drafted for each in letter.parts}.get(of, "")
    if act == "out" and part.id.startswith(_OWN):
        return [*parts[:place], *parts[place + 1 :]]
    if act in ("out", "back"):
        parts[place] = replace(part, is_out=act == "out")
    elif act == "fresh":
        parts[place] = replace(part, text=None, base="", vouched=(), is_mine=False)
    elif act == "mine":
        parts[place] = replace(part, base=drafted)
    elif act in ("up", "down"):
        other = place - 1 if act == "up" else place + 1
        if 0 <= other < len(parts):
            parts[place], parts[other] = parts[other], parts[place]
    return parts


def _chosen(request: DeskRequest, at: AtLetter) -> Choices:
    """What is ticked beside the text."""
    post = request.POST
    if "choices" not in post:
        return at.chosen
    act, _, of = post.get("act", "").partition(":")
    known = {str(each.pk) for each in papers_of(at.case.request)}
    papers = [int(key) for key in post.getlist("enclosed") if key in known]
    if act == "first" and of in known and int(of) in papers:
        papers = [int(of), *(key for key in papers if key != int(of))]
    calls = {str(each.pk) for each in calls_of(at.case.request)}
    return Choices(
        is_expedited="is_expedited" in post,
        calls=tuple(int(key) for key in post.getlist("calls") if key in calls),
        enclosed=tuple(dict.fromkeys(papers)),
    )


def _mark(text: str) -> str:
    """Names a text, so that one which moved on the server is not taken for a person's."""
    return hashlib.sha256(plain(text).encode()).hexdigest()[:16]


def _words_mark(heading: str, text: str) -> str:
    """Names the words that a tick stands for."""
    return _mark(f"{plain(heading)}\n{plain(text)}")


def _say_seen(kept: AppealLetter | None) -> str:
    """The version that a page has before it, with the draft it belongs to."""
    return f"{kept.pk}.{kept.version}" if kept else "0"


def _seen(request: DeskRequest, at: AtLetter) -> int:
    """The version that the sent page had before it; -1, which is none, for another draft's."""
    draft, _, version = request.POST.get("seen", "").partition(".")
    if draft == "0":
        return 0
    is_this = at.kept is not None and draft == str(at.kept.pk)
    return int(version) if is_this and version.isdecimal() and len(version) < 9 else -1


def _preview(at: AtLetter) -> HttpResponse:
    from priorauth.letters.appeal_pdf import write_letter  # ReportLab is loaded by who asks for it

    pages = letters.page_counts(at.case.request, at.chosen)
    letter = letters.letter_of(at.actor, at.case.request, at.parts, at.chosen, pages=pages)
    content = write_letter(letter_text(letter)).content
    return as_download(content, f"{at.case.request.number}-appeal-letter-draft.pdf")


def _signed_url(at: AtLetter, signed: AppealLetter) -> str:
    return reverse("desk:signed_letter", args=[at.case.request.number, signed.pk])
