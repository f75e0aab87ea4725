"""What a department called does (部门响应): its own obligation, with its own dates.

First receiver stays responsible (首接负责): an objection stops no clock unless it is upheld, and
who was called first is released when the new lead has signed.
"""

from cases.law.moves import NEW, Audience, Owner, Role, move
from cases.whistle.states.words import (
    CALLED,
    COPIED,
    EVALUATED,
    OBJECTED,
    RELEASED,
    REPLIED,
    REPORTED_IN,
    SIGNED,
)

DEPARTMENT = (Role.DEPT_OFFICER, Role.DEPT_LEAD, Role.DESK)
# The desk of the town records for departments without accounts (代录).
WORKING = (CALLED, SIGNED, REPORTED_IN)
UNDER_WAY = (SIGNED, REPORTED_IN)
_TERMS = ["whistle.sign", "whistle.contact", "whistle.report_in", "whistle.handle"]
WHISTLING = (Role.DESK, Role.ENTERPRISE)

CALL = move(
    "call",
    [NEW],
    CALLED,
    label="被呼叫",
    by=[Role.SYSTEM],
    open=["capacity", "meet_at?"],
    opens=_TERMS,
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
    sealed=["reason"],
    answers="whistle.time_answer",
    tells=[Audience.OWNER],
    basis="不同意改约的按原时间报到（镇默认）",
)
REPORT_IN = move(
    "report_in",
    [SIGNED],
    REPORTED_IN,
    label="报到",
    by=DEPARTMENT,
    open=["people", "metres?", "site_code?", "inspection?"],
    sealed=["place", "names?"],
    derives=["far"],
    closes=["whistle.contact", "whistle.report_in"],
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
    by=WHISTLING,
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
    closes=["whistle.contact", "whistle.report_in", "whistle.handle", "whistle.rework"],
    cancels=["whistle.extension_answer", "whistle.time_answer"],
    opens=["whistle.evaluate"],
    asks=Owner.HOLDER,
    tells=[Audience.DESK],
    basis="反馈须有四要素：受理时间、与谁沟通、解决措施、解决时限（镇默认）",
    tone="primary",
)
ASK_EXTENSION = move(
    "ask_extension",
    UNDER_WAY,
    label="申请延期",
    by=DEPARTMENT,
    open=["need", "days"],
    sealed=["reason"],
    opens=["whistle.extension_answer"],
    asks=Owner.HOLDER,
    tells=[Audience.DESK],
    basis="确需延期的到期前申请；批准前期限照常计算（镇默认）",
)
GRANT_EXTENSION = move(
    "grant_extension",
    UNDER_WAY,
    label="同意延期",
    by=[Role.DESK, Role.LEADER, Role.COUNTY_DESK],
    open=["days?"],
    sealed=["reason?"],
    derives=["deadline", "was", "now"],
    answers="whistle.extension_answer",
    tells=[Audience.OWNER],
    basis="延期次数、天数不超过该哨种的上限（镇默认）",
)
REFUSE_EXTENSION = move(
    "refuse_extension",
    UNDER_WAY,
    label="不同意延期",
    by=[Role.DESK, Role.LEADER, Role.COUNTY_DESK],
    sealed=["reason"],
    answers="whistle.extension_answer",
    tells=[Audience.OWNER],
    basis="不同意延期应说明理由（镇默认）",
)
RAISE_OBJECTION = move(
    "raise_objection",
    [CALLED, SIGNED],
    OBJECTED,
    label="派单异议(退哨)",
    by=[Role.DEPT_OFFICER, Role.DEPT_LEAD, Role.DESK],
    open=["ground", "told", "paper"],
    sealed=["clauses", "belongs"],
    derives=["late"],
    opens=["whistle.rule"],
    asks=Owner.ARBITER,
    tells=[Audience.DESK, Audience.SUPERVISOR],
    basis="异议须有理由、条款、文件和应由谁办；人手、经费、领导外出不是理由；期限不停（镇默认）",
    tone="danger",
)
COMPLETE = move(
    "complete",
    [OBJECTED],
    CALLED,
    label="补全要素",
    by=[Role.DESK],
    sealed=["reason"],
    derives=["deadline", "was", "now"],
    answers="whistle.rule",
    tells=[Audience.OWNER],
    basis="要素不全的由窗口补全，补全前的时间退还给部门（镇默认）",
)
RULE_ON_DUTIES = move(
    "rule_on_duties",
    [OBJECTED],
    SIGNED,
    label="职责界定",
    by=[Role.ARBITER, Role.COUNTY_DESK],
    open=["ruling", "to?", "interim", "paper", "until?"],
    sealed=["reason"],
    derives=["deadline", "was", "now"],
    answers="whistle.rule",
    tells=[Audience.OWNER, Audience.DESK],
    basis="职责界定由机构编制会同司法行政部门作出，当场明确临时承办单位（国办函〔2025〕66号）",
    tone="primary",
)
RELEASE = move(
    "release",
    [CALLED, SIGNED, REPORTED_IN],
    RELEASED,
    label="解除",
    by=[Role.SYSTEM],
    open=["unit?"],
    tells=[Audience.OWNER],
    basis="首接负责：新的承办单位签收后，原承办单位解除（镇默认）",
    ends=True,
)
EVALUATE = move(
    "evaluate",
    [REPLIED],
    EVALUATED,
    label="评价",
    by=WHISTLING,
    open=["on_site", "result", "satisfaction", "complaint?"],
    sealed=["reason?"],
    answers="whistle.evaluate",
    cancels=["whistle.presence"],
    tells=[Audience.OWNER],
    basis="吹哨单位评价：到场、是否解决、是否满意；部门可说明一次（镇默认）",
    ends=True,
    tone="primary",
)
EVALUATE_BY_DEFAULT = move(
    "evaluate_by_default",
    [REPLIED],
    EVALUATED,
    label="逾期未评价",
    by=[Role.SYSTEM],
    derives=["defaulted"],
    cancels=["whistle.evaluate", "whistle.presence"],
    tells=[Audience.DESK, Audience.OWNER],
    basis="评价期满未评价的自动了结，标明未评价，不计为满意（镇默认）",
    ends=True,
)
ANSWER_EVALUATION = move(
    "answer_evaluation",
    [EVALUATED],
    label="对评价的说明",
    by=DEPARTMENT,
    sealed=["reason"],
    tells=[Audience.DESK],
    basis="部门对评价可说明一次（镇默认）",
    counts=False,
)
RETURN_FOR_REWORK = move(
    "return_for_rework",
    [REPLIED],
    SIGNED,
    label="退回重办",
    by=WHISTLING,
    sealed=["reason"],
    derives=["times"],
    answers="whistle.evaluate",
    cancels=["whistle.presence"],
    opens=["whistle.rework"],
    tells=[Audience.OWNER],
    basis="没有解决的退回重办，次数计入（镇默认）",
)

RESPONSE = (
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
    ASK_EXTENSION,
    GRANT_EXTENSION,
    REFUSE_EXTENSION,
    RAISE_OBJECTION,
    COMPLETE,
    RULE_ON_DUTIES,
    RELEASE,
    EVALUATE,
    EVALUATE_BY_DEFAULT,
    ANSWER_EVALUATION,
    RETURN_FOR_REWORK,
)
