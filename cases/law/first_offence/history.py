"""Whether it is the first time (初次违法): priors under the item's own look-back.

Own rows prove a prior, never its absence: “first” needs a recorded look-up outside the town.
"""

from datetime import date

from cases.law.first_offence.facts import Facts, Prior
from cases.law.first_offence.items import Item, LookBack, Same
from cases.law.first_offence.outcomes import article
from cases.law.first_offence.periods import last_day
from cases.law.first_offence.steps import found
from cases.law.rule import Citation
from cases.law.terms import Term, Unit
from cases.law.trace import Finding

LABEL = "初次违法"


def first(facts: Facts, item: Item, on: date) -> tuple[Finding, tuple[str, ...]]:
    """Whether it is a first offence, and what is still missing to say so."""
    rule = item.look_back
    if rule is None:
        cites = article("三十三条第一款第二句")
        return found(LABEL, "该事项没有录入初次口径", None, cites, "初次口径"), ("look_back",)
    cites = Citation(rule.citation)
    if facts.act_on is None:
        return found(LABEL, "违法行为日期未查明", None, cites, "案件登记查询"), ("act_on",)
    known = [prior for prior in facts.priors or () if prior.decided_on <= on]
    prior = next((p for p in known if counts(p, facts.act_on, item, rule) is True), None)
    if prior is not None:
        shown = f"{prior.decided_on} 已有前案（{prior.item}）；{rule.words}"
        return found(LABEL, shown, False, cites, "前案决定书"), ()
    if facts.priors is None:
        return found(LABEL, "未查本镇记录", None, cites, "案件登记查询"), ("priors",)
    if any(counts(p, facts.act_on, item, rule) is None for p in known):
        shown = "有前案所属领域不明"
        return found(LABEL, shown, None, cites, "前案决定书"), ("priors.field",)
    looked = facts.looked_up_outside
    if looked is None or looked < facts.act_on or looked > on:
        shown = "未向镇外查询" if looked is None else f"{looked} 查询，不在违法行为至决定之间"
        proof = "国家企业信用信息公示系统、原主管部门查询记录（截图）"
        return found(LABEL, shown, None, cites, proof), ("looked_up_outside",)
    shown = f"本镇无前案，{looked} 镇外查询无前案；{rule.words}"
    return found(LABEL, shown, True, cites, "查询记录（截图）"), ()


def counts(prior: Prior, act_on: date, item: Item, rule: LookBack) -> bool | None:
    """Whether an earlier case makes this one not the first; None where its field is not known.

    It counts through the corresponding day, that many months after its decision (民法典 202).
    """
    if prior.outcome not in rule.counts:
        return False
    if act_on > last_day(prior.decided_on, Term(rule.months, Unit.MONTH)):
        return False
    if rule.same is Same.ANY or prior.item == item.code:
        return True
    if rule.same is Same.ITEM:
        return False
    return prior.field == item.field if prior.field else None
