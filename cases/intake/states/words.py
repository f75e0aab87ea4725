"""The words of a report (上报事件用语): states, sources, grounds and facts, as people read them.

Grounds and reasons follow practice.md §4.4; codes are our own, town defaults.
"""

from enum import StrEnum

from cases.docket.states import COMMON_FACTS, OUTCOMES, SEND_BACKS
from cases.law.moves import Fact, Shape

RECEIVED = "RECEIVED"
ACCEPTED = "ACCEPTED"
ASSIGNED = "ASSIGNED"
HANDLED = "HANDLED"
CHECKED = "CHECKED"
CLOSED = "CLOSED"
SELF_HANDLED = "SELF_HANDLED"
NOT_ACCEPTED = "NOT_ACCEPTED"
RETURNED = "RETURNED"
REFERRED = "REFERRED"
MERGED = "MERGED"
SHELVED = "SHELVED"
REOPENED = "REOPENED"

UNDECIDED = (RECEIVED, ACCEPTED, RETURNED, REOPENED)  # it lies with the desk
OPEN = (*UNDECIDED, ASSIGNED, HANDLED, CHECKED, REFERRED, SHELVED)
ENDED = (CLOSED, SELF_HANDLED, NOT_ACCEPTED)
# Terms that end together: of admission, of the work itself, of what was asked about it.
ADMITTED = ("report.accept", "letter.accept", "report.assign")
WORK = ("report.sign", "report.handle", "report.rework", "report.reopen")
ASKED = ("report.extension_answer", "report.shelving_answer")

STATES = {
    RECEIVED: "待受理",
    ACCEPTED: "已受理",
    ASSIGNED: "已交办(办理中)",
    HANDLED: "待核查",
    CHECKED: "已核查",
    CLOSED: "已办结",
    SELF_HANDLED: "自办",
    NOT_ACCEPTED: "不予受理",
    RETURNED: "退回改派",
    REFERRED: "已流转",
    MERGED: "并单",
    SHELVED: "挂账",
    REOPENED: "重新办理",
}


class Source(StrEnum):
    """How a report reached the window (来源)."""

    PATROL = "patrol"
    LIAISON = "liaison"
    RESIDENT = "resident"
    ENTERPRISE = "enterprise"
    HOTLINE = "hotline"
    VISIT = "visit"
    INSTRUCTION = "instruction"
    HIGHER = "higher"
    DEPUTIES = "deputies"
    OPINION = "opinion"
    BODY = "body"
    LETTER = "letter"


SOURCES = (
    (Source.PATROL.value, "网格巡查"),
    (Source.LIAISON.value, "微网格联络"),
    (Source.RESIDENT.value, "群众反映"),
    (Source.ENTERPRISE.value, "企业反映"),
    (Source.HOTLINE.value, "12345 工单"),
    (Source.VISIT.value, "走访（三问三送）"),
    (Source.INSTRUCTION.value, "领导批示"),
    (Source.HIGHER.value, "上级交办"),
    (Source.DEPUTIES.value, "人大建议、政协提案"),
    (Source.OPINION.value, "舆情"),
    (Source.BODY.value, "其他单位转来"),
    (Source.LETTER.value, "来信留言"),
)


class Stream(StrEnum):
    """Which way the law sends a report (办理渠道), told apart at the door."""

    ORDINARY = "ordinary"
    INFORMER = "informer"  # 举报: the reporter is hidden from whoever handles it
    DISCIPLINE = "discipline"  # 检举控告: to 纪检监察, never to the accused or their unit
    PETITION = "petition"  # 信访事项: its own system and clocks


STREAMS = (
    (Stream.ORDINARY.value, "一般事项"),
    (Stream.INFORMER.value, "举报（反映人对承办单位保密）"),
    (Stream.DISCIPLINE.value, "检举控告（移送纪检监察）"),
    (Stream.PETITION.value, "信访事项（同时录入信访系统）"),
)

SYSTEMS = (
    ("hotline", "12345 工单"),
    ("city", "数字城管"),
    ("letters", "信访信息系统"),
    ("court", "法院调解平台"),
    ("enforcement", "行政执法平台"),
    ("province", "省网格平台"),
    ("other", "其他系统"),
)

# How a matter ended (办结方式).
CLOSINGS = (
    ("C1", "已解决"),
    ("C2", "部分解决并说明"),
    ("C3", "已解释（无政策依据）"),
    ("C4", "已导入法定途径"),
    ("C5", "已移送主管部门"),
    ("C6", "当事人撤回或自行和解"),
    ("C7", "核查不存在"),
    ("C9", "联系不上"),
)

