"""Beside the way at the desk (窗口旁路): refused, asked back, corrected, passed on, reopened."""

from cases.intake.states.way import CHECKERS, DECIDERS, FILERS
from cases.intake.states.words import (
    ACCEPTED,
    ADMITTED,
    ASSIGNED,
    CLOSED,
    ENDED,
    NOT_ACCEPTED,
    OPEN,
    RECEIVED,
    REOPENED,
    UNDECIDED,
)
from cases.law.moves import Audience, Owner, Role, move

NOT_ACCEPT = move(
    "not_accept",
    [RECEIVED],
    NOT_ACCEPTED,
    label="不予受理",
    by=[Role.DESK],
    open=["refusal"],
    sealed=["told"],
    closes=["report.accept", "letter.accept", "petition.reply", "external.answer"],
    owner=Owner.NOBODY,
    tells=[Audience.FILER, Audience.PARTY],
    basis="不予受理的应说明理由，并告知合法渠道（信访工作条例第二十二条；镇默认流程）",
    ends=True,
)

ASK_MORE = move(
    "ask_more",
    UNDECIDED,
    label="要求补充",
    by=[Role.DESK],
    sealed=["asked"],
    opens=["report.supply"],
    owner=Owner.FILER,
    tells=[Audience.FILER],
    basis="要素不全的请上报人补充；窗口的时限不停（镇默认流程）",
)

SUPPLY = move(
    "supply",
    UNDECIDED,
    label="补充情况",
    by=FILERS,
    sealed=["supplied"],
    answers="report.supply",
    owner=Owner.DESK,
    tells=[Audience.DESK],
    basis="上报人补充后回到窗口（镇默认流程）",
    tone="primary",
)

CORRECT = move(
    "correct",
    [*UNDECIDED, ASSIGNED],
    label="更正分类地点",
    by=[Role.DESK],
    open=["category?", "village?", "urgency?", "stream?"],
    sealed=["title?", "description?", "address?", "reason?"],
    tells=[Audience.FILER],
    basis="登记有误的由窗口更正，原内容留痕（镇默认流程）",
)

CONTACT = move(
    "contact",
    OPEN,
    label="联系记录",
    by=[*CHECKERS, Role.DEPT_OFFICER, Role.DEPT_LEAD],
    open=["reached"],
    sealed=["reason?"],
    basis="联系反映人留痕；三次不同时段联系不上方可作要素不全处理（镇默认）",
    counts=False,
)

INSTRUCT = move(
    "instruct",
    OPEN,
    label="批示",
    by=[Role.LEADER, Role.HEAD_OF_ORGAN],
    sealed=["words"],
    tells=[Audience.OWNER, Audience.DESK],
    basis="领导批示留痕，不改变期限（镇默认流程）",
    counts=False,
)

DISCLOSE = move(
    "disclose",
    [ASSIGNED],
    label="向承办单位告知反映人",
    by=[Role.DESK],
    sealed=["reason"],
    tells=[Audience.OWNER],
    basis="办理确有需要的方可告知；举报人、检举控告人不得告知（信访工作条例第三十条）",
)

ANSWER_DIRECTLY = move(
    "answer_directly",
    [ACCEPTED, REOPENED],
    CLOSED,
    label="直接答复",
    by=[Role.DESK],
    open=["closing"],
    sealed=["reply"],
    closes=["report.assign", "petition.reply", "external.answer"],
    owner=Owner.NOBODY,
    tells=[Audience.FILER, Audience.PARTY],
    basis="咨询、建议等可由窗口直接答复的，答复后办结（镇默认流程）",
    ends=True,
)

TRANSFER = move(
    "transfer",
    UNDECIDED,
    CLOSED,
    label="移送",
    by=[Role.DESK],
    open=["body", "receipt?"],
    sealed=["reason"],
    derives=["closing"],
    closes=[*ADMITTED, "petition.reply", "external.answer"],
    owner=Owner.NOBODY,
    tells=[Audience.FILER, Audience.PARTY],
    basis="检举控告移送纪检监察机关，不得转给被检举控告的人或单位（信访工作条例第二十二条）",
    ends=True,
)

REOPEN = move(
    "reopen",
    ENDED,
    REOPENED,
    label="重新办理",
    by=DECIDERS,
    open=["again"],
    sealed=["reason"],
    derives=["times"],
    opens=["report.assign"],
    owner=Owner.DESK,
    tells=[Audience.FILER, Audience.OWNER],
    basis="反映人不认可或问题又出现的重新办理，次数有上限（镇默认流程）",
)

CALL_BACK = move(
    "call_back",
    ENDED,
    label="回访",
    by=CHECKERS,
    open=["outcome", "satisfaction"],
    sealed=["reason?"],
    tells=[Audience.DESK],
    basis="办结后回访反映人：是否解决、是否满意（镇默认流程）",
    counts=False,
)

DESK = (
    NOT_ACCEPT,
    ASK_MORE,
    SUPPLY,
    CORRECT,
    CONTACT,
    INSTRUCT,
    DISCLOSE,
    ANSWER_DIRECTLY,
    TRANSFER,
    REOPEN,
    CALL_BACK,
)
