"""The way of a report (办理主线), row by row: filed or self-handled, accepted, assigned, handled,
checked, closed.
"""

from dataclasses import replace

from cases.intake.states.words import (
    ACCEPTED,
    ASSIGNED,
    CHECKED,
    CLOSED,
    HANDLED,
    RECEIVED,
    REOPENED,
    RETURNED,
    SELF_HANDLED,
)
from cases.law.moves import NEW, Audience, Owner, Role, move

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
CHECKERS = (Role.GRID_WORKER, Role.LIAISON, Role.VILLAGE, Role.DESK)
DECIDERS = (Role.DESK, Role.LEADER)
WORDS = ("title", "description", "address")
_WHO = ["reporter?", "phone?"]
_HOW = ["source", "stream?", "category", "village?", "urgent?", "external?", "external_due?"]
_DONE = ["report.handle", "report.rework", "report.reopen"]

FILE = move(
    "file",
    [NEW],
    RECEIVED,
    label="上报",
    by=FILERS,
    open=_HOW,
    sealed=["title", "description?", "address?", *_WHO],
    opens=["report.accept"],
    dates={"external.answer": "external_due"},
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
SELF_HANDLE = move(
    "self_handle",
    [NEW],
    SELF_HANDLED,
    label="自办",
    by=[Role.GRID_WORKER, Role.LIAISON, Role.VILLAGE],
    open=["source", "category", "village?"],
    sealed=["title", "result", "description?", "address?", *_WHO],
    owner=Owner.NOBODY,
    tells=[Audience.DESK],
    basis="分类标明可自办的，当场办好即登记；由窗口按比例抽查（镇默认流程）",
    ends=True,
    tone="primary",
)
SELF_HANDLE_SAMPLED = replace(
    SELF_HANDLE,
    verb="self_handle_sampled",
    label="自办（抽中核查）",
    target=HANDLED,
    opens=("report.check",),
    owner=Owner.DESK,
    ends=False,
    basis="自办事项按比例抽查，上报人不得是唯一核查人（镇默认流程）",
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
    cancels=["report.supply"],
    opens=["report.assign"],
    owner=Owner.DESK,
    tells=[Audience.FILER],
    basis="首接负责：收到即登记，属受理范围的予以受理（镇默认流程）",
    tone="primary",
)
ASSIGN = move(
    "assign",
    [ACCEPTED, RETURNED],
    ASSIGNED,
    label="交办",
    by=DECIDERS,
    open=["unit"],
    sealed=["instruction?"],
    closes=["report.assign"],
    cancels=["report.supply", "report.shelving_answer"],
    opens=["report.sign", "report.handle"],
    owner=Owner.UNIT,
    tells=[Audience.OWNER, Audience.FILER],
    basis="部件先属主后属地，事件先属地后属主（镇默认流程）",
    tone="primary",
)
ASSIGN_AGAIN = replace(
    ASSIGN,
    verb="assign_again",
    label="交办（重新办理）",
    sources=(REOPENED,),
    opens=("report.sign", "report.reopen"),
    basis="重新办理的，按重新办理时限交办（镇默认流程）",
)
SIGN = move(
    "sign",
    [ASSIGNED],
    label="签收",
    by=HANDLERS,
    answers="report.sign",
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
    closes=["report.sign", *_DONE],
    cancels=["report.extension_answer", "report.shelving_answer"],
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
    by=CHECKERS,
    sealed=["finding?"],
    closes=["report.check"],
    opens=["report.close"],
    owner=Owner.DESK,
    tells=[Audience.DESK],
    basis="办理结果应经现场核查（镇默认流程）",
    tone="primary",
)
REWORK = move(
    "rework",
    [HANDLED],
    ASSIGNED,
    label="核查不通过，退回重办",
    by=CHECKERS,
    sealed=["finding"],
    derives=["unit", "times"],
    closes=["report.check"],
    opens=["report.rework"],
    owner=Owner.UNIT,
    tells=[Audience.OWNER, Audience.DESK],
    basis="核查不实的退回原承办单位重办，次数计入（镇默认流程）",
)
CLOSE = move(
    "close",
    [CHECKED],
    CLOSED,
    label="办结",
    by=[Role.DESK],
    open=["closing"],
    sealed=["reply?"],
    closes=["report.close", "petition.reply", "external.answer"],
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

WAY = (
    FILE,
    FILE_LETTER,
    SELF_HANDLE,
    SELF_HANDLE_SAMPLED,
    ACCEPT,
    ASSIGN,
    ASSIGN_AGAIN,
    SIGN,
    HANDLE,
    CHECK,
    REWORK,
    CLOSE,
    RECEIVE,
    ENTER_OPEN,
    ENTER_CLOSED,
)
