"""A report's states and moves (上报事件办理流程), to be held against the town's plan row by row.

一站式接收: RECEIVED → ACCEPTED → ASSIGNED → HANDLED → CHECKED → CLOSED. Signing leaves a report
ASSIGNED; `enter_open` and `enter_closed` are the moves of the import alone.
"""

from dataclasses import replace
from enum import StrEnum

from cases.docket.kinds import Kind
from cases.docket.states import COMMON, COMMON_FACTS
from cases.law.moves import NEW, Audience, Fact, Owner, Role, Shape, move, table

RECEIVED = "RECEIVED"
ACCEPTED = "ACCEPTED"
ASSIGNED = "ASSIGNED"
HANDLED = "HANDLED"
CHECKED = "CHECKED"
CLOSED = "CLOSED"

STATES = {
    RECEIVED: "待受理",
    ACCEPTED: "已受理",
    ASSIGNED: "已交办(办理中)",
    HANDLED: "待核查",
    CHECKED: "已核查",
    CLOSED: "已办结",
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

# How a matter ended (办结方式): codes of our own, town default.
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

FACTS = COMMON_FACTS | {
    "source": Fact("来源", Shape.CHOICE, choices=SOURCES),
    "category": Fact("分类", Shape.CATEGORY),
    "external": Fact("外部编号", Shape.LINE, longest=80, help="对方系统的编号，如 12345 工单号"),
    "external_due": Fact("对方要求答复时间", Shape.MOMENT),
    "village": Fact("村（社区）", longest=12, help="没有定位时选择"),
    "title": Fact("标题", Shape.LINE, longest=100),
    "description": Fact("情况描述", Shape.TEXT, longest=40_000),
    "address": Fact("地址", Shape.LINE, longest=200),
    "urgent": Fact("紧急", Shape.FLAG),
    "accepted_at": Fact("受理时间（法定）", Shape.MOMENT),
    "reporter": Fact("反映人", Shape.LINE, longest=60),
    "phone": Fact("联系电话", Shape.LINE, longest=20),
    "unit": Fact("承办单位", Shape.UNIT),
    "instruction": Fact("交办要求", Shape.TEXT, longest=1000),
    "result": Fact("办理结果", Shape.TEXT, longest=5000),
    "finding": Fact("核查情况", Shape.TEXT, longest=2000),
    "closing": Fact("办结方式", Shape.CHOICE, choices=CLOSINGS),
    "reply": Fact("答复内容", Shape.TEXT, longest=40_000),
}

FILERS = (
    Role.GRID_WORKER,
    Role.LIAISON,
    Role.VILLAGE,
    Role.DESK,
    Role.DUTY,
    Role.LEADER,
    Role.HEAD_OF_ORGAN,
    Role.DEPT_OFFICER,
    Role.AGENT,
    Role.ENTERPRISE,
)
HANDLERS = (Role.VILLAGE, Role.DEPT_OFFICER, Role.DEPT_LEAD)
WORDS = ("title", "description", "address")
_WHO = ["reporter?", "phone?"]

FILE = move(
    "file",
    [NEW],
    RECEIVED,
    label="上报",
    by=FILERS,
    open=["source", "category", "village?", "urgent?", "external?", "external_due?"],
    sealed=["title", "description?", "address?", *_WHO],
    opens=["report.accept"],
    owner=Owner.DESK,
    tells=[Audience.DESK],
    basis="一站式接收：网格员、村（社区）、窗口均可登记（镇默认流程）",
    tone="primary",
)
FILE_LETTER = replace(
    FILE,
    verb="file_letter",
    label="登记来信来访",
    opens=("letter.accept",),
    basis="来信来访休息日收到的，按下一工作日上班时收到（镇默认）；星期六开窗不使当日成为工作日",
)
ACCEPT = move(
    "accept",
    [RECEIVED],
    ACCEPTED,
    label="受理",
    by=[Role.DESK],
    open=["category?"],
    derives=["accepted_at"],
    closes=["report.accept", "letter.accept"],
    opens=["report.assign"],
    tells=[Audience.FILER],
    basis="首接负责：收到即登记，属受理范围的予以受理（镇默认流程）",
    tone="primary",
)
ASSIGN = move(
    "assign",
    [ACCEPTED],
    ASSIGNED,
    label="交办",
    by=[Role.DESK],
    open=["unit"],
    sealed=["instruction?"],
    closes=["report.assign"],
    opens=["report.sign", "report.handle"],
    owner=Owner.UNIT,
    tells=[Audience.OWNER, Audience.FILER],
    basis="部件先属主后属地，事件先属地后属主（镇默认流程）",
    tone="primary",
)
SIGN = move(
    "sign",
    [ASSIGNED],
    label="签收",
    by=HANDLERS,
    closes=["report.sign"],
    basis="承办单位应在签收时限内签收（镇默认流程）",
    tone="primary",
)
HANDLE = move(
    "handle",
    [ASSIGNED],
    HANDLED,
    label="报办理结果",
    by=HANDLERS,
    sealed=["result"],
    closes=["report.sign", "report.handle"],
    opens=["report.check"],
    owner=Owner.FILER,
    tells=[Audience.FILER, Audience.DESK],
    basis="办理完毕报结果，由上报人或窗口核查（镇默认流程）",
    tone="primary",
)
CHECK = move(
    "check",
    [HANDLED],
    CHECKED,
    label="核查通过",
    by=[Role.GRID_WORKER, Role.LIAISON, Role.VILLAGE, Role.DESK],
    sealed=["finding?"],
    closes=["report.check"],
    opens=["report.close"],
    owner=Owner.DESK,
    tells=[Audience.DESK],
    basis="办理结果应经现场核查（镇默认流程）",
    tone="primary",
)
CLOSE = move(
    "close",
    [CHECKED],
    CLOSED,
    label="办结",
    by=[Role.DESK],
    open=["closing"],
    sealed=["reply?"],
    closes=["report.close", "petition.reply"],
    owner=Owner.NOBODY,
    tells=[Audience.FILER, Audience.PARTY],
    basis="核查通过后办结并告知反映人（镇默认流程）",
    ends=True,
    tone="primary",
)
RECEIVE = move(
    "receive",
    [NEW],
    RECEIVED,
    label="来信收到",
    by=[Role.SYSTEM],
    open=["source", "external"],
    sealed=["title", "description?", "reporter?"],
    opens=["petition.reply"],
    owner=Owner.DESK,
    basis="历史来信导入：收到时间为留言时间",
)
ENTER_OPEN = move(
    "enter_open",
    [RECEIVED],
    ACCEPTED,
    label="导入在办",
    by=[Role.SYSTEM],
    owner=Owner.DESK,
    basis="历史来信导入：尚未答复，由窗口继续办理",
)
ENTER_CLOSED = move(
    "enter_closed",
    [RECEIVED],
    CLOSED,
    label="导入办结",
    by=[Role.SYSTEM],
    sealed=["reply"],
    closes=["petition.reply"],
    owner=Owner.NOBODY,
    basis="历史来信导入：答复时间为对方系统所记",
    ends=True,
)

REPORT = Kind(
    code="report",
    label="上报事件",
    path="reports",
    series="R",
    table=table(
        STATES,
        FACTS,
        FILE,
        FILE_LETTER,
        ACCEPT,
        ASSIGN,
        SIGN,
        HANDLE,
        CHECK,
        CLOSE,
        RECEIVE,
        ENTER_OPEN,
        ENTER_CLOSED,
        *COMMON,
    ),
    words=WORDS,
)
