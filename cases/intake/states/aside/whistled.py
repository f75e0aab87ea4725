"""A report for which a whistle was blown (上报事件转吹哨): it waits for the departments, and comes
back when the whistle has ended.
"""

from dataclasses import replace

from cases.intake.states.way import DECIDERS, REWORK
from cases.intake.states.words import (
    ACCEPTED,
    ADMITTED,
    ASKED,
    ASSIGNED,
    CHECKED,
    HANDLED,
    REFERRED,
    REOPENED,
    RETURNED,
    WORK,
)
from cases.law.moves import Audience, Owner, Role, move

REFER = move(
    "refer",
    [ACCEPTED, RETURNED, REOPENED, ASSIGNED],
    REFERRED,
    label="转吹哨",
    by=DECIDERS,
    closes=ADMITTED,
    cancels=["report.supply", *WORK, *ASKED],
    owner=Owner.DESK,
    tells=[Audience.FILER],
    basis="镇办不了、需要部门来办的，吹哨；时限由吹哨各环节承担（镇默认）",
)
COME_BACK = move(
    "come_back",
    [REFERRED],
    HANDLED,
    label="销哨，待核查",
    by=[Role.SYSTEM],
    opens=["report.check"],
    owner=Owner.FILER,
    tells=[Audience.OWNER, Audience.DESK],
    basis="部门办结销哨后，由上报人核查（镇默认）",
)
FALL_BACK = move(
    "fall_back",
    [REFERRED],
    ACCEPTED,
    label="未吹成，回到窗口",
    by=[Role.SYSTEM],
    opens=["report.assign"],
    owner=Owner.DESK,
    tells=[Audience.DESK],
    basis="不同意吹哨或撤哨的，由窗口另行交办或答复（镇默认）",
)
TAKEN_AGAIN = move(
    "taken_again",
    [HANDLED, CHECKED, ACCEPTED, RETURNED],
    REFERRED,
    label="反弹，再等吹哨办理",
    by=[Role.SYSTEM],
    cancels=["report.check", "report.close", "report.assign", "report.supply", *ASKED],
    owner=Owner.DESK,
    tells=[Audience.FILER, Audience.DESK],
    basis="跟踪发现反弹、原哨重办的，事件随之再等办理（镇默认）",
)
# What the departments did does not hold: the desk decides, whether to whistle again.
REWORK_WHISTLED = replace(
    REWORK,
    verb="rework_whistled",
    label="核查未通过",
    target=ACCEPTED,
    by=frozenset({*REWORK.by}),
    open=tuple(name for name in REWORK.open if name != "unit"),
    derived=REWORK.derived - {"unit"},
    optional=REWORK.optional - {"unit"},
    opens=("report.assign",),
    owner=Owner.DESK,
    basis="部门办理的经核查没有解决，回到窗口，可对同一事项再次吹哨（镇默认）",
)

WHISTLED = (REFER, COME_BACK, FALL_BACK, TAKEN_AGAIN, REWORK_WHISTLED)
