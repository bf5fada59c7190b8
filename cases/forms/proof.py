"""The file that proves a sending, as part of a form that records it."""

from __future__ import annotations

from typing import Any

from priorauth.errors import PriorAuthError


class ProofPart:
    """Beside a `StepForm` with a field `proof`: says that a file has to be chosen again."""

    files: Any
    errors: Any
    add_error: Any

    def refuse(self, error: PriorAuthError) -> None:
        """Show what the step refused, and that the file is gone."""
        super().refuse(error)  # type: ignore[misc]
        self.ask_for_the_file_again()

    def ask_for_the_file_again(self) -> None:
        """A browser does not keep a chosen file over an error: say so."""
        if "proof" in self.files and "proof" not in self.errors:
            self.add_error("proof", "Choose the file again: browsers do not keep it.")
