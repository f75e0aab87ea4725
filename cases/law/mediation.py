"""Chains of last days (纠纷期限链): what may be done until when, and is it still in time.

People's mediation, labour disputes, judicial confirmation, court-invited mediation, petitions. A
chain says which step runs from which event; how long is a dated, cited row of the rulebook. A
limitation that was interrupted runs anew from the last interruption (民法典 195,
劳动争议调解仲裁法 27).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cases.law.calendar import Calendar
from cases.law.explanation import Explanation, explain
from cases.law.rule import LawError
from cases.law.terms import Term


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain: its name, the rulebook's term, the event it runs from.

    `anew` are events that let it run again from their day: the latest one counts.
    """

    code: str
    label: str
    term: str
    event: str
    anew: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LastDay:
    """A step with its last day and the days that led to it; `needs` names the missing event."""

    step: Step
    found: Explanation | None
    needs: str = ""


EVENTS: Final = {
    "accepted": "受理",
    "effective": "协议生效",
    "filed": "法院立案",
    "received": "收到申请",
    "knew": "知道或者应当知道权利被侵害",
    "interrupted": "时效中断（主张权利、请求救济、对方同意）",
    "employment_ended": "劳动关系终止",
    "applied": "申请仲裁",
    "arbitration_accepted": "仲裁受理",
    "copy_received": "收到申请书副本",
    "award_received": "收到裁决书",
    "material_signed": "签收移送材料",
    "assigned": "指派调解员",
    "registered": "收到信访事项",
    "forwarded": "收到转送、交办",
    "reply_received": "收到答复意见",
    "review_received": "收到复查请求",
    "review_reply_received": "收到复查意见",
    "recheck_received": "收到复核请求",
}
_CONFIRM: Final = Step("confirm", "申请司法确认", "dispute.confirm", "effective")
CHAINS: Final[Mapping[str, tuple[Step, ...]]] = {
    "people": (
        Step("mediate", "调解（一般）", "dispute.people", "accepted"),
        _CONFIRM,
    ),
    "confirmation": (
        Step("apply", "申请司法确认", "dispute.confirm", "effective"),
        Step("decide", "法院审查", "dispute.confirm_decide", "filed"),
    ),
    "labour": (
        Step("mediate", "调解", "labour.mediate", "received"),
        Step("joint_review", "申请仲裁审查", "labour.joint_review", "effective"),
        Step("confirm", "申请司法确认（人民调解、仅给付）", "dispute.confirm", "effective"),
        Step("limitation", "申请仲裁", "labour.limitation", "knew", ("interrupted",)),
        Step("wages", "欠薪申请仲裁", "labour.limitation", "employment_ended", ("interrupted",)),
        Step("accept", "仲裁委决定受理", "labour.accept", "applied"),
        Step("copy", "送达副本", "labour.copy", "arbitration_accepted"),
        Step("defend", "提交答辩", "labour.defend", "copy_received"),
        Step("award", "裁决", "labour.award", "arbitration_accepted"),
        Step("award_extended", "裁决（延长）", "labour.award_extended", "arbitration_accepted"),
        Step("sue", "起诉", "labour.sue", "award_received"),
        Step("set_aside", "用人单位申请撤销终局裁决", "labour.set_aside", "award_received"),
    ),
    "court": (
        Step("confirm_mediator", "确认调解员", "court.confirm_mediator", "assigned"),
        Step("delegated", "委派调解（立案前）", "court.delegated", "material_signed"),
        Step("entrusted", "委托调解（普通程序）", "court.entrusted", "material_signed"),
        Step("entrusted_summary", "委托调解（简易）", "court.entrusted_summary", "material_signed"),
        _CONFIRM,
    ),
    "petition": (
        Step("forward", "转送、交办", "petition.forward", "registered"),
        Step("tell", "告知是否受理", "petition.tell", "forwarded"),
        Step("object", "提出异议", "petition.object", "forwarded"),
        Step("finish", "办结", "petition.finish", "accepted"),
        Step("finish_extended", "办结（经批准延长）", "petition.finish_extended", "accepted"),
        Step("ask_review", "请求复查", "petition.ask_review", "reply_received"),
        Step("review", "提出复查意见", "petition.review", "review_received"),
        Step("ask_recheck", "请求复核", "petition.ask_recheck", "review_reply_received"),
        Step("recheck", "提出复核意见", "petition.recheck", "recheck_received"),
    ),
}


def chain_of(name: str) -> tuple[Step, ...]:
    """The steps of a chain; raises `LawError` where there is none of that name."""
    if name not in CHAINS:
        raise LawError("chain", f"没有“{name[:20]}”这条链，应为 {'、'.join(CHAINS)}。")
    return CHAINS[name]


def check_events(chain: tuple[Step, ...], events: Mapping[str, datetime]) -> None:
    """Refuse an event that no step of the chain runs from; raises `LawError`."""
    known = dict.fromkeys(name for step in chain for name in (step.event, *step.anew))
    if unknown := [name for name in events if name not in known]:
        words = f"这条链没有“{unknown[0][:30]}”这个事件，应为 {'、'.join(known)}。"
        raise LawError("event", words)


def last_day(
    step: Step, term: Term, events: Mapping[str, datetime], calendar: Calendar | None
) -> LastDay:
    """The last day of a step, from the event it runs from; raises as `explain`.

    An interruption before the limitation began has no effect.
    """
    begun = events.get(step.event)
    if begun is None:
        return LastDay(step, None, step.event)
    starts = [begun, *(events[name] for name in step.anew if name in events)]
    return LastDay(step, explain(term, max(starts), calendar))


def in_time(step: LastDay, done_at: datetime) -> bool | None:
    """Whether something done at that moment is still in time; None where no date is known.

    In time is before the exclusive end of the last day.
    """
    return None if step.found is None else done_at < step.found.due.due_at
