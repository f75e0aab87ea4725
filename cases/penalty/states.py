"""What is asked before anything is said of an act (问什么): the words of the questions.

The kinds of answers are those of `law.first_offence.facts`; an empty answer is “not known yet”.
"""

from typing import Final

from cases.law.first_offence.facts import CIRCUMSTANCES, Capacity, Harm
from cases.law.first_offence.items import Subject

UNKNOWN: Final = ("", "还不清楚")
YES_NO: Final = (("yes", "是"), ("no", "否"), UNKNOWN)
SUBJECTS: Final = (
    (Subject.PERSON.value, "公民"),
    (Subject.BUSINESS.value, "个体工商户"),
    (Subject.UNIT.value, "单位"),
    UNKNOWN,
)
CAPACITIES: Final = (
    (Capacity.FULL.value, "正常"),
    (Capacity.PARTIAL.value, "部分丧失"),
    (Capacity.NONE.value, "不能辨认或者控制"),
    UNKNOWN,
)
HARMS: Final = (
    (Harm.NONE.value, "没有"),
    (Harm.SLIGHT.value, "轻微"),
    (Harm.REAL.value, "不属轻微"),
    UNKNOWN,
)
RELIEFS: Final = tuple(
    (code, f"{words}（第{number}）")
    for code, (words, number) in CIRCUMSTANCES.items()
    if code.startswith("32")
)
# What is missing, as a person is told it; measures and lists are named by their own labels.
MISSING: Final = {
    "filed_on": "立案日期",
    "crime_suspected": "是否涉嫌犯罪",
    "act_on": "违法行为日期",
    "found_on": "发现日期",
    "harm": "危害后果",
    "facts_proved": "违法事实是否查清",
    "subject.kind": "当事人是公民、个体工商户还是单位",
    "subject.age": "当事人行为时的年龄",
    "subject.capacity": "当事人的辨认、控制能力",
    "fault_disproved": "当事人能否证明没有主观过错",
    "basis": "处罚依据：规则库没有该日有效的条文，请法制人员补录",
    "severity.minor": "违法行为是否轻微（经办人认定）",
    "corrected_on": "是否已经改正",
    "priors": "本镇有没有前案",
    "priors.field": "前案所属领域",
    "look_back": "该事项的初次口径：请法制人员补录",
    "looked_up_outside": "镇外查询（公示系统、原主管部门）的日期",
    "exclusions": "有没有清单排除的情形",
    "undertaking_on": "承诺书是否签署",
    "rechecked_on": "改正是否复查",
    "circumstances": "有没有从轻、减轻情节",
    "circumstances.evidence": "从轻、减轻情节的证据",
}
