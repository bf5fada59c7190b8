"""Handing out a file of a case: always as a download, never shown inside the product."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from cases.access import DeskRequest, case_or_404
from cases.models import Document, IncomingDocument, PayerStance

ENDINGS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
}


@require_safe
def document(request: DeskRequest, number: str, pk: int) -> HttpResponseBase:
    """The file, under a name without patient details; 404 when it is not on this case."""
    found = case_or_404(request, number)
    kept = Document.objects.filter(request=found, pk=pk).first()
    if kept is None:
        raise Http404
    return handed_out(kept, f"{found.number}-{kept.kind.replace('_', '-')}-{kept.pk}")


@require_safe
def policy_copy(request: DeskRequest, payerstance: int) -> HttpResponseBase:
    """The clinic's copy of a payer's policy; 404 when it keeps none under that number."""
    kept = PayerStance.objects.filter(pk=payerstance).exclude(file="").first()
    if kept is None:
        raise Http404
    return handed_out(kept, f"policy-{kept.pk}")


def handed_out(kept: Document | IncomingDocument | PayerStance, name: str) -> HttpResponseBase:
    """The stored file as a download that no browser runs or keeps. Raises Http404 when it is gone.

    `name`, without its ending, must not tell of a patient.
    """
    try:
        content = kept.file.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    ending = ENDINGS.get(kept.content_type, "bin")
    response = FileResponse(
        content,
        as_attachment=True,
        filename=f"{name}.{ending}",
        content_type=kept.content_type if ending != "bin" else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
