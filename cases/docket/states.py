"""Moves every kind of case knows (通用动作): a note, a recount, the end of a child, erasure."""

from cases.law.moves import ANY, Audience, Fact, Owner, Role, Shape, move

_STAFF = [r for r in Role if r not in {Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN}]

# Grounds and results that several matters share (办理用语): practice in the town, town defaults.
SEND_BACKS = (
    ("S1", "非本单位法定职责"),
    ("S2", "履职清单列为镇基本履职"),
    ("S3", "履职清单列为其他单位"),
    ("S4", "管辖区域不符"),
    ("S5", "应由上级或垂管单位办理"),
    ("S6", "已立案或已有程序"),
    ("S7", "重复派单"),
    ("S8", "应走法定途径"),
    ("S9", "要素不全，无法办理"),
)
EXTENSIONS = (
    ("X1", "检测鉴定"),
    ("X2", "须上级批复"),
    ("X3", "招投标或资金程序"),
    ("X4", "施工周期"),
    ("X5", "天气、季节"),
    ("X6", "当事人原因"),
    ("X7", "多部门协同"),
)
SHELVINGS = (
    ("H1", "无现行法律政策依据"),
    ("H2", "规划、资金已列入年度安排"),
    ("H3", "诉讼、仲裁未决"),
    ("H4", "历史遗留，需专题研究"),
    ("H5", "权属不明"),
)
OUTCOMES = (
    ("solved", "已解决"),
    ("partly", "部分解决"),
    ("unsolved", "未解决"),
    ("impossible", "客观无法解决（已说明）"),
)

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
    "need": Fact("延期理由", Shape.CHOICE, choices=EXTENSIONS),
    "days": Fact("延长（工作日）", Shape.INTEGER),
    "obstacle": Fact("挂账理由", Shape.CHOICE, choices=SHELVINGS),
    "plan": Fact("后续计划", Shape.TEXT, longest=2000),
    "next_look": Fact("下次复看日期", Shape.DATE),
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
