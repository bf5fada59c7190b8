"""Refusals in words a biller understands.

Each message says what is wrong, where, and what to do. A screen, an import and a shell show the
same words, because they all print the same exception.
"""


class PriorAuthError(Exception):
    """Base of everything this package refuses. `str(error)` may be shown to staff as it is."""


class NotAllowedNow(PriorAuthError):
    """The step does not fit where the case stands (an approval of a request never submitted)."""


class MissingFact(PriorAuthError):
    """The step lacks something it must bring. `field` names it as the form does."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class ImpossibleFact(PriorAuthError):
    """Two facts contradict each other (decided before submitted). `field` names the later one."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class InvalidCode(PriorAuthError):
    """A code or identifier that cannot be right. `code` is what was typed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RulebookError(PriorAuthError):
    """A rule file that cannot be trusted; the message names file, rule and field."""


class NoRuleOnFile(PriorAuthError):
    """No rule of the rulebook governs these facts: the date must be set by hand."""


class ClockError(PriorAuthError):
    """A rule could not be run on the facts given (an event it needs is missing or malformed)."""


class UnreadableFile(PriorAuthError):
    """A file that cannot be read as a table; the message says why and what to save instead."""


class TooManyRows(UnreadableFile):
    """A table with more rows than are taken at once: `most`, its heading being the first."""

    def __init__(self, found: int, most: int) -> None:
        super().__init__(
            f"The file has {found:,} rows or more; at most {most:,} can be read. Split it."
        )
        self.most = most


class UnreadableCell(PriorAuthError):
    """A cell whose text cannot be what its column wants. `problem` is it in a few words."""

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(f"{problem[:1].upper()}{problem[1:]}: {advice}")
        self.problem = problem
        self.advice = advice
