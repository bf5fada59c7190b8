"""Rules in words, and the pages of docs/ that are made from them: every rule, and what is missing.

Pure text from data: the same rules give the same page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from priorauth.calendars.wording import say_count
from priorauth.codes.state import NAMES
from priorauth.rulebook.loader import shipped_rulebook
from priorauth.rulebook.plan_types import plan_reach
from priorauth.rulebook.rule import DeadlineRule, Direction, Layer, Unit
from priorauth.rulebook.rulebook import Rulebook
from priorauth.terms import ClockKind, Funding, ItemKind, LineOfBusiness, OwedBy, Urgency

_MADE = "This page is made from the rule files by `python manage.py write_docs`: change those."

# What a plan's payer, and the clinic, must have a date for.
_STEPS = (
    (ClockKind.PA_DECISION, Urgency.STANDARD, "decision"),
    (ClockKind.PA_DECISION, Urgency.EXPEDITED, "urgent decision"),
    (ClockKind.APPEAL_FILING, Urgency.STANDARD, "appeal"),
    (ClockKind.APPEAL_DECISION, Urgency.STANDARD, "decision on the appeal"),
    (ClockKind.APPEAL_DECISION, Urgency.EXPEDITED, "urgent decision on the appeal"),
    (ClockKind.EXTERNAL_FILING, Urgency.STANDARD, "external review or hearing"),
)


# -------------------------------------------------------------------- one rule


def limit_words(rule: DeadlineRule) -> str:
    """The limit of a rule in a few words: "7 calendar days from request received by payer"."""
    limit = rule.limit
    if rule.is_consequence:
        return "no time to count"
    before = limit.direction is Direction.BEFORE
    start = limit.starts_on.replace("_", " ")
    words = f"{_count(limit.amount, limit.unit)} {'before' if before else 'from'} {start}"
    if limit.extension is not None:
        words += f", up to {_count(limit.extension.amount, limit.extension.unit)} more"
    return words


def sure_words(rule: DeadlineRule) -> str:
    """How sure the source is, in the words of the screens."""
    if rule.authority.layer is Layer.BASELINE:
        return "expectation"
    if rule.is_consequence:
        return "text seen" if rule.text_was_seen else "believed, text not on file"
    if not rule.is_limit:
        return "no limit"
    return "text seen" if rule.text_was_seen else "believed, text not on file"


def reach_words(rule: DeadlineRule) -> str:
    """For whom it is, in a few words: urgency, kind of line, timing."""
    reach = rule.reach
    parts = [reach.urgency.label.lower() if reach.urgency else "any urgency"]
    if reach.item is not None:
        parts.append(f"{reach.item.label.lower()} lines")
    if reach.level is not None:
        parts.append(reach.level.label.lower())
    if not rule.is_automatic:
        parts.append("only when asked for by name")
    return ", ".join(parts)


def in_force_words(rule: DeadlineRule) -> str:
    """Since when, and until when."""
    since = rule.effective_from.isoformat() if rule.effective_from else "not on file"
    return f"{since} to {rule.effective_to.isoformat()}" if rule.effective_to else since


def _count(amount: int, unit: Unit) -> str:
    return say_count(amount, unit.value.replace("_", " "))


# -------------------------------------------------------------------- every rule


def describe_rules() -> str:
    """The page of all rules, by jurisdiction and plan type."""
    rules = shipped_rulebook()
    lines = [
        "# All rules by state and plan type",
        "",
        f"{_MADE} It is not legal advice.",
        "",
        f"{len(rules)} rules. What each word means stands in [clocks.md](clocks.md); what is "
        "missing in [coverage.md](coverage.md).",
    ]
    for title, found in _by_jurisdiction(rules):
        lines += ["", f"## {title}"]
        for types, some in groupby(sorted(found, key=_by_plan), key=_plans):
            lines += ["", f"**{types}**", "", *_table(some)]
    return "\n".join(lines) + "\n"


def _by_jurisdiction(rules: Rulebook) -> Iterator[tuple[str, list[DeadlineRule]]]:
    for layer, title in (
        (Layer.BASELINE, "What to expect (no law)"),
        (Layer.FEDERAL, "Federal law"),
        (Layer.POLICY, "Payer policy (examples)"),
    ):
        yield title, [rule for rule in rules if rule.authority.layer is layer]
    for state in sorted({rule.authority.state for rule in rules if rule.authority.state}):
        yield _state(state), [rule for rule in rules if rule.authority.state == state]


def _state(letters: str) -> str:
    return NAMES.get(letters, letters)


def _plans(rule: DeadlineRule) -> str:
    return ", ".join(kind.replace("_", " ") for kind in sorted(rule.reach.plan_types))


def _by_plan(rule: DeadlineRule) -> tuple[str, int, str]:
    return _plans(rule), list(ClockKind).index(rule.kind), rule.id


def _table(rules: Iterable[DeadlineRule]) -> list[str]:
    head = "| Rule | Step | For | Limit | In force since | Citation | Source |"
    rows = [head, "|---|---|---|---|---|---|---|"]
    for rule in rules:
        whose = "ours" if rule.owed_by is OwedBy.CLINIC else "theirs"
        cells = (
            f"`{rule.id}`",
            f"{rule.kind.label} ({whose})",
            reach_words(rule),
            limit_words(rule),
            in_force_words(rule),
            _linked(rule),
            sure_words(rule),
        )
        rows.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return rows


def _linked(rule: DeadlineRule) -> str:
    link = rule.authority.link
    return f"[{rule.citation}]({link})" if link else rule.citation


# -------------------------------------------------------------------- what is covered


def describe_coverage() -> str:
    """The page of what is modelled: by line of business and by state, since when, what is not."""
    rules = shipped_rulebook()
    lines = [
        "# What law is on file, and what is not",
        "",
        f"{_MADE} A cell tells since when a limit is on file: *always* where the date it took "
        "effect is not on file, *believed* where its text was not seen, **none** where there is "
        "no rule, so that the expectation alone gives a date to chase.",
        "",
        "## By line of business (federal law)",
        "",
        f"| Plan | {' | '.join(name for _, _, name in _STEPS)} |",
        "|---" * (len(_STEPS) + 1) + "|",
    ]
    federal = [rule for rule in rules if rule.authority.layer is Layer.FEDERAL]
    for plan in LineOfBusiness:
        if plan is LineOfBusiness.UNKNOWN:
            continue
        if plan is LineOfBusiness.EMPLOYER:
            for funding in (Funding.INSURED, Funding.SELF_FUNDED):
                types = plan_reach(plan, funding, None).types
                lines.append(_row(f"{plan.label}, {funding.label.lower()}", federal, types))
        else:
            types = plan_reach(plan, Funding.UNKNOWN, None).types
            lines.append(_row(plan.label, federal, types))
    lines += [
        "",
        "## By state (insured plans and what else the state's rules name)",
        "",
        f"| State | {' | '.join(name for _, _, name in _STEPS)} | Rules |",
        "|---" * (len(_STEPS) + 2) + "|",
    ]
    for letters, name in sorted(NAMES.items(), key=lambda pair: pair[1]):
        own = [rule for rule in rules if rule.authority.state == letters]
        types = frozenset(kind for rule in own for kind in rule.reach.plan_types)
        lines.append(f"{_row(name, own, types)} {len(own)} |")
    lines += ["", "## Gaps known by name", "", *_GAPS, "", "## Awaited", "", *_AWAITED]
    undated = [rule for rule in rules if rule.effective_from is None]
    law = [f"`{rule.id}`" for rule in undated if rule.authority.layer is not Layer.BASELINE]
    habits = [f"`{rule.id}`" for rule in undated if rule.authority.layer is Layer.BASELINE]
    lines += [
        "",
        "## Rules whose first day is not on file",
        "",
        "They are taken to have been in force always; no test asks about the day before.",
        "",
        ", ".join(law) + ".",
        "",
        "What is only to be expected has no first day: " + ", ".join(habits) + ".",
    ]
    return "\n".join(lines) + "\n"


_GAPS = (
    "- Integrated plans (D-SNP): what follows a denied integrated reconsideration.",
    "- CHIP: decisions on drugs, which the seven days leave out; the state's own review after the "
    "plan's appeal (42 CFR 457.1160) and appeals to the state in programs without managed care.",
    "- Part D: a hearing after the independent entity's decision.",
    "- Fee-for-service Medicaid: limits before 2026; whether a state agreed a later start with "
    "CMS; keeping benefits during a hearing.",
    "- Original Medicare: no prior authorization of these services, so only appeals of claims.",
    "- TRICARE: the standards of the contracts from 2025.",
    "- VA community care and workers' compensation: no law is on file.",
    "- Payer policy: windows of a contract are entered by the clinic, with source and page.",
)
_AWAITED = (
    "- CMS-0062-P, decisions on drugs in 72 and 24 hours: a proposal when last seen, no rule here.",
    "- Interfaces for electronic requests (CMS-0057-F) from plan years of 2027: no limit of time.",
    "- California AB 512 (3 business days, 24 or 48 hours when urgent): believed vetoed, no rule "
    "here.",
    "- Massachusetts, 24 hours when urgent: announced in January 2026, a day to chase until its "
    "text is seen.",
    "- Washington: RCW 48.43.830 is reenacted on 1 January 2027; its times are expected to stand, "
    "the new text was not seen.",
    "- Virginia: whether the general two working days outlive 2026 for what the new section leaves "
    "out is not settled; they end here on 31 December 2026.",
    "- Changes of states on 1 January 2027 that are law stand in their files with that date.",
)


def _row(name: str, rules: list[DeadlineRule], types: frozenset[str]) -> str:
    cells = [_cell(rules, types, kind, urgency) for kind, urgency, _ in _STEPS]
    return f"| {name} | {' | '.join(cells)} |"


def _cell(
    rules: list[DeadlineRule], types: frozenset[str], kind: ClockKind, urgency: Urgency
) -> str:
    """Since when the step has a limit for such plans."""
    kinds = {kind, ClockKind.FAIR_HEARING} if kind is ClockKind.EXTERNAL_FILING else {kind}
    found = [
        rule
        for rule in rules
        if rule.kind in kinds
        and rule.is_limit
        and rule.is_automatic
        and rule.reach.urgency in (None, urgency)
        and not types.isdisjoint(rule.reach.plan_types)
    ]
    # A service is what most lines ask for; a limit for drugs alone would hide that it has none.
    found = [rule for rule in found if rule.reach.item is not ItemKind.DRUG] or found
    if not any(rule.effective_to is None for rule in found):
        return "**none**"
    known = [rule.effective_from for rule in found if rule.effective_from is not None]
    since = min(known).isoformat() if len(known) == len(found) else "always"
    seen = any(rule.text_was_seen for rule in found if rule.effective_to is None)
    return since if seen else f"{since}, believed"
