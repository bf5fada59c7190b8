"""Words that stand for one of a few things: urgency, status, channel, plan type, state."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import TypeVar

from priorauth.codes import state
from priorauth.terms import Channel, Funding, LineOfBusiness, Term, Urgency


class TrackerStatus(Term):
    """Where a spreadsheet says a request stands."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    PENDED = "pended", "Pended"
    APPROVED = "approved", "Approved"
    PARTLY_APPROVED = "partly_approved", "Approved in part"
    DENIED = "denied", "Denied"
    APPEALING = "appealing", "Under appeal"
    WITHDRAWN = "withdrawn", "Withdrawn"


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Lower case, words only, one space between. A formula is no word and stays as it is."""
    if text.startswith("="):
        return text
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def read_urgency(text: str) -> Urgency | None:
    """Blank is standard, and a remark behind the word is no matter. None when not known."""
    said = plain(text)
    if not said and text.strip():
        return None
    first = said.partition(" ")[0]
    return _URGENCY.get(said) or (_URGENCY.get(first) if first in _SURE_FIRST_WORDS else None)


def read_status(text: str) -> TrackerStatus | None:
    """None for blank and for a word that is not known."""
    return _STATUS.get(plain(text))


def read_channel(text: str) -> Channel | None:
    """None for blank and for a word that is not known."""
    return _CHANNEL.get(plain(text))


def read_plan_type(text: str) -> tuple[LineOfBusiness, Funding] | None:
    """None for blank and for words that are not known."""
    return _PLAN_TYPE.get(plain(text))


def read_state(text: str) -> str | None:
    """Two letters from an abbreviation or a name. None for blank and what is no US state."""
    return state.compact(text) if state.is_valid(text) else None


Meaning = TypeVar("Meaning", bound=Hashable)


def _words(table: Mapping[Meaning, str]) -> dict[str, Meaning]:
    return {plain(word): meaning for meaning, words in table.items() for word in words.split(",")}


_URGENCY = _words(
    {
        Urgency.STANDARD: ",n,no,false,0,standard,std,routine,normal,regular,non urgent,nonurgent,"
        "not urgent,low,medium,elective",
        Urgency.EXPEDITED: "y,yes,true,1,x,urgent,expedited,expedite,stat,rush,emergent,emergency,"
        "asap,high,exp,urg,urgent expedited",
    }
)

_SURE_FIRST_WORDS = frozenset({"urgent", "expedited", "stat", "standard", "routine", "yes", "no"})

_STATUS = _words(
    {
        TrackerStatus.DRAFT: "draft,not submitted,not sent,new,to submit,to do,todo,in progress,"
        "preparing,prep,started,need to submit,not started,ready to submit,incomplete,gathering",
        TrackerStatus.SUBMITTED: "submitted,sent,faxed,pending,in review,under review,with payer,"
        "with insurance,received,waiting,awaiting decision,awaiting determination,in process,"
        "processing,pending review,awaiting response,pending decision,pending determination,"
        "resubmitted,under clinical review,pa submitted,pending with payer",
        TrackerStatus.PENDED: "pended,pend,info requested,information requested,"
        "more info needed,more info requested,additional info requested,records requested,"
        "additional information requested,need more info,needs info,awaiting records,on hold,"
        "pended for info,rfi,needs records,additional info needed,missing info,pend for records",
        TrackerStatus.APPROVED: "approved,authorized,approval,approve,auth obtained,auth received,"
        "certified,granted,auth on file,authorised,pa approved,fully approved",
        TrackerStatus.PARTLY_APPROVED: "partly approved,partially approved,partial,"
        "partial approval,approved in part,modified,approved with changes,partial auth",
        TrackerStatus.DENIED: "denied,denial,declined,not approved,adverse,deny,refused,"
        "pa denied,non certified,not certified",
        TrackerStatus.APPEALING: "appealing,appealed,appeal,under appeal,in appeal,appeal filed,"
        "appeal submitted,appeal pending,on appeal,denied appealing,appeal in progress,appeal sent,"
        "denied appealed,first level appeal,1st level appeal,level 1 appeal,appeal level 1",
        TrackerStatus.WITHDRAWN: "withdrawn,cancelled,canceled,cancel,withdrew,void,voided,"
        "patient cancelled,patient canceled",
    }
)
# Said of more than one thing: the row is read, with a warning. "Rejected" is not even read: it may
# mean sent back undecided, which is no denial.
VAGUE_STATUS = frozenset({"pending", "on hold", "in progress", "in process", "waiting", "new"})

_CHANNEL = _words(
    {
        Channel.PORTAL: "portal,payer portal,online,web,website,availity,covermymeds,cmm,"
        "provider portal,web portal,electronic,electronically,epa,internet,carelon,evicore,"
        "online portal,portal upload,on line",
        Channel.FAX: "fax,faxed,efax,e fax,by fax,via fax",
        Channel.PHONE: "phone,telephone,call,called,by phone,tel,phone call,verbal,via phone",
        Channel.MAIL: "mail,mailed,usps,certified mail,letter,by mail,post,postal,us mail,"
        "postal mail,overnight,fedex,ups",
    }
)

_EMPLOYER, _INSURED, _SELF = LineOfBusiness.EMPLOYER, Funding.INSURED, Funding.SELF_FUNDED
# Plans that an insurer runs at its own risk are insured; for the others funding decides nothing.
_PLAN_TYPE = _words(
    {
        (_EMPLOYER, _INSURED): "commercial insured,fully insured,insured,commercial fully insured,"
        "group insured,employer insured,fully insured commercial,fully insured group,"
        "commercial fi,fi,fully funded,large group,small group,fully insured employer,"
        "employer fully insured,insured group,large group insured,small group insured,"
        "insured commercial,commercial hmo insured,commercial ppo insured",
        (_EMPLOYER, _SELF): "self funded,selffunded,self insured,selfinsured,aso,erisa,"
        "erisa self funded,self funded employer,employer self funded,commercial self funded,"
        "self funded commercial,administrative services only,self funded aso,sf,aso self funded,"
        "self funded erisa,commercial aso,employer aso,self insured employer,level funded",
        (_EMPLOYER, Funding.UNKNOWN): "commercial,employer,group,employer group,group plan,"
        "employer plan,private,commercial group,job based,employer sponsored,esi,"
        "commercial unknown,work",
        (LineOfBusiness.EXCHANGE, _INSURED): "marketplace,exchange,aca,aca marketplace,obamacare,"
        "healthcare gov,qhp,on exchange,aca exchange,health insurance marketplace,marketplace plan,"
        "state exchange,covered california,aca plan,ffm,individual on exchange,exchange plan",
        (LineOfBusiness.INDIVIDUAL, _INSURED): "individual,individual plan,off exchange,"
        "individual off exchange,direct,individual market,family plan,individual policy,"
        "direct pay,individual insured",
        (LineOfBusiness.MEDICARE_ADVANTAGE, _INSURED): "medicare advantage,ma,mapd,ma pd,part c,"
        "medicare part c,medicare hmo,medicare ppo,medicare advantage hmo,medicare advantage ppo,"
        "medicare adv,medicare replacement,mcr advantage,mcr adv,medicare advantage plan",
        (LineOfBusiness.ORIGINAL_MEDICARE, Funding.UNKNOWN): "medicare,original medicare,"
        "traditional medicare,medicare ffs,medicare b,medicare part b,part b,mcr,medicare a b",
        (LineOfBusiness.PART_D, _INSURED): "part d,medicare part d,pdp",
        (LineOfBusiness.DSNP, _INSURED): "dsnp,d snp,dual,dual eligible,dual special needs",
        (LineOfBusiness.MEDICAID_MANAGED_CARE, _INSURED): "medicaid managed care,medicaid mco,mco,"
        "managed medicaid,medicaid hmo,medicaid managed,medi cal managed care,"
        "managed care medicaid,medicaid managed care plan,mcd mco,medicaid cmo,medicaid cco",
        (LineOfBusiness.MEDICAID_FFS, Funding.UNKNOWN): "medicaid ffs,medicaid fee for service,"
        "straight medicaid,state medicaid,fee for service medicaid,traditional medicaid,"
        "medicaid straight",
        (LineOfBusiness.CHIP, _INSURED): "chip,childrens health insurance program",
        (LineOfBusiness.TRICARE, Funding.UNKNOWN): "tricare,tricare prime,tricare select,"
        "tricare east,tricare west,champus,tricare for life",
        (LineOfBusiness.FEHB, _INSURED): "fehb,fehbp,federal,federal employee,federal employees,"
        "fep,bcbs fep,federal employee program,federal employee plan",
        (LineOfBusiness.PSHB, _INSURED): "pshb,postal,postal employees,postal service",
        (LineOfBusiness.NONFEDERAL_GOVERNMENT, Funding.UNKNOWN): "government,state employee,"
        "state employees,county,municipal,school district,public employee,non federal government,"
        "nonfederal government,city,public employees,government employer",
        (LineOfBusiness.VA_COMMUNITY_CARE, Funding.UNKNOWN): "va,va community care,vaccn,ccn,"
        "veterans affairs,community care,va ccn,triwest",
        (LineOfBusiness.WORKERS_COMPENSATION, Funding.UNKNOWN): "workers comp,work comp,wc,"
        "workers compensation,workmans comp,worker s comp,workers comp claim",
    }
)


def known_words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """By field id: what a cell can mean, in the words of our screens, and how it may be written."""
    plan_types = {
        meaning: f"{meaning[0].label}, {meaning[1].label.lower()}"
        if meaning[0] is LineOfBusiness.EMPLOYER and meaning[1] is not Funding.UNKNOWN
        else meaning[0].label
        for meaning in _PLAN_TYPE.values()
    }
    return {
        "status": _spellings(_STATUS, {one: one.label for one in TrackerStatus}),
        "urgency": _spellings(_URGENCY, {one: one.label for one in Urgency}),
        "channel": _spellings(_CHANNEL, {one: one.label for one in Channel}),
        "plan_type": _spellings(_PLAN_TYPE, plan_types),
    }


def _spellings(
    table: Mapping[str, Meaning], labels: Mapping[Meaning, str]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word, meaning in table.items():
        if word:
            found.setdefault(labels[meaning], []).append(word)
    return {label: tuple(spelled) for label, spelled in found.items()}
