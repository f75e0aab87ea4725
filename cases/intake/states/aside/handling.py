"""Beside the way with whoever handles it (承办旁路): entrusted, returned, given time, shelved."""

from cases.intake.states.way import DECIDERS, HANDLERS
from cases.intake.states.words import ACCEPTED, ASKED, ASSIGNED, REOPENED, RETURNED, SHELVED, WORK
from cases.law.moves import Audience, Owner, Role, move

ENTRUST = move(
    "entrust",
    [ASSIGNED],
    label="指定经办人",
    by=[Role.VILLAGE, Role.DEPT_LEAD],
    open=["officer"],
    derives=["unit", "before"],
    owner=Owner.UNIT,
    tells=[Audience.OWNER],
    basis="承办单位内部指定经办人，期限不变（镇默认流程）",
    carries=True,
)

HAND_BACK = move(
    "hand_back",
    [ASSIGNED],
    RETURNED,
    label="退回改派",
    by=HANDLERS,
    open=["ground", "suggested?"],
    sealed=["reason"],
    derives=["unit", "hop", "late"],
    cancels=[*WORK, *ASKED],
    opens=["report.assign"],
    owner=Owner.UNIT,
    tells=[Audience.DESK, Audience.LEADER],
    basis="不属本单位的一个工作日内退回；第三次退回由镇领导指定（镇默认流程）",
    tone="danger",
)

ASK_EXTENSION = move(
    "ask_extension",
    [ASSIGNED],
    label="申请延期",
    by=HANDLERS,
    open=["need", "days"],
    sealed=["reason"],
    opens=["report.extension_answer"],
    asks=Owner.DESK,
    tells=[Audience.DESK],
    basis="确需延期的到期前申请；批准前期限照常计算（镇默认流程）",
)

GRANT_EXTENSION = move(
    "grant_extension",
    [ASSIGNED],
    label="同意延期",
    by=DECIDERS,
    open=["days?"],
    sealed=["reason?"],
    derives=["deadline", "was", "now"],
    answers="report.extension_answer",
    tells=[Audience.OWNER, Audience.PARTY],
    basis="延期次数、天数不超过上限（镇默认）",
    tone="primary",
)

REFUSE_EXTENSION = move(
    "refuse_extension",
    [ASSIGNED],
    label="不同意延期",
    by=DECIDERS,
    sealed=["reason"],
    answers="report.extension_answer",
    tells=[Audience.OWNER],
    basis="不同意延期应说明理由（镇默认流程）",
)

PROPOSE_SHELVING = move(
    "propose_shelving",
    [ACCEPTED, ASSIGNED, RETURNED, REOPENED],
    label="提请挂账",
    by=[Role.DESK, *HANDLERS],
    open=["obstacle", "next_look?"],
    sealed=["plan"],
    opens=["report.shelving_answer"],
    asks=Owner.LEADER,
    tells=[Audience.LEADER],
    basis="暂时办不了的提请上一级批准挂账；批准前期限照常计算（镇默认流程）",
)

SHELVE = move(
    "shelve",
    [ACCEPTED, ASSIGNED, RETURNED, REOPENED],
    SHELVED,
    label="同意挂账",
    by=[Role.LEADER, Role.HEAD_OF_ORGAN],
    open=["next_look?"],
    sealed=["reason?"],
    answers="report.shelving_answer",
    cancels=["report.assign", *WORK, "report.extension_answer", "report.supply"],
    opens=["report.look_again"],
    dates={"report.look_again": "next_look"},
    owner=Owner.DESK,
    tells=[Audience.FILER, Audience.PARTY, Audience.OWNER],
    basis="挂账须有理由、计划和复看日期，告知反映人，单独统计（镇默认流程）",
    tone="primary",
)

REFUSE_SHELVING = move(
    "refuse_shelving",
    [ACCEPTED, ASSIGNED, RETURNED, REOPENED],
    label="不同意挂账",
    by=[Role.LEADER, Role.HEAD_OF_ORGAN],
    sealed=["reason"],
    answers="report.shelving_answer",
    tells=[Audience.OWNER],
    basis="不同意挂账的继续办理（镇默认流程）",
)

RESUME = move(
    "resume",
    [SHELVED],
    ACCEPTED,
    label="恢复办理",
    by=[Role.DESK, Role.SYSTEM],
    sealed=["reason?"],
    closes=["report.look_again"],
    opens=["report.assign"],
    owner=Owner.DESK,
    tells=[Audience.DESK, Audience.FILER],
    basis="复看日到期自动回到窗口，也可提前恢复（镇默认流程）",
    tone="primary",
)

HANDLING = (
    ENTRUST,
    HAND_BACK,
    ASK_EXTENSION,
    GRANT_EXTENSION,
    REFUSE_EXTENSION,
    PROPOSE_SHELVING,
    SHELVE,
    REFUSE_SHELVING,
    RESUME,
)
