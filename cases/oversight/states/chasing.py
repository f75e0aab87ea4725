"""Chasing (催办): the moves every kind of matter knows besides its own.

The town chases county departments and asks the county to supervise them; the 督办单 to a department
is the county's. What is chased moves no date.
"""

from cases.law.ladders import Colour
from cases.law.moves import ANY, Audience, Fact, Role, Shape, move

STATES: dict[str, str] = {}
COLOURS = (*((each.value, each.label) for each in Colour if each.value), ("none", "预警"))
FACTS = {
    "rung": Fact("第几级", Shape.INTEGER),
    "colour": Fact("颜色", Shape.CHOICE, choices=COLOURS),
    "notice": Fact("文书", Shape.LINE, longest=40),
    "issuer": Fact("发出", Shape.LINE, longest=40),
    "heard": Fact("告知", Shape.LINE, longest=200),
    "late_by": Fact("迟发（分钟）", Shape.INTEGER),
    "term": Fact("时限", Shape.LINE, longest=60),
    "loud": Fact("不受夜间限制", Shape.FLAG),
    "sheet": Fact("督办单", Shape.LINE, longest=40),
    "now_is": Fact("督办情况", Shape.LINE, longest=40),
}
_OF_RUNG = ("colour?", "notice?", "issuer?", "heard?", "late_by?", "loud?")
# Who may chase by hand; a seat of the territory, as the rule of access says.
CHASERS = (Role.DESK, Role.SUPERVISOR, Role.LEADER, Role.HEAD_OF_ORGAN, Role.COUNTY_DESK)

CHASE = move(
    "chase",
    [ANY],
    label="催办",
    by=[Role.SYSTEM],
    open=["deadline", "term", "rung", *_OF_RUNG],
    basis="按督促阶梯逐级提醒、催办、上报；每级只发一次（镇默认）",
    counts=False,
)
URGE = move(
    "urge",
    [ANY],
    label="人工催办",
    by=CHASERS,
    sealed=["words"],
    tells=[Audience.OWNER],
    basis="督查、窗口可以随时催办；催办不改变期限（镇默认）",
    counts=False,
)
SUPERVISE = move(
    "supervise",
    [ANY],
    label="督办",
    by=[Role.SYSTEM],
    open=["sheet", "now_is", "term", "issuer?"],
    basis="提请督办、签发督办单和销单都在所督办的事项上留痕；督办不改变期限（镇默认）",
    counts=False,
)

MOVES = (CHASE, URGE, SUPERVISE)
