"""A department answers (部门应哨): called, signs, contacts, reports in on site, replies."""

from cases.law.moves import NEW, Audience, Owner, Role, move
from cases.whistle.states.way import DEPARTMENT, WHISTLING
from cases.whistle.states.words import (
    CALLED,
    COPIED,
    OBJECTED,
    REPLIED,
    REPORTED_IN,
    SIGNED,
    UNDER_WAY,
    WORKING,
)

CALL = move(
    "call",
    [NEW],
    CALLED,
    label="被呼叫",
    by=[Role.SYSTEM],
    open=["capacity", "meet_at?"],
    opens=["whistle.sign", "whistle.contact", "whistle.report_in", "whistle.handle"],
    dates={"whistle.report_in": "meet_at"},
    tells=[Audience.OWNER],
    basis="派哨即起算签收、对接、报到和办理时限（镇默认）",
)

COPY = move(
    "copy",
    [NEW],
    COPIED,
    label="抄送",
    by=[Role.SYSTEM],
    open=["capacity"],
    tells=[Audience.OWNER],
    basis="抄送部门知悉，不承担办理时限（镇默认）",
)

SIGN = move(
    "sign",
    [CALLED],
    SIGNED,
    label="签收",
    by=DEPARTMENT,
    closes=["whistle.sign"],
    tells=[Audience.DESK],
    basis="部门应在签收时限内签收（镇默认）",
    tone="primary",
)

FORWARD = move(
    "forward",
    WORKING,
    label="内部转办",
    by=[Role.DEPT_OFFICER, Role.DEPT_LEAD],
    open=["unit", "officer?"],
    sealed=["reason?"],
    owner=Owner.UNIT,
    tells=[Audience.OWNER],
    basis="部门内部转办不影响时限",
    carries=True,
)

CONTACT = move(
    "contact",
    WORKING,
    label="对接",
    by=DEPARTMENT,
    sealed=["contacted", "reason?"],
    closes=["whistle.contact"],
    tells=[Audience.DESK],
    basis="部门应在对接时限内与吹哨单位对接（镇默认）",
)

PROPOSE_TIME = move(
    "propose_time",
    [CALLED, SIGNED],
    label="改约",
    by=DEPARTMENT,
    open=["meet_at"],
    sealed=["reason"],
    opens=["whistle.time_answer"],
    asks=Owner.HOLDER,
    tells=[Audience.DESK],
    basis="报到时间可改约一次，吹哨单位同意后按新时间（镇默认）",
)

AGREE_TIME = move(
    "agree_time",
    [CALLED, SIGNED],
    label="同意改约",
    by=WHISTLING,
    filers=True,
    derives=["meet_at"],
    answers="whistle.time_answer",
    cancels=["whistle.report_in"],
    dates={"whistle.report_in": "meet_at"},
    tells=[Audience.OWNER],
    basis="报到时间可改约一次，吹哨单位同意后按新时间（镇默认）",
)

REFUSE_TIME = move(
    "refuse_time",
    [CALLED, SIGNED],
    label="不同意改约",
    by=WHISTLING,
    filers=True,
    sealed=["reason"],
    answers="whistle.time_answer",
    tells=[Audience.OWNER],
    basis="不同意改约的按原时间报到（镇默认）",
)

REPORT_IN = move(
    "report_in",
    [CALLED, SIGNED],
    REPORTED_IN,
    label="报到",
    by=DEPARTMENT,
    open=["people", "site_code?", "inspection?"],
    sealed=["place", "names?"],
    derives=["metres", "far", "unplaced"],
    closes=["whistle.sign", "whistle.contact", "whistle.report_in"],
    cancels=["whistle.time_answer"],
    opens=["whistle.presence"],
    asks=Owner.HOLDER,
    tells=[Audience.DESK],
    basis="到现场报到：地点、时间、人员，由吹哨单位确认；只有应急哨核对位置或现场码（镇默认）",
    tone="primary",
)

