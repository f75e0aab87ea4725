"""The supervision sheet (督办单): asked for, issued, answered, settled; a kind of its own, for one
late obligation of another case.

REQUESTED → ISSUED → ANSWERED → SETTLED. The 督办单 to a county department is the county's: a town
asks for it (提请督办), and issues its own to its bodies and villages only. A case of the variant
`county` is the county's, of `town` the town's; what is late in answering is recorded as late, what
is poor is a mark and no rung.
"""

from typing import Final

from cases.docket.kinds import Kind
from cases.docket.states import COMMON, COMMON_FACTS
from cases.law.moves import NEW, Audience, Fact, Owner, Role, Shape, move, table

REQUESTED = "REQUESTED"
ISSUED = "ISSUED"
ANSWERED = "ANSWERED"
SETTLED = "SETTLED"
DECLINED = "DECLINED"
WITHDRAWN = "WITHDRAWN"
REVOKED = "REVOKED"
STATES: Final = {
    REQUESTED: "待县决定",
    ISSUED: "待回复",
    ANSWERED: "待核",
    SETTLED: "已销单",
    DECLINED: "不予督办",
    WITHDRAWN: "已撤回提请",
    REVOKED: "已撤销",
}
COUNTY, TOWN = "county", "town"  # whose sheet it is: the variant of the case
ISSUERS: Final = {COUNTY: "县专班", TOWN: "镇党政办"}
QUALITIES = (("full", "回复完整"), ("poor", "回复敷衍、不完整"))
TOWN_SEATS: Final = frozenset({Role.DESK, Role.SUPERVISOR, Role.LEADER, Role.HEAD_OF_ORGAN})
COUNTY_SEATS: Final = frozenset({Role.COUNTY_DESK})
SEATS: Final = TOWN_SEATS | COUNTY_SEATS
# Who may answer, where it is their own unit that owes.
ANSWERERS: Final = (
    *(Role.DEPT_OFFICER, Role.DEPT_LEAD, Role.ARBITER, Role.VILLAGE, Role.DESK, Role.DUTY),
    *(Role.CENTRE_CLERK, Role.CENTRE_DIRECTOR, Role.ENFORCEMENT, Role.REVIEWER, Role.AGENT),
    Role.SUPERVISOR,
)
FACTS = COMMON_FACTS | {
    "title": Fact("事由", Shape.LINE, longest=100, help="不填的写明单位和超期的时限"),
    "demand": Fact("督办要求", Shape.TEXT, longest=2000, help="要求做什么、怎么回复"),
    "matter": Fact("所督办事项", Shape.LINE, longest=40),
    "term": Fact("超期的时限", Shape.LINE, longest=60),
    "obligation": Fact("时限标识", Shape.LINE, longest=80),
    "owes": Fact("被督办单位", Shape.UNIT),
    "unit": Fact("下一步单位", Shape.UNIT),
    "done": Fact("办理情况", Shape.TEXT, longest=5000, help="做了什么，办到哪一步"),
    "why_late": Fact("迟延原因", Shape.TEXT, longest=2000),
    "done_by": Fact("完成时间", Shape.DATE, help="已完成的填完成日期，未完成的填何时完成"),
    "reply_quality": Fact("回复质量", Shape.CHOICE, choices=QUALITIES),
    "times": Fact("第几次退回", Shape.INTEGER),
}
_WHAT = ["matter", "term", "obligation", "owes", "unit"]

