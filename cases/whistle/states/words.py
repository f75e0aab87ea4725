"""The words of a whistle (吹哨报到用语): types, states, grounds and facts, as people read them.

Types and grounds follow practice.md §4.3–4.4, official words §3; codes are our own, town defaults.
"""

from enum import StrEnum

from cases.docket.states import COMMON_FACTS, OUTCOMES, SEND_BACKS
from cases.law.moves import Fact, Shape

DRAFT = "DRAFT"
AWAITING_APPROVAL = "AWAITING_APPROVAL"
BLOWN = "BLOWN"
DISPATCHED = "DISPATCHED"
RESPONDING = "RESPONDING"
AWAITING_EVALUATION = "AWAITING_EVALUATION"
CLOSED = "CLOSED"
REFUSED = "REFUSED"
WITHDRAWN = "WITHDRAWN"
SHELVED = "SHELVED"
DISCARDED = "DISCARDED"

CALLED = "CALLED"
SIGNED = "SIGNED"
REPORTED_IN = "REPORTED_IN"
REPLIED = "REPLIED"
EVALUATED = "EVALUATED"
OBJECTED = "OBJECTED"
RELEASED = "RELEASED"
COPIED = "COPIED"

UNDER_WAY = (SIGNED, REPORTED_IN)
WORKING = (CALLED, *UNDER_WAY)

STATES = {
    DRAFT: "拟稿",
    AWAITING_APPROVAL: "待批",
    BLOWN: "已吹哨",
    DISPATCHED: "已派哨",
    RESPONDING: "处置中",
    AWAITING_EVALUATION: "待评价",
    CLOSED: "办结(销哨)",
    REFUSED: "不同意吹哨",
    WITHDRAWN: "撤哨",
    SHELVED: "挂账",
    DISCARDED: "草稿作废",
    CALLED: "待签收",
    SIGNED: "已签收",
    REPORTED_IN: "已报到",
    REPLIED: "已反馈",
    EVALUATED: "已评价",
    OBJECTED: "派单异议(退哨)",
    RELEASED: "已解除",
    COPIED: "抄送",
}


class Calls(StrEnum):
    """In which capacity a department is called (主办、协办、抄送): the kind of its part."""

    LEAD = "lead"
    ASSIST = "assist"
    COPY = "copy"


OBJECTIONS = (("S0", "请求变更主办、协办"), *SEND_BACKS)

CALLS = ((Calls.LEAD.value, "主办"), (Calls.ASSIST.value, "协办"), (Calls.COPY.value, "抄送"))

TYPES = (
    ("W1", "应急哨"),
    ("W2", "民生保障哨"),
    ("W3", "工作推进哨"),
    ("W4", "攻坚克难哨"),
    ("W5", "企业哨"),
    ("W6", "联合执法哨"),
    ("W7", "部门哨"),
)

RULINGS = (
    ("keep", "维持"),
    ("reassign", "改派"),
    ("swap", "调整主协办"),
    ("joint", "指定牵头共同办理"),
    ("return", "退回吹哨单位"),
    ("raise", "提级"),
    ("channel", "引导法定途径"),
)

ON_SITE = (
    ("in_time", "按时到场"),
    ("late", "迟到"),
    ("absent", "未到场"),
    ("not_asked", "不需到场"),
)
SATISFACTIONS = (("satisfied", "满意"), ("rather", "基本满意"), ("dissatisfied", "不满意"))
COMPLAINTS = (
    ("absent", "未到场"),
    ("shirked", "推诿"),
    ("beside", "答非所问"),
    ("undone", "措施未落实"),
    ("again", "又反复"),
    ("manner", "态度"),
)
HELD = (("held", "已巩固"), ("relapsed", "已反弹"))
YES_NO = (("yes", "是"), ("no", "否"))

FACTS = COMMON_FACTS | {
    "type": Fact("哨种", Shape.CHOICE, choices=TYPES),
    "category": Fact("分类", Shape.CATEGORY),
    "report": Fact("来源事件编号", Shape.LINE, longest=40),
    "earlier": Fact("同一事项前次吹哨编号", Shape.LINE, longest=40),
    "urgent": Fact("紧急", Shape.FLAG),
    "village": Fact("村（社区）", Shape.LINE, longest=12),
    "title": Fact("标题", Shape.LINE, longest=100),
    "description": Fact("情况描述", Shape.TEXT, longest=40_000),
    "address": Fact("地点", Shape.LINE, longest=200),
    "ask": Fact("请求事项", Shape.TEXT, longest=2000, help="要求部门做什么"),
    "meet_at": Fact("报到时间", Shape.MOMENT),
    "meet_place": Fact("报到地点", Shape.LINE, longest=200),
    "lead": Fact("主办部门", Shape.UNIT),
    "assisting": Fact("协办部门", Shape.UNITS),
    "copied": Fact("抄送部门", Shape.UNITS),
    "inspection": Fact(
        "行政检查审批号", Shape.LINE, longest=80, help="检查企业的须经审批、扫码入企"
    ),
    "hides": Fact("对被反映部门不公开企业名称", Shape.FLAG),
    "unit": Fact("单位", Shape.UNIT),
    "capacity": Fact("身份", Shape.CHOICE, choices=CALLS),
    "grounds": Fact("派哨依据（文件、条款）", Shape.TEXT, longest=1000),
    "contacted": Fact("与谁沟通", Shape.LINE, longest=100),
    "people": Fact("到场人数", Shape.INTEGER),
    "names": Fact("到场人员", Shape.LINE, longest=200),
    "place": Fact("到场地点", Shape.LINE, longest=200),
    "site_code": Fact("现场码", Shape.LINE, longest=20),
    "metres": Fact("距报到地点（米）", Shape.INTEGER),
    "far": Fact("到场位置存疑", Shape.FLAG),
    "progress": Fact("进展", Shape.TEXT, longest=5000),
    "began_at": Fact("受理时间", Shape.MOMENT),
    "talked_to": Fact("与谁沟通", Shape.LINE, longest=100),
    "measures": Fact("解决措施", Shape.TEXT, longest=5000),
    "solved_by": Fact("解决时限", Shape.DATE),
    "ground": Fact("异议理由", Shape.CHOICE, choices=OBJECTIONS),
    "clauses": Fact("依据条款", Shape.TEXT, longest=1000),
    "belongs": Fact("应由谁办", Shape.LINE, longest=80),
    "told": Fact("已与吹哨单位沟通", Shape.CHOICE, choices=YES_NO),
    "ruling": Fact("职责界定结果", Shape.CHOICE, choices=RULINGS),
    "to": Fact("改由（牵头）单位", Shape.UNIT),
    "interim": Fact("临时承办单位", Shape.UNIT),
    "until": Fact("先例有效至", Shape.DATE),
    "on_site": Fact("到场情况", Shape.CHOICE, choices=ON_SITE),
    "result": Fact("是否解决", Shape.CHOICE, choices=OUTCOMES),
    "satisfaction": Fact("是否满意", Shape.CHOICE, choices=SATISFACTIONS),
    "complaint": Fact("不满意原因", Shape.CHOICE, choices=COMPLAINTS),
    "times": Fact("第几次", Shape.INTEGER),
    "held": Fact("跟踪结果", Shape.CHOICE, choices=HELD),
    "defaulted": Fact("逾期未评价", Shape.FLAG),
    "late": Fact("超过异议时限", Shape.FLAG),
    "unplaced": Fact("到场位置未核对", Shape.FLAG),
    "paused": Fact("停计的时限", Shape.LINE, longest=400),
    "superior": Fact("界定机关", Shape.LINE, longest=80, help="作出界定的共同上级"),
}
