"""Moves every kind of case knows (通用动作): a note, a recount, the end of a child, erasure."""

from cases.law.moves import ANY, Audience, Fact, Owner, Role, Shape, move

_STAFF = [r for r in Role if r not in {Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN}]

COMMON_FACTS = {
    "words": Fact("内容", Shape.TEXT, longest=2000),
    "reason": Fact("说明", Shape.TEXT, longest=2000),
    "event": Fact("第几步", Shape.INTEGER, help="时间线上标有“代录”的那一步的序号"),
    "deadline": Fact("期限", Shape.LINE),
    "was": Fact("原最后一日", Shape.DATE),
    "now": Fact("新最后一日", Shape.DATE),
    "calendar": Fact("日历版本", Shape.LINE),
    "child": Fact("子案", Shape.LINE),
    "paper": Fact("依据文件", Shape.LINE),
    "unit": Fact("承办单位", Shape.UNIT),
    "officer": Fact("经办人", Shape.OFFICER),
    "before": Fact("原经办人", Shape.OFFICER),
}

NOTE = move(
    "note",
    [ANY],
    label="备注",
    by=_STAFF,
    sealed=["words"],
    basis="办理过程留痕；备注不改变任何期限",
    counts=False,
)
CONTEST = move(
    "contest",
    [ANY],
    label="对代录提出异议",
    by=_STAFF,
    open=["event"],
    sealed=["reason"],
    tells=[Audience.DESK, Audience.SUPERVISOR],
    basis="代录内容与实际不符的，被代录的一方可以提出异议，由督查核实",
    counts=False,
)
RECOUNT = move(
    "recount",
    [ANY],
    label="期限重算",
    by=[Role.SYSTEM],
    open=["deadline", "was", "now", "calendar"],
    basis="节假日安排通知公布后，暂定期限按新日历重算，原期限留存",
    counts=False,
)
CHILD_ENDED = move(
    "child_ended",
    [ANY],
    label="子案办结",
    by=[Role.SYSTEM],
    open=["child"],
    basis="子案办结后回到来件继续办理",
    counts=False,
)
ERASE = move(
    "erase",
    [ANY],
    label="销毁",
    by=[Role.SYSTEM],
    open=["paper"],
    basis="个人信息保护法第四十七条：保存期限届满应当删除；以销毁案件密钥的方式执行",
)
HAND_OVER = move(
    "hand_over",
    [ANY],
    label="移交",
    by=[Role.SYSTEM],
    open=["unit", "officer?", "before?"],
    owner=Owner.UNIT,
    carries=True,
    basis="岗位变动时在办事项一并移交，期限不变",
)

COMMON = (NOTE, CONTEST, RECOUNT, CHILD_ENDED, ERASE, HAND_OVER)
