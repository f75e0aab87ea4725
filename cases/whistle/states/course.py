"""The course of a whistle once it is blown (吹哨进程): raised, shelved, evaluated, closed, looked
at again; withdrawn, or back at the desk.
"""

from dataclasses import replace

from cases.law.moves import Audience, Owner, Role, move
from cases.whistle.states.way import RUNNING
from cases.whistle.states.words import (
    AWAITING_APPROVAL,
    AWAITING_EVALUATION,
    BLOWN,
    CLOSED,
    DISPATCHED,
    RESPONDING,
    SHELVED,
    WITHDRAWN,
)

WITHDRAW = move(
    "withdraw",
    [AWAITING_APPROVAL, BLOWN, DISPATCHED, RESPONDING],
    WITHDRAWN,
    label="撤哨",
    by=[Role.DESK, Role.LEADER, Role.ENTERPRISE, Role.DUTY, Role.DEPT_LEAD],
    filers=True,
    sealed=["reason"],
    owner=Owner.NOBODY,
    tells=[Audience.FILER, Audience.OWNER, Audience.LEADER],
    basis="情况变化、不需部门来办的撤哨并告知各部门（镇默认）",
    ends=True,
    tone="danger",
)
ESCALATE = move(
    "escalate",
    [RESPONDING, AWAITING_EVALUATION],
    label="提级办理",
    by=[Role.DESK, Role.LEADER, Role.COUNTY_DESK],
    sealed=["reason"],
    opens=["whistle.raised"],
    asks=Owner.COUNTY,
    tells=[Audience.SUPERVISOR, Audience.LEADER],
    basis="县级协调不了的，连同全部材料提请上一级（镇默认）",
)
TAKE_UP = move(
    "take_up",
    [BLOWN, *RUNNING, SHELVED],
    label="县专班答复",
    by=[Role.COUNTY_DESK],
    sealed=["reason"],
    answers="whistle.raised",
    tells=[Audience.DESK],
    basis="提级事项由县专班答复如何协调（镇默认）",
    tone="primary",
)
SHELVE = move(
    "shelve",
    [RESPONDING],
    SHELVED,
    label="挂账",
    by=[Role.LEADER, Role.HEAD_OF_ORGAN],
    open=["obstacle", "next_look?"],
    sealed=["plan"],
    opens=["whistle.look_again"],
    dates={"whistle.look_again": "next_look"},
    owner=Owner.DESK,
    tells=[Audience.OWNER, Audience.FILER],
    basis="一时办不了的挂账：理由、计划、复看日期齐全，单独统计（镇默认）",
)
RESUME = move(
    "resume",
    [SHELVED],
    RESPONDING,
    label="恢复办理",
    by=[Role.DESK, Role.SYSTEM],
    sealed=["reason?"],
    closes=["whistle.look_again"],
    owner=Owner.DESK,
    tells=[Audience.OWNER],
    basis="复看日到期自动恢复，也可提前恢复（镇默认）",
    tone="primary",
)
# What comes back by itself on its day is nobody's lateness.
RESUME_DUE = replace(RESUME, closes=(), cancels=("whistle.look_again",))
ALL_EVALUATED = move(
    "all_evaluated",
    [AWAITING_EVALUATION],
    label="评价完毕",
    by=[Role.SYSTEM],
    opens=["whistle.close"],
    owner=Owner.DESK,
    tells=[Audience.DESK],
    basis="各部门评价完毕，由吹哨单位销哨",
    counts=False,
)
CLOSE = move(
    "close",
    [AWAITING_EVALUATION],
    CLOSED,
    label="办结(销哨)",
    by=[Role.DESK, Role.SYSTEM],
    sealed=["reason?"],
    answers="whistle.close",
    opens=["whistle.follow_up"],
    asks=Owner.HOLDER,
    owner=Owner.NOBODY,
    tells=[Audience.FILER, Audience.OWNER, Audience.LEADER],
    basis="经吹哨单位评价后销哨；逾期未评价的自动销哨并标明未评价，不计为满意（镇默认）",
    ends=True,
    tone="primary",
)
FOLLOW_UP = move(
    "follow_up",
    [CLOSED],
    label="跟踪问效",
    by=[Role.DESK, Role.LEADER, Role.ENTERPRISE],
    open=["held"],
    sealed=["reason?"],
    answers="whistle.follow_up",
    tells=[Audience.DESK, Audience.LEADER],
    basis="销哨后跟踪问效：已巩固或已反弹，反弹的原哨重办（镇默认）",
    filers=True,
    tone="primary",
)
REOPEN = move(
    "reopen",
    [CLOSED],
    BLOWN,
    label="反弹重办",
    by=[Role.DESK, Role.LEADER, Role.SYSTEM],
    sealed=["reason?"],
    derives=["times"],
    cancels=["whistle.follow_up"],
    opens=["whistle.dispatch"],
    owner=Owner.DESK,
    tells=[Audience.OWNER, Audience.LEADER],
    basis="跟踪发现反弹的，原哨重新办理并计次（镇默认）",
)

BACK_TO_DESK = move(
    "back_to_desk",
    RUNNING,
    BLOWN,
    label="回到窗口重新派哨",
    by=[Role.SYSTEM],
    opens=["whistle.dispatch"],
    owner=Owner.DESK,
    tells=[Audience.DESK, Audience.LEADER],
    basis="主办部门退出、没有新主办的，回到窗口重新派哨（镇默认）",
)

COURSE = (
    WITHDRAW,
    ESCALATE,
    TAKE_UP,
    SHELVE,
    RESUME,
    ALL_EVALUATED,
    CLOSE,
    FOLLOW_UP,
    REOPEN,
    BACK_TO_DESK,
)