CONFIRM_PRESENCE = move(
    "confirm_presence",
    [REPORTED_IN, REPLIED],
    label="确认到场",
    by=(*WHISTLING, Role.DUTY),
    filers=True,
    open=["on_site"],
    sealed=["reason?"],
    answers="whistle.presence",
    tells=[Audience.OWNER],
    basis="报到由吹哨单位确认（镇默认）",
)

LOG_PROGRESS = move(
    "log_progress",
    UNDER_WAY,
    label="登记进展",
    by=DEPARTMENT,
    sealed=["progress"],
    tells=[Audience.DESK],
    basis="办理过程留痕，不改变期限",
    counts=False,
)

REPLY = move(
    "reply",
    UNDER_WAY,
    REPLIED,
    label="反馈",
    by=DEPARTMENT,
    open=["began_at", "solved_by"],
    sealed=["talked_to", "measures"],
    closes=["whistle.contact", "whistle.handle", "whistle.rework"],
    cancels=["whistle.report_in", "whistle.extension_answer", "whistle.time_answer"],
    opens=["whistle.evaluate"],
    asks=Owner.HOLDER,
    tells=[Audience.DESK],
    basis="反馈须有四要素：受理时间、与谁沟通、解决措施、解决时限（镇默认）",
    tone="primary",
)

WORK = ("whistle.sign", "whistle.contact", "whistle.report_in", "whistle.handle", "whistle.rework")
JUDGED = ("whistle.evaluate", "whistle.presence")
RULED, RULED_ABOVE = "whistle.rule", "whistle.rule_above"
_ASKED = ("whistle.extension_answer", "whistle.time_answer")
_RESTS = (*WORKING, REPLIED, OBJECTED)

PAUSE = move(
    "pause",
    _RESTS,
    label="随挂账停计",
    by=[Role.SYSTEM],
    derives=["paused"],
    cancels=[*WORK, *JUDGED, RULED, RULED_ABOVE, *_ASKED],
    tells=[Audience.OWNER],
    basis="挂账期间各项时限停止计算（镇默认）",
)

# What was stopped begins anew, each for whoever owes it; what did not run is passed over.
GO_ON = move(
    "go_on",
    _RESTS,
    label="随恢复起算",
    by=[Role.SYSTEM],
    opens=WORK,
    tells=[Audience.OWNER],
    basis="恢复办理的，停下的时限重新起算（镇默认）",
)
GO_ON_JUDGING = move(
    "go_on_judging",
    [REPLIED],
    label="评价随恢复起算",
    by=[Role.SYSTEM],
    opens=JUDGED,
    asks=Owner.HOLDER,
    basis="恢复办理的，停下的时限重新起算（镇默认）",
    counts=False,
)
GO_ON_RULING = move(
    "go_on_ruling",
    [OBJECTED],
    label="职责界定随恢复起算",
    by=[Role.SYSTEM],
    opens=[RULED],
    asks=Owner.ARBITER,
    basis="恢复办理的，停下的时限重新起算（镇默认）",
    counts=False,
)
GO_ON_ABOVE = move(
    "go_on_above",
    [OBJECTED],
    label="上级界定随恢复起算",
    by=[Role.SYSTEM],
    opens=[RULED_ABOVE],
    asks=Owner.COUNTY,
    basis="恢复办理的，停下的时限重新起算（镇默认）",
    counts=False,
)

ANSWERING = (
    PAUSE,
    GO_ON,
    GO_ON_JUDGING,
    GO_ON_RULING,
    GO_ON_ABOVE,
    CALL,
    COPY,
    SIGN,
    FORWARD,
    CONTACT,
    PROPOSE_TIME,
    AGREE_TIME,
    REFUSE_TIME,
    REPORT_IN,
    CONFIRM_PRESENCE,
    LOG_PROGRESS,
    REPLY,
)
