"""What stood on the page of the appeal letter that was sent: words, ticks and choices."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cases.access import DeskRequest
from cases.desk.at_letter import AtLetter
from cases.desk.own_texts import Filled
from cases.models import AppealLetter
from cases.queries.appeal_facts import calls_of, papers_of
from cases.workflow import appeal_letters as letters
from cases.workflow.appeal_letters import Choices
from priorauth.letters.assembling import Letter, Part, Shown
from priorauth.letters.reading import Reading, passage, plain

STANDS = "on"
"""The value of a tick that was set on the page that is sent: it is for the words sent with it."""
OWN = ("own-", "typed-")
"""How the ids of paragraphs begin that follow from no fact."""
_PART_ID = re.compile(r"[a-z0-9_-]{1,80}")


def typed_parts(request: DeskRequest, at: AtLetter, letter: Letter) -> list[Part]:
    """The paragraphs as they stand on the page that was sent, in its order.

    One whose ground is gone since the page was read stays when somebody wrote in it.
    """
    post = request.POST
    shown = {each.id: each for each in letter.parts}
    before = {each.id: each for each in at.parts}
    keys, sent = [], sent_texts(post)
    for key, text in sent.items():
        if key in shown:
            keys.append(key)
        elif text and _PART_ID.fullmatch(key) and mark_of(text) != post.get(f"mark-{key}"):
            before[key] = Part(key, text=text, heading=post.get(f"heading-{key}", "")[:120])
            keys.append(key)
    keys += [key for key in shown if key not in sent]
    return [
        _part(shown[key], before.get(key), post, is_sent=key in sent)
        if key in shown
        else before[key]
        for key in keys
    ]


def sent_texts(post: Any) -> dict[str, str]:
    """The texts of the page that was sent, by paragraph, in its order."""
    return {key: plain(post.get(f"text-{key}", "")) for key in post.get("order", "").split()}


def read_there(post: Any) -> Reading:
    """The letter as it stood on the page that was sent: what whoever signs had before them."""
    return Reading(
        post.get("head", ""),
        tuple(
            passage(key, post.get(f"heading-{key}", ""), text)
            for key, text in sent_texts(post).items()
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
    is_mine = post.get(f"stand-{each.id}") in (STANDS, words_mark(heading, text))
    if each.id.startswith(OWN):
        return replace(part, text=text, heading=heading, vouched=vouched, is_mine=is_mine)
    if text == plain(each.drafted) or mark_of(text) == mark:
        return replace(part, text=None, base="", vouched=vouched, is_mine=False)
    base = part.base
    if part.text is None:
        # What was changed by hand rests on the draft that the page showed, which may have moved.
        base = each.drafted if mark == mark_of(each.drafted) else ""
    return replace(part, text=text, base=base, vouched=vouched, is_mine=is_mine)


def pressed_parts(
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
    if act == "out" and part.id.startswith(OWN):
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


def ticked(request: DeskRequest, at: AtLetter) -> Choices:
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


def mark_of(text: str) -> str:
    """Names a text, so that one which moved on the server is not taken for a person's."""
    return hashlib.sha256(plain(text).encode()).hexdigest()[:16]


def words_mark(heading: str, text: str) -> str:
    """Names the words that a tick stands for."""
    return mark_of(f"{plain(heading)}\n{plain(text)}")


def say_seen(kept: AppealLetter | None) -> str:
    """The version that a page has before it, with the draft it belongs to."""
    return f"{kept.pk}.{kept.version}" if kept else "0"


def seen_there(request: DeskRequest, at: AtLetter) -> int:
    """The version that the sent page had before it; -1, which is none, for another draft's."""
    draft, _, version = request.POST.get("seen", "").partition(".")
    if draft == "0":
        return 0
    is_this = at.kept is not None and draft == str(at.kept.pk)
    return int(version) if is_this and version.isdecimal() and len(version) < 9 else -1
