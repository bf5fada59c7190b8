"""One point of the checklist: what it is about, how it stands, and where it is mended."""

from __future__ import annotations

from dataclasses import dataclass, replace

from priorauth.terms import Term

FORMS = "Payers' request forms"


class Readiness(Term):
    """How a point stands."""

    OK = "ok", "Ready"
    MISSING = "missing", "Missing"
    UNCLEAR = "unclear", "Cannot tell"
    CAUTION = "caution", "Take care"


class Mend(Term):
    """Where a point is mended."""

    DRAFT = "draft", "Correct the draft"
    COVERAGE = "coverage", "Open the coverage"
    PLAN = "plan", "Change the plan's facts"
    PAYER = "payer", "Open the payer"
    CLINIC = "clinic", "Open the clinic's settings"
    REQUESTING = "requesting", "Open the clinician"
    RENDERING = "rendering", "Open the clinician"
    DOCUMENT = "document", "Add a document"
    CODE_SETS = "code_sets", "Code sets on file"
    TRIALS = "trials", "Open the earlier treatments"
    SCORES = "scores", "Open the scores"


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the checklist. `field` names what is mended at `mend`, as its form does.

    A hard point that is missing stops the submission until somebody says why it goes out all the
    same: the payer would send it back, or decide on nothing. `word` is said in place of the
    standing where that has a name of its own.
    """

    id: str
    label: str
    mend: Mend | None = None
    field: str = ""
    is_hard: bool = False
    source: str = FORMS
    standing: Readiness = Readiness.UNCLEAR
    says: str = ""
    word: str = ""

    @property
    def stops(self) -> bool:
        """Whether it keeps the request from going out without a reason."""
        return self.is_hard and self.standing is Readiness.MISSING

    def ok(self, says: str) -> Point:
        """The point with what was found."""
        return replace(self, standing=Readiness.OK, says=says)

    def missing(self, says: str, *, mend: Mend | None = None, field: str = "") -> Point:
        """The point with what lacks and what to do, perhaps mended elsewhere than usual."""
        return replace(
            self,
            standing=Readiness.MISSING,
            says=says,
            mend=mend or self.mend,
            field=field or self.field,
        )

    def unclear(self, says: str, *, mend: Mend | None = None, field: str = "") -> Point:
        """The point with why nobody can tell, and how to find out."""
        return replace(
            self,
            standing=Readiness.UNCLEAR,
            says=says,
            mend=mend or self.mend,
            field=field or self.field,
        )

    def caution(self, says: str, *, mend: Mend) -> Point:
        """The point as far as it can be looked at, with what is left to see; nothing lacks."""
        return replace(self, standing=Readiness.CAUTION, says=says, mend=mend, field="")
