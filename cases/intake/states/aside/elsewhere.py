"""Beside the way with other cases and systems (并单、外部系统): merged, parted, objected to."""

from cases.intake.states.words import (
    ACCEPTED,
    ADMITTED,
    ASKED,
    ASSIGNED,
    CLOSED,
    MERGED,
    OPEN,
    RECEIVED,
    REFERRED,
    RETURNED,
    UNDECIDED,
)
from cases.law.moves import ANY, Audience, Owner, Role, move

MERGE = move(
    "merge",
    [*UNDECIDED, ASSIGNED],
    MERGED,
    label="并单",
    by=[Role.DESK],
    open=["into"],
    sealed=["reason?"],
    closes=ADMITTED,
    owner=Owner.NOBODY,
    tells=[Audience.FILER],
    basis="同一事项重复反映的并单办理，双方可见，可以撤销（国办函〔2025〕66号）",
    ends=True,
)

ABSORB = move(
    "absorb",
    OPEN,
    label="并入",
    by=[Role.SYSTEM],
    open=["child", "external_due?"],
    dates={"external.answer": "external_due"},
    basis="并入的事项随主件办理，对方系统的答复期限由主件承担",
)

UNMERGE = move(
    "unmerge",
    [MERGED],
    ACCEPTED,
    label="撤销并单",
    by=[Role.DESK],
    sealed=["reason"],
    derives=["out_of", "external_due"],
    opens=["report.assign"],
    dates={"external.answer": "external_due"},
    owner=Owner.DESK,
    tells=[Audience.FILER],
    basis="并错的撤销，回到窗口单独办理（镇默认流程）",
)

RELEASE = move(
    "release",
    [ANY],
    label="分出",
    by=[Role.SYSTEM],
    open=["child", "external_due?"],
    cancels=["external.answer"],
    dates={"external.answer": "external_due"},
    basis="并单撤销，原并入事项单独办理；对方系统的期限随之分开",
)

OBJECT_SHEET = move(
    "object_sheet",
    [RECEIVED, ACCEPTED, RETURNED],
    REFERRED,
    label="派单异议",
    by=[Role.DESK],
    open=["ground", "belongs"],
    sealed=["clauses"],
    closes=ADMITTED,
    cancels=["report.supply", *ASKED],
    opens=["report.sheet_answer"],
    owner=Owner.DESK,
    tells=[Audience.FILER],
    basis="应由职能部门办理的不得分派给基层，退回改派（国办函〔2025〕66号）；对方期限不停",
)

SHEET_TAKEN_BACK = move(
    "sheet_taken_back",
    [REFERRED],
    CLOSED,
    label="对方已收回",
    by=[Role.DESK],
    open=["receipt?"],
    derives=["closing"],
    answers="report.sheet_answer",
    closes=["external.answer"],
    owner=Owner.NOBODY,
    tells=[Audience.FILER],
    basis="派单异议成立，工单由对方改派",
    ends=True,
)

SHEET_KEPT = move(
    "sheet_kept",
    [REFERRED],
    ACCEPTED,
    label="异议未获同意",
    by=[Role.DESK],
    sealed=["reason?"],
    answers="report.sheet_answer",
    opens=["report.assign"],
    owner=Owner.DESK,
    basis="派单异议未获同意的，由本镇办理",
)

ENTER_EXTERNAL = move(
    "enter_external",
    OPEN,
    label="登记外部编号",
    by=[Role.DESK],
    open=["system", "external", "external_due?"],
    dates={"external.answer": "external_due"},
    basis="同一事项在其他系统的编号和期限登记在这里，不重复录入",
)

ELSEWHERE = (
    MERGE,
    ABSORB,
    UNMERGE,
    RELEASE,
    OBJECT_SHEET,
    SHEET_TAKEN_BACK,
    SHEET_KEPT,
    ENTER_EXTERNAL,
)
