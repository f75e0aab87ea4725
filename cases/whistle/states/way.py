"""The way of a whistle (吹哨主线): drafted, approved, blown, dispatched, evaluated, closed.

What each department called does is in `response`.
"""


from cases.law.moves import NEW, Audience, Owner, Role, move
from cases.whistle.states.words import (
    AWAITING_APPROVAL,
    AWAITING_EVALUATION,
    BLOWN,
    CLOSED,
    DISCARDED,
    DISPATCHED,
    DRAFT,
    REFUSED,
    RESPONDING,
    SHELVED,
    WITHDRAWN,
)

BLOWERS = (
    Role.DESK,
    Role.DUTY,
    Role.LEADER,
    Role.HEAD_OF_ORGAN,
    Role.ENTERPRISE,
    Role.DEPT_LEAD,
)
# The desk of the town, at night its duty officer, records for departments without accounts (代录).
DEPARTMENT = (Role.DEPT_OFFICER, Role.DEPT_LEAD, Role.DESK, Role.DUTY)
WHISTLING = (Role.DESK, Role.ENTERPRISE)
APPROVERS = (Role.LEADER, Role.HEAD_OF_ORGAN)
RUNNING = (DISPATCHED, RESPONDING, AWAITING_EVALUATION)
ENDED = (CLOSED, REFUSED, WITHDRAWN)
WORDS = ("title", "description", "address", "ask")
_WHAT = ["type", "category?", "earlier?", "urgent?", "village?"]
_WHEN = ["lead?", "assisting?", "copied?", "meet_at?", "inspection?", "hides?"]
_SAID = ["title", "ask", "description?", "address?", "meet_place?"]

DRAW_UP = move(
    "draft",
    [NEW],
    DRAFT,
    label="拟哨",
    by=BLOWERS,
    open=[*_WHAT, *_WHEN],
    sealed=_SAID,
    derives=["report"],
    basis="镇（街道）办不了、需要部门来办的，拟哨（吹哨报到工作规则，镇默认）",
)
REVISE = move(
    "revise",
    [DRAFT],
    label="改稿",
    by=BLOWERS,
    open=[*_WHAT, *_WHEN],
    sealed=_SAID,
    basis="报批、吹哨之前由拟稿人修改（镇默认）",
    filers=True,
)
DISCARD = move(
    "discard",
    [DRAFT],
    DISCARDED,
    label="作废草稿",
    by=BLOWERS,
    owner=Owner.NOBODY,
    basis="没有报批、没有吹哨的草稿，拟稿人可以作废；没有编号",
    ends=True,
    filers=True,
    tone="danger",
)
SUBMIT = move(
    "submit",
    [DRAFT],
    AWAITING_APPROVAL,
    label="报批",
    by=BLOWERS,
    opens=["whistle.approve"],
    owner=Owner.LEADER,
    tells=[Audience.LEADER],
    basis="非应急哨须经镇领导同意；攻坚克难哨须经行政机关负责人同意（镇默认）",
    tone="primary",
)
BLOW = move(
    "blow",
    [DRAFT],
    BLOWN,
    label="吹哨",
    by=BLOWERS,
    opens=["whistle.dispatch"],
    owner=Owner.DESK,
    tells=[Audience.DESK],
    basis="应急哨、民生保障哨先吹后补；企业哨由专班分派（镇默认）",
    tone="primary",
)
ASK_CONFIRMATION = move(
    "ask_confirmation",
    [BLOWN],
    label="报请事后确认",
    by=[Role.SYSTEM],
    opens=["whistle.confirm"],
    asks=Owner.LEADER,
    tells=[Audience.LEADER],
    basis="应急哨先吹后补，由镇领导事后确认（镇默认）",
    counts=False,
)
CONFIRM = move(
    "confirm",
    [BLOWN, *RUNNING, SHELVED],
    label="事后确认",
    by=APPROVERS,
    sealed=["reason?"],
    answers="whistle.confirm",
    tells=[Audience.DESK],
    basis="应急哨先吹后补，由镇领导事后确认（镇默认）",
    tone="primary",
)
APPROVE = move(
    "approve",
    [AWAITING_APPROVAL],
    BLOWN,
    label="同意吹哨",
    by=APPROVERS,
    sealed=["reason?"],
    answers="whistle.approve",
    opens=["whistle.dispatch"],
    owner=Owner.DESK,
    tells=[Audience.DESK, Audience.FILER],
    basis="吹哨前由镇领导把关，只就难事吹哨（镇默认）",
    tone="primary",
)
REFUSE = move(
    "refuse",
    [AWAITING_APPROVAL],
    REFUSED,
    label="不同意",
    by=APPROVERS,
    sealed=["reason"],
    answers="whistle.approve",
    owner=Owner.NOBODY,
    tells=[Audience.FILER, Audience.DESK],
    basis="不同意吹哨应说明理由（镇默认）",
    ends=True,
    tone="danger",
)
DISPATCH = move(
    "dispatch",
    [BLOWN],
    DISPATCHED,
    label="派哨",
    by=[Role.DESK, Role.DUTY],
    open=["lead", "assisting?", "copied?", "meet_at?", "inspection?"],
    sealed=["grounds?", "meet_place?", "ask?"],
    closes=["whistle.dispatch"],
    owner=Owner.DESK,
    tells=[Audience.OWNER],
    basis="一个主办、若干协办；部件先属主后属地，事件先属地后属主（镇默认）",
    tone="primary",
)
CALL_DEPARTMENT = move(
    "call_department",
    [DISPATCHED, RESPONDING],
    label="加派部门",
    by=[Role.DESK, Role.DUTY],
    open=["unit", "capacity"],
    sealed=["reason?"],
    tells=[Audience.OWNER],
    basis="处置中发现需其他部门参加的加派（镇默认）",
)

WAY = (
    DRAW_UP,
    REVISE,
    DISCARD,
    SUBMIT,
    BLOW,
    ASK_CONFIRMATION,
    CONFIRM,
    APPROVE,
    REFUSE,
    DISPATCH,
    CALL_DEPARTMENT,
)