REFUSALS = (
    ("N1", "紧急事项，应拨打 110、119、120、122"),
    ("N2", "已进入或应进入诉讼、仲裁、复议、信息公开、监察程序"),
    ("N3", "信访机关已受理"),
    ("N4", "正在办理或已办结，没有新事实"),
    ("N5", "涉及国家秘密、商业秘密、个人隐私"),
    ("N6", "超出政府职责，应通过市场或社会渠道解决"),
    ("N7", "违反法律或公序良俗"),
    ("N8", "不在本辖区"),
    ("N9", "要素不全且联系不上"),
)

REOPENINGS = (
    ("R1", "反映人不认可"),
    ("R2", "问题又出现"),
    ("R3", "核查不实"),
    ("R4", "出现新事实"),
)

BODIES = (
    ("discipline", "纪检监察机关"),
    ("letters", "信访部门"),
    ("police", "公安机关"),
    ("court", "法院、仲裁机构"),
    ("department", "行业主管部门"),
    ("other", "其他"),
)

SATISFACTIONS = (
    ("satisfied", "满意"),
    ("rather", "基本满意"),
    ("dissatisfied", "不满意"),
    ("unrated", "未评价"),
)

URGENCY = (("ordinary", "一般"), ("urgent", "紧急"))
REACHED = (("yes", "已联系上"), ("no", "未联系上"))

FACTS = COMMON_FACTS | {
    "source": Fact("来源", Shape.CHOICE, choices=SOURCES),
    "stream": Fact("办理渠道", Shape.CHOICE, choices=STREAMS),
    "category": Fact("分类", Shape.CATEGORY),
    "external": Fact("外部编号", Shape.LINE, longest=80, help="对方系统的编号，如 12345 工单号"),
    "external_due": Fact("对方要求答复时间", Shape.MOMENT),
    "system": Fact("外部系统", Shape.CHOICE, choices=SYSTEMS),
    "village": Fact("村（社区）", Shape.LINE, longest=12, help="没有定位时选择"),
    "title": Fact("标题", Shape.LINE, longest=100),
    "description": Fact("情况描述", Shape.TEXT, longest=40_000),
    "address": Fact("地址", Shape.LINE, longest=200),
    "urgent": Fact("紧急", Shape.FLAG),
    "urgency": Fact("紧急程度", Shape.CHOICE, choices=URGENCY),
    "accepted_at": Fact("受理时间（法定）", Shape.MOMENT),
    "reporter": Fact("反映人", Shape.LINE, longest=60),
    "phone": Fact("联系电话", Shape.LINE, longest=20),
    "instruction": Fact("交办要求", Shape.TEXT, longest=1000),
    "result": Fact("办理结果", Shape.TEXT, longest=5000),
    "finding": Fact("核查情况", Shape.TEXT, longest=2000),
    "closing": Fact("办结方式", Shape.CHOICE, choices=CLOSINGS),
    "reply": Fact("答复内容", Shape.TEXT, longest=40_000),
    "refusal": Fact("不予受理理由", Shape.CHOICE, choices=REFUSALS),
    "told": Fact("已告知的渠道", Shape.TEXT, longest=500, help="告诉反映人该找谁、电话、怎么办"),
    "asked": Fact("需要补充什么", Shape.TEXT, longest=1000),
    "supplied": Fact("补充的情况", Shape.TEXT, longest=5000),
    "reached": Fact("联系结果", Shape.CHOICE, choices=REACHED),
    "ground": Fact("退回理由", Shape.CHOICE, choices=SEND_BACKS),
    "suggested": Fact("建议承办单位", Shape.UNIT),
    "hop": Fact("第几次退回", Shape.INTEGER),
    "late": Fact("超过退回时限", Shape.FLAG),
    "again": Fact("重新办理理由", Shape.CHOICE, choices=REOPENINGS),
    "times": Fact("第几次", Shape.INTEGER),
    "into": Fact("并入编号", Shape.LINE, longest=40),
    "out_of": Fact("原并入编号", Shape.LINE, longest=40),
    "body": Fact("移送到", Shape.CHOICE, choices=BODIES),
    "receipt": Fact("移送回执号", Shape.LINE, longest=80),
    "belongs": Fact("应由谁办", Shape.LINE, longest=80),
    "clauses": Fact("依据（条款、文件）", Shape.TEXT, longest=1000),
    "outcome": Fact("是否解决", Shape.CHOICE, choices=OUTCOMES),
    "satisfaction": Fact("是否满意", Shape.CHOICE, choices=SATISFACTIONS),
}
