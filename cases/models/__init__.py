"""Every record, gathered where Django looks for models."""

from cases.models.absences import Absence
from cases.models.acknowledgements import Acknowledgement
from cases.models.agreements import Agreement
from cases.models.appeal_letters import AppealLetter
from cases.models.benefits_checks import BenefitsCheck
from cases.models.breaches import PayerBreach
from cases.models.call_drafts import CallDraft
from cases.models.clinics import (
    Certification,
    Clinic,
    Clinician,
    ClinicSite,
    Closure,
    StaffedHours,
)
from cases.models.contacts import CallAnswer, Document, InsurerCall, Note
from cases.models.deadlines import Deadline
from cases.models.determinations import Authorization, Determination, LineDetermination
from cases.models.digests import Digest
from cases.models.events import CaseEvent
from cases.models.expected_payments import ExpectedPayment
from cases.models.financing import Financing
from cases.models.imports import ImportFile
from cases.models.incoming import IncomingDocument
from cases.models.infusions import InfusionSession, SeriesPlan
from cases.models.networks import NetworkStatus
from cases.models.own_texts import OwnText
from cases.models.patient_mails import PatientMail
from cases.models.patient_merges import PatientMerge
from cases.models.patients import Coverage, Patient, Representative
from cases.models.payer_demands import PayerDemand
from cases.models.payer_policies import PayerPolicy
from cases.models.payer_stances import PayerStance
from cases.models.payers import Payer, PayerLine, Plan, ReviewingEntity
from cases.models.plan_clauses import PlanClause
from cases.models.proceedings import Appeal, ExternalReview, PeerToPeer
from cases.models.recorded_forms import RecordedForm
from cases.models.reminders import Heartbeat, Reminder
from cases.models.requests import Diagnosis, PriorAuthRequest, ServiceLine
from cases.models.saved_filters import SavedFilter
from cases.models.sending_mark import SendingMark
from cases.models.staff import Invitation, Membership, StaffMember
from cases.models.submissions import InformationRequest, Submission
from cases.models.treatment_trials import ScaleScore, TreatmentTrial

__all__ = [
    "Absence",
    "Acknowledgement",
    "Agreement",
    "Appeal",
    "AppealLetter",
    "Authorization",
    "BenefitsCheck",
    "CallAnswer",
    "CallDraft",
    "CaseEvent",
    "Certification",
    "Clinic",
    "ClinicSite",
    "Clinician",
    "Closure",
    "Coverage",
    "Deadline",
    "Determination",
    "Diagnosis",
    "Digest",
    "Document",
    "ExpectedPayment",
    "ExternalReview",
    "Financing",
    "Heartbeat",
    "ImportFile",
    "IncomingDocument",
    "InformationRequest",
    "InfusionSession",
    "InsurerCall",
    "Invitation",
    "LineDetermination",
    "Membership",
    "NetworkStatus",
    "Note",
    "OwnText",
    "Patient",
    "PatientMail",
    "PatientMerge",
    "Payer",
    "PayerBreach",
    "PayerDemand",
    "PayerLine",
    "PayerPolicy",
    "PayerStance",
    "PeerToPeer",
    "Plan",
    "PlanClause",
    "PriorAuthRequest",
    "RecordedForm",
    "Reminder",
    "Representative",
    "ReviewingEntity",
    "SavedFilter",
    "ScaleScore",
    "SendingMark",
    "SeriesPlan",
    "ServiceLine",
    "StaffMember",
    "StaffedHours",
    "Submission",
    "TreatmentTrial",
]
