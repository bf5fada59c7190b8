"""An appeal letter is signed: printed, hashed, kept and locked, once nothing is left to settle."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from django.core.files.base import ContentFile

from cases.models import (
    AppealLetter,
    Clinician,
    Document,
    PriorAuthRequest,
)
from cases.models.contacts import DocumentKind
from cases.queries.appeal_facts import treating
from cases.workflow.actor import Actor
from cases.workflow.appeal_letters import (
    MovedOn,
    check_role,
    check_settled,
    choices_of,
    draft_of,
    enclosed_of,
    letter_of,
    page_counts,
    person_of,
    stored_part,
)
from cases.workflow.signed_letters import signed_letters
from cases.workflow.step import step
from priorauth.calendars.wording import say_time
from priorauth.deadlines.facts import Moment
from priorauth.errors import ImpossibleFact, NotAllowedNow
from priorauth.letters.appeal_facts import say_date
from priorauth.letters.assembling import (
    part_of,
    parts_from,
    traced,
)
from priorauth.letters.letter_text import letter_text
from priorauth.letters.reading import Reading, reading_of
from priorauth.terms import EventKind, Role


class ReadsOtherwise(NotAllowedNow):
    """What would be signed is not what the signer had before them."""


def signer_words(actor: Actor, request: PriorAuthRequest) -> list[str]:
    """How the signature reads: a clinician's own name, credentials and NPI; anybody else's name
    with the role held here and the clinician for whom they sign."""
    person = person_of(actor)
    own = Clinician.objects.filter(staff=person, is_active=True).first()
    minute = actor.now.replace(second=0, microsecond=0)
    when = say_time(minute, request.clinic.time_zone).rpartition(", ")[2]
    on = say_date(Moment.instant(actor.now, request.clinic.time_zone).on)
    signed = f"Signed electronically on {on}, {when}"
    if own is not None:
        return [str(own), f"NPI {own.npi}", signed]
    role = actor.role.label if actor.role else "Staff"
    treats = treating(request)
    if actor.role is Role.CLINICIAN:
        return [str(person), role, signed]
    on_behalf = [f"for {treats}, NPI {treats.npi}"] if treats else []
    return [f"{person}, {role.lower()}", *on_behalf, signed]


def sign(actor: Actor, kept: AppealLetter, *, seen: int, read: Reading) -> AppealLetter:
    """Print, hash, keep and lock the letter under the actor's name.

    `read` is what the signer had before them: nobody signs what they did not see. Raises
    NotAllowedNow for a role that may not sign, MovedOn when it is not the version seen,
    ReadsOtherwise when the file moved since so that it would read otherwise, and
    ImpossibleFact("text") naming every bracket and every word that no record bears out, or saying
    that this very page is signed already.
    """
    from priorauth.letters.appeal_pdf import write_letter  # ReportLab is loaded by who asks for it

    check_role(actor, EventKind.LETTER_SIGNED)
    request = kept.request
    chosen = choices_of(request, kept)
    pages = page_counts(request, chosen)
    with step(
        request,
        EventKind.LETTER_SIGNED,
        actor,
        happened=Moment.instant(actor.now, request.clinic.time_zone),
        facts={"letter": str(kept.number)},
    ) as taken:
        fresh = draft_of(request)
        if fresh is None or (fresh.pk, fresh.version) != (kept.pk, seen):
            raise MovedOn(
                "The letter was changed or signed in the meantime. Read it again before you sign."
            )
        letter = letter_of(actor, request, parts_from(fresh.parts), chosen, pages=pages)
        signature = signer_words(actor, request)
        _check_read(read, reading_of(letter, signature[:-1]))
        check_settled(letter)
        words = letter_text(letter, signature)
        printed = write_letter(words)
        content = printed.content
        sha256 = hashlib.sha256(content).hexdigest()
        if Document._base_manager.filter(request=request, sha256=sha256).exists():
            raise ImpossibleFact(
                "text", "This reads in every word as the version signed before. Change it first."
            )
        title = f"Appeal letter, version {fresh.number}"
        document = Document(
            clinic_id=request.clinic_id,
            request=request,
            event=taken.event,
            kind=DocumentKind.APPEAL_LETTER,
            title=title,
            content_type="application/pdf",
            size_bytes=len(content),
            sha256=sha256,
        )
        document.file.save("document", ContentFile(content), save=False)
        document.save()
        last = signed_letters(request)
        fresh.level = letter.facts.level
        fresh.enclosed = [each.pk for each in enclosed_of(request, chosen)]
        fresh.parts = [stored_part(part_of(each)) for each in letter.parts]
        fresh.content = asdict(words)
        fresh.traced = traced(letter)
        fresh.pages = printed.pages
        fresh.sha256 = document.sha256
        fresh.document, fresh.event = document, taken.event
        fresh.supersedes = last[0] if last else None
        fresh.signed_by, fresh.signed_at = person_of(actor), actor.now
        fresh.signed_as = ", ".join(signature[:-1])[:250]
        fresh.version += 1
        fresh.save()
    return fresh


def _check_read(read: Reading, now: Reading) -> None:
    if moved := read.differs(now):
        raise ReadsOtherwise(
            "Nothing was signed: the letter now reads otherwise than on the page you had before "
            f"you. Changed: {'; '.join(moved)}. Read it again, then sign."
        )
