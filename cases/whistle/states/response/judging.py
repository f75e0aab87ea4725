"""The whistling unit judges (评价): satisfied or not, solved or sent back."""

from cases.law.moves import Audience, Role, move
from cases.whistle.states.way import DEPARTMENT, WHISTLING
from cases.whistle.states.words import EVALUATED, REPLIED, SIGNED

EVALUATE = move(
    "evaluate",
    [REPLIED],
    EVALUATED,
    label="评价",
    by=WHISTLING,
    filers=True,
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
    filers=True,
    sealed=["reason"],
    derives=["times"],
    answers="whistle.evaluate",
    cancels=["whistle.presence"],
    opens=["whistle.rework"],
    tells=[Audience.OWNER],
    basis="没有解决的退回重办，次数计入（镇默认）",
)

JUDGING = (
    EVALUATE,
    EVALUATE_BY_DEFAULT,
    ANSWER_EVALUATION,
    RETURN_FOR_REWORK,
)
