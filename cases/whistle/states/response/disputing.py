"""A department asks or objects (延期、派单异议、职责界定).

First receiver stays responsible (首接负责): an objection stops no clock unless it is upheld, and
who was called first is released when the new lead has signed.
"""

from cases.law.moves import Audience, Owner, Role, move
from cases.whistle.states.way import DEPARTMENT
from cases.whistle.states.words import CALLED, OBJECTED, RELEASED, REPLIED, SIGNED, UNDER_WAY

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
    closes=["whistle.sign"],
    cancels=["whistle.extension_answer", "whistle.time_answer"],
    opens=["whistle.rule"],
    asks=Owner.ARBITER,
    tells=[Audience.DESK, Audience.SUPERVISOR],
    basis="异议视为已签收；须有理由、条款、文件和应由谁办，人手、经费不是理由；期限不停（镇默认）",
    tone="danger",
)

COMPLETE = move(
    "complete",
    [OBJECTED],
    SIGNED,
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
    open=["ruling", "to?", "interim?", "paper", "until?"],
    sealed=["reason"],
    derives=["deadline", "was", "now"],
    answers="whistle.rule",
    tells=[Audience.OWNER, Audience.DESK],
    basis="职责界定由机构编制会同司法行政部门作出，当场明确临时承办单位（国办函〔2025〕66号）",
    tone="primary",
)

ASK_ABOVE = move(
    "ask_above",
    [SIGNED],
    OBJECTED,
    label="提请共同上级界定",
    by=[Role.SYSTEM],
    opens=["whistle.rule_above"],
    asks=Owner.COUNTY,
    tells=[Audience.SUPERVISOR, Audience.LEADER],
    basis="垂直管理单位、县级界定不了的，由共同上级界定，结果由县专班录入（镇默认）",
    counts=False,
)

RULE_ABOVE = move(
    "rule_above",
    [OBJECTED],
    SIGNED,
    label="录入上级界定",
    by=[Role.COUNTY_DESK, Role.ARBITER],
    open=["ruling", "to?", "interim?", "paper", "until?"],
    sealed=["superior", "reason"],
    derives=["deadline", "was", "now"],
    answers="whistle.rule_above",
    tells=[Audience.OWNER, Audience.DESK],
    basis="协商不成的由共同上级决定（行政处罚法第二十五条、信访工作条例第二十四条同此办法）",
    tone="primary",
)

ADMIT = move(
    "admit_objection",
    [OBJECTED],
    RELEASED,
    label="同意退哨",
    by=[Role.DESK],
    sealed=["reason"],
    answers="whistle.rule",
    tells=[Audience.OWNER],
    basis="吹哨单位与部门协商一致的，同意其退出，不再提请界定（镇默认）",
    ends=True,
)

TAKE_BACK = move(
    "take_back_objection",
    [OBJECTED],
    SIGNED,
    label="撤回异议",
    by=DEPARTMENT,
    sealed=["reason?"],
    answers="whistle.rule",
    tells=[Audience.DESK],
    basis="界定作出前部门可以撤回异议，继续承办（镇默认）",
)

RECAST = move(
    "recast",
    [CALLED, *UNDER_WAY, OBJECTED, REPLIED],
    label="调整主办、协办",
    by=[Role.SYSTEM],
    open=["capacity"],
    tells=[Audience.OWNER, Audience.DESK],
    basis="按职责界定调整；新主办签收前，原主办继续负责（首接负责，镇默认）",
)

RELEASE = move(
    "release",
    [CALLED, *UNDER_WAY, OBJECTED, REPLIED],
    RELEASED,
    label="解除",
    by=[Role.SYSTEM],
    open=["unit?"],
    tells=[Audience.OWNER],
    basis="首接负责：新的承办单位签收后，原承办单位解除（镇默认）",
    ends=True,
)

DISPUTING = (
    ASK_EXTENSION,
    GRANT_EXTENSION,
    REFUSE_EXTENSION,
    RAISE_OBJECTION,
    COMPLETE,
    RULE_ON_DUTIES,
    ASK_ABOVE,
    RULE_ABOVE,
    ADMIT,
    TAKE_BACK,
    RECAST,
    RELEASE,
)
