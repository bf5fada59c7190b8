"""What a tracker may hold about a request, and what clinics call it.

To teach the reader a heading, add it to the synonyms of its field, in lower case; the surest come
first. Word order, plurals, "of", "no." and "#" need no synonym of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A thing a tracker holds about a request. `longest` is in characters."""

    id: str
    label: str
    synonyms: tuple[str, ...]
    is_required: bool = False
    longest: int = 60


def _field(
    id: str, label: str, synonyms: str, *, is_required: bool = False, longest: int = 60
) -> Field:
    return Field(id, label, tuple(one.strip() for one in synonyms.split(",")), is_required, longest)


_ALL = (
    _field(
        "name",
        "Patient name",
        "patient, patient name, name, pt, pt name, member name, client, client name, full name,"
        "patient full name, last first, patient last first, name last first, insured name",
        is_required=True,
        longest=170,
    ),
    _field("last", "Last name", "last, last name, surname, family name, lname", longest=80),
    _field("first", "First name", "first, first name, given name, forename, fname", longest=80),
    _field(
        "dob",
        "Date of birth",
        "dob, date of birth, birth date, birthday, birth, born, d o b, bday",
        is_required=True,
    ),
    _field(
        "payer",
        "Payer",
        "insurance, payer, payor, insurer, carrier, insurance company, ins, ins co, insurance name,"
        "primary insurance, health plan, insurance carrier, payer name, payor name, primary payer,"
        "primary ins, insurance payer",
        is_required=True,
        longest=120,
    ),
    _field(
        "plan",
        "Plan",
        "plan, plan name, product, plan product, insurance plan, benefit plan, policy name",
        longest=120,
    ),
    _field(
        "plan_type",
        "Plan type",
        "plan type, type, type of plan, lob, line of business, coverage type, funding,"
        "plan funding, insurance type, ins type, funding type, plan kind, self funded, policy type",
        longest=120,
    ),
    _field("state", "State", "state, st, patient state, plan state, issue state, state of issue"),
    _field(
        "member_id",
        "Member ID",
        "member id, member number, memberid, id number, insurance id, ins id, policy number,"
        "subscriber id, policy id, member, id, mbr id, mbr number, insurance id number,"
        "insurance number, policy, card number, subscriber number, insured id",
        is_required=True,
        longest=30,
    ),
    _field(
        "group",
        "Group number",
        "group, group number, group id, grp, grp number, grp id, employer group",
        longest=40,
    ),
    _field(
        "codes",
        "Procedure codes",
        "cpt, cpt code, cpt codes, code, codes, procedure, procedures, procedure code,"
        "procedure codes, service, services, service code, cpt hcpcs, hcpcs, proc, proc code,"
        "service codes, cpts, billing code, billing codes",
        is_required=True,
        longest=400,
    ),
    _field(
        "units",
        "Units",
        "units, number of units, qty, quantity, sessions, sessions requested, requested units,"
        "units requested, visits, visits requested, number of sessions, infusions,"
        "infusions requested, number of infusions, treatments",
    ),
    _field(
        "diagnoses",
        "Diagnoses",
        "dx, diagnosis, diagnoses, icd, icd 10, icd10, icd code, icd codes, icd 10 code,"
        "icd 10 codes, dx code, dx codes, diagnosis code, diagnosis codes, icd10 code, icd10cm,"
        "icd 10 cm, primary dx, primary diagnosis, secondary dx, secondary diagnosis, other dx",
        is_required=True,
        longest=400,
    ),
    _field(
        "urgency",
        "Urgent",
        "urgent, urgency, expedited, stat, priority, is urgent, rush, expedite, request type,"
        "urgent expedited, urgent request, review type",
    ),
    _field(
        "submitted",
        "Date submitted",
        "date submitted, submitted, submitted on, submission date, sent, date sent, submit date,"
        "pa submitted, date pa submitted, request date, date requested, date of submission,"
        "pa sent, sent on, date of request, auth submitted, submitted date, requested on",
    ),
    _field(
        "channel",
        "How submitted",
        "how submitted, method, submission method, submitted via, via, channel, sent via, how sent,"
        "submitted by, submit method, route, portal fax, how, mode",
    ),
    _field(
        "confirmation",
        "Submission confirmation number",
        "ref number, reference number, reference, confirmation, confirmation number, conf number,"
        "tracking number, case number, submission ref, pa number, request number, ref, ref id,"
        "payer reference, confirm number, pa reference, pa ref number, tracking id,"
        "payer case number, case id, reference id, request id",
    ),
    _field(
        "status",
        "Status",
        "status, pa status, request status, auth status, current status, state of request, stage,"
        "outcome, case status, authorization status, result",
        is_required=True,
    ),
    _field(
        "decided",
        "Decision date",
        "decision date, date of decision, decided, decided on, determination date, approval date,"
        "date approved, denial date, date denied, response date, date decided, approved on,"
        "denied on, date of determination, outcome date, date of denial, date of approval",
    ),
    _field(
        "authorization_number",
        "Authorization number",
        "auth number, authorization number, authorization, auth, auth id, approval number,"
        "certification number, cert number, authorization id, pa auth number",
        longest=50,
    ),
    _field(
        "sessions_approved",
        "Sessions approved",
        "sessions approved, approved sessions, units approved, approved units, visits approved,"
        "approved visits, approved qty, number approved, qty approved, infusions approved,"
        "treatments approved, quantity approved",
    ),
    _field(
        "effective_from",
        "Authorization start",
        "auth start, authorization start, effective from, effective date, start date, valid from,"
        "auth from, approved from, auth start date, auth effective, approval start, from date,"
        "authorization from, authorization start date, auth effective date, start",
    ),
    _field(
        "effective_through",
        "Authorization end",
        "auth end, authorization end, effective through, expiration, expiration date, end date,"
        "valid through, valid to, auth to, auth exp, expires, auth expiration, approved through,"
        "approved to, exp date, auth end date, auth through, thru date, to date, approval end,"
        "auth expires, authorization expiration, authorization end date, expires on, end,"
        "authorization through, expiry, expiry date, auth exp date, auth expiration date",
    ),
    _field(
        "denial_reason",
        "Denial reason",
        "denial reason, reason for denial, reason, denied reason, denial, denial code, why denied,"
        "reason denied, denial reasons, reason of denial",
        longest=2_000,
    ),
    _field(
        "letter_dated",
        "Denial letter date",
        "denial letter date, letter date, date of letter, notice date, denial notice date,"
        "letter dated, date on letter, denial letter, date of denial letter, denial letter dated",
    ),
    _field(
        "appeal_by",
        "Appeal deadline as printed",
        "appeal by, appeal deadline, appeal due, appeal due date, appeal by date, file appeal by,"
        "deadline to appeal, last day to appeal",
    ),
    _field(
        "appeal_filed",
        "Appeal filed",
        "appeal filed, appeal date, date appealed, appeal sent, appeal submitted, appealed on,"
        "date of appeal, appeal filed date, appeal filed on, date appeal filed, appeal sent date",
    ),
    _field(
        "information_requested",
        "Information requested on",
        "pend date, date pended, pended on, pended, info requested, information requested,"
        "records requested, date info requested, more info requested, rfi date",
    ),
    _field(
        "information_due",
        "Information due",
        "info due, information due, records due, info due date, pend due, pend due date,"
        "response due, records due date, rfi due, pend deadline",
    ),
    _field(
        "call_on",
        "Last call",
        "last call, call date, date of call, called, last called, called on, date called,"
        "last contact, last follow up, follow up date, last call date, phone call,"
        "date of last call, contact date, date contacted, contacted on",
    ),
    _field(
        "rep",
        "Representative",
        "rep, rep name, representative, spoke with, spoke to, spoke w, call rep, agent, contact,"
        "contact name, insurance rep, talked to, representative name, payer rep, csr,"
        "rep spoken to",
        longest=120,
    ),
    _field(
        "call_reference",
        "Call reference number",
        "call ref, call reference, call ref number, call reference number, call number, call id,"
        "call confirmation, reference for call, phone ref, phone reference, phone ref number",
    ),
    _field(
        "note",
        "Notes",
        "note, notes, comment, comments, remark, remarks, memo, details, additional notes, misc",
        longest=20_000,
    ),
)

FIELDS: Mapping[str, Field] = {field.id: field for field in _ALL}
REQUIRED = tuple(field for field in _ALL if field.is_required)
# Without these a row can be read, but its clocks cannot be right.
IMPORTANT = tuple(FIELDS[name] for name in ("plan_type", "state", "urgency", "submitted", "units"))
# Fields that may have several columns (Dx 1, Dx 2; Date approved, Date denied; Notes, Comments).
SEVERAL = frozenset({"codes", "diagnoses", "decided", "note"})
