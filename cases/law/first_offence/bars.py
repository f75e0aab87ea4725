"""What stands before mercy (处罚的前提): power, crime, time, facts, age, capacity, fault.

《行政处罚法》 24, 27, 30, 31, 33(2), 36, 38, 40, 57, in the order in which they end a case.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from cases.law.first_offence.facts import Capacity, Facts, Harm
from cases.law.first_offence.items import Item, Power, Subject
from cases.law.first_offence.outcomes import Ground, Held, Outcome, article
from cases.law.first_offence.periods import last_day
from cases.law.first_offence.steps import Question, Step, found, reached
from cases.law.terms import Term, Unit

FULL_AGE: Final = 14  # 30: under 14 no penalty
_TWO: Final = Term(2, Unit.YEAR)  # 36
_FIVE: Final = Term(5, Unit.YEAR)  # 36, where life and health or financial safety were harmed


def power(asked: Question) -> Step:
    """Whether the town holds the power on the day of filing and of decision (24、38、22)."""
    held = power_held(asked.facts, asked.item, asked.powers, asked.on)
    paper = held.paper or "没有生效的赋权文件"
    label, cites = "镇有该项处罚权（立案日、决定日）", article("二十四条")
    says = found(label, paper, held.held, cites, "赋权文件")
    lacks = None if held.held is None else not held.held
    return reached((says,), lacks, Outcome.TRANSFER, Ground.NO_POWER, "filed_on")


def power_held(facts: Facts, item: Item, powers: Sequence[Power], on: date) -> Held:
    """Whether the power is held, and by which paper; None without a filing day that could matter.

    A power that ended after the case was filed is still held where its paper leaves filed cases.
    """
    mine = [power for power in powers if power.code == item.power]
    now = next((power for power in mine if power.holds(on)), None)
    if facts.filed_on is None:
        able = now or next((power for power in mine if power.keeps_filed), None)
        return Held(None if able else False, able.paper if able else "")
    then = next((power for power in mine if power.holds(facts.filed_on)), None)
    if then is None:
        return Held(False, now.paper if now else "")
    return Held(now is not None or then.keeps_filed, then.paper)


def crime(asked: Question) -> Step:
    """Whether a crime is suspected: then the case goes to the judiciary (27、57)."""
    suspected = asked.facts.crime_suspected
    shown = {True: "涉嫌犯罪", False: "不涉嫌犯罪", None: "未判断"}[suspected]
    says = found("涉嫌犯罪", shown, suspected, article("二十七条"), "移送标准比对")
    return reached((says,), suspected, Outcome.TRANSFER, Ground.CRIME, "crime_suspected")


def time(asked: Question) -> Step:
    """Whether the act was found in time: two years, five where life or money is at stake (36)."""
    facts, cites = asked.facts, article("三十六条")
    begun = facts.act_ended_on or facts.act_on
    label = "超过追责期限未被发现"
    if begun is None or facts.found_on is None:
        missing = [name for name in ("act_on", "found_on") if getattr(facts, name) is None]
        says = found(label, "日期未查明", None, cites, "发现经过、违法行为时间")
        return Step((says,), None, Outcome.OUT_OF_TIME, Ground.ART36, tuple(missing))
    two, five = last_day(begun, _TWO), last_day(begun, _FIVE)
    long = asked.item.grave and facts.harm is not Harm.NONE
    last = five if long else two
    open_still = asked.item.grave and facts.harm is None and two < facts.found_on <= five
    late = None if open_still else facts.found_on > last
    years = "五年（涉及生命健康安全、金融安全且有危害后果）" if long else "二年"
    told = f"{facts.found_on} 发现；{years}至 {last} 止，自 {begun} 起算"
    says = found(label, told, late, cites, "发现经过、违法行为时间")
    return reached((says,), late, Outcome.OUT_OF_TIME, Ground.ART36, "harm")


def proof(asked: Question) -> Step:
    """Whether the facts are made out; who cannot prove does not punish (40、57(1)(3))."""
    proved = asked.facts.facts_proved
    shown = {True: "已查清", False: "不能成立", None: "未查清"}[proved]
    says = found("违法事实清楚、证据确实", shown, proved, article("四十条"), "证据清单")
    return Step(
        (says,),
        None if proved is None else not proved,
        Outcome.NO_FACTS,
        Ground.ART40,
        ("facts_proved",) if proved is None else (),
    )


def age(asked: Question) -> Step:
    """Nobody under fourteen is punished; the guardian is told to correct them (30)."""
    facts = asked.facts
    if facts.kind is None:
        says = found("不满十四周岁", "当事人类型未查明", None, article("三十条"), "身份证件")
        return Step((says,), None, Outcome.INCAPABLE, Ground.ART30, ("subject.kind",))
    if facts.kind is not Subject.PERSON:
        return Step((), False, Outcome.INCAPABLE, Ground.ART30)
    young = None if facts.age is None else facts.age < FULL_AGE
    shown = "未查明" if facts.age is None else f"{facts.age} 周岁"
    says = found("不满十四周岁", shown, young, article("三十条"), "身份证件")
    return reached((says,), young, Outcome.INCAPABLE, Ground.ART30, "subject.age")


def capacity(asked: Question) -> Step:
    """Who could not know or govern the act is not punished (31)."""
    facts = asked.facts
    if facts.kind is not Subject.PERSON:
        return Step((), False, Outcome.INCAPABLE, Ground.ART31)
    lacks = None if facts.capacity is None else facts.capacity is Capacity.NONE
    words = {Capacity.FULL: "完全", Capacity.PARTIAL: "部分", Capacity.NONE: "不能辨认或者控制"}
    shown = words[facts.capacity] if facts.capacity else "未查明"
    label = "行为时不能辨认或者不能控制自己行为"
    says = found(label, shown, lacks, article("三十一条"), "诊断或者鉴定意见")
    return reached((says,), lacks, Outcome.INCAPABLE, Ground.ART31, "subject.capacity")


def fault(asked: Question) -> Step:
    """Whether the party has proved that there was no fault, unless another law differs (33(2))."""
    proved, cites = asked.facts.fault_disproved, article("三十三条第二款")
    if asked.item.strict:
        says = found("当事人证明没有主观过错", "另有法律规定，不适用", False, cites)
        return Step((says,), False, Outcome.NO_FAULT, Ground.ART33_2)
    shown = {True: "已证明", False: "未能证明", None: "未听取当事人举证"}[proved]
    says = found("当事人证明没有主观过错", shown, proved, cites, "当事人提交的证据")
    return reached((says,), proved, Outcome.NO_FAULT, Ground.ART33_2, "fault_disproved")