REQUEST = move(
    "request",
    [NEW],
    REQUESTED,
    label="提请督办",
    by=TOWN_SEATS,
    sealed=["title?", "demand"],
    derives=_WHAT,
    opens=["sheet.decide"],
    owner=Owner.UNIT,
    tells=[Audience.OWNER],
    basis="对县级部门超期事项，镇提请县专班督办；督办单由县发出（镇默认）",
    tone="primary",
)
ISSUE = move(
    "issue",
    [NEW, REQUESTED],
    ISSUED,
    label="签发督办单",
    by=SEATS,
    sealed=["title?", "demand"],
    derives=_WHAT,
    closes=["sheet.decide"],
    opens=["sheet.reply"],
    owner=Owner.UNIT,
    tells=[Audience.OWNER, Audience.FILER, Audience.LEADER],
    basis="对县级部门的督办单由县专班签发；对镇内机构、村（社区）的由镇党政办签发（镇默认）",
    tone="primary",
)
DECLINE = move(
    "decline",
    [REQUESTED],
    DECLINED,
    label="不予督办",
    by=COUNTY_SEATS,
    sealed=["reason"],
    closes=["sheet.decide"],
    owner=Owner.NOBODY,
    tells=[Audience.FILER, Audience.SUPERVISOR],
    basis="不予督办的说明理由，告知提请单位（镇默认）",
    ends=True,
    tone="danger",
)
WITHDRAW = move(
    "withdraw",
    [REQUESTED],
    WITHDRAWN,
    label="撤回提请",
    by=TOWN_SEATS,
    sealed=["reason"],
    owner=Owner.NOBODY,
    tells=[Audience.OWNER],
    basis="情况变化、不需再督办的，提请单位在县决定之前撤回（镇默认）",
    ends=True,
    tone="danger",
)
ANSWER = move(
    "answer",
    [ISSUED],
    ANSWERED,
    label="回复",
    by=ANSWERERS,
    open=["done_by"],
    sealed=["done", "why_late"],
    derives=["unit"],
    closes=["sheet.reply"],
    opens=["sheet.check"],
    owner=Owner.UNIT,
    tells=[Audience.OWNER, Audience.FILER],
    basis="被督办单位书面回复：做了什么、为何迟延、何时完成；逾期回复的照收，记为逾期（镇默认）",
    tone="primary",
    holders=True,
)
SEND_BACK = move(
    "send_back",
    [ANSWERED],
    ISSUED,
    label="退回重报",
    by=SEATS,
    sealed=["reason"],
    derives=["unit", "times"],
    closes=["sheet.check"],
    opens=["sheet.reply"],
    owner=Owner.UNIT,
    tells=[Audience.OWNER],
    basis="回复不完整的退回重报，回复时限重新起算；退回两次仍不完整的，宜约谈会商（镇默认）",
)
SETTLE = move(
    "settle",
    [ISSUED, ANSWERED],
    SETTLED,
    label="销单",
    by=SEATS,
    open=["reply_quality?"],
    sealed=["reason?"],
    closes=["sheet.check"],
    owner=Owner.NOBODY,
    tells=[Audience.FILER, Audience.OWNER, Audience.SUPERVISOR],
    basis="回复经签发单位核对后销单；所督办事项已办结的，未回复也可销单（镇默认）",
    ends=True,
    tone="primary",
)
REVOKE = move(
    "revoke",
    [ISSUED, ANSWERED],
    REVOKED,
    label="撤销督办单",
    by=SEATS,
    sealed=["reason"],
    owner=Owner.NOBODY,
    tells=[Audience.OWNER, Audience.FILER],
    basis="督办单发错的由签发单位撤销并说明理由，编号保留（镇默认）",
    ends=True,
    tone="danger",
)
SUGGEST_TALK = move(
    "suggest_talk",
    [ISSUED],
    label="建议约谈（会商）",
    by=COUNTY_SEATS,
    sealed=["words"],
    tells=[Audience.LEADER, Audience.OWNER],
    basis="督办单逾期未复的，县专班可以建议约谈、会商；是否约谈由人决定（镇默认）",
)

_OF_COUNTY = (ISSUE, SEND_BACK, SETTLE, REVOKE)
SHEET = Kind(
    code="sheet",
    label="督办单",
    path="supervisions",
    series="S",
    table=table(
        STATES,
        FACTS,
        *(REQUEST, ISSUE, DECLINE, WITHDRAW, ANSWER, SEND_BACK, SETTLE, SUGGEST_TALK, REVOKE),
        *COMMON,
    ),
    words=("title", "demand"),
    undone=frozenset({DECLINED, WITHDRAWN, REVOKED}),
    makers={
        COUNTY: {row.verb: COUNTY_SEATS for row in _OF_COUNTY},
        TOWN: {row.verb: TOWN_SEATS for row in _OF_COUNTY}
        | {row.verb: frozenset() for row in (SUGGEST_TALK, REQUEST)},
    },
)
