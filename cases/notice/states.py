"""Notices (通知): which events tell whom, in which words, by which channel.

One table, to be held against the town's plan. A move's own row says who is told (`tells`) and what
it asks of whom (`opens`, `asks`); here stands how that is said. What is asked of somebody goes out
by mail too; what they need only know waits for them in the app.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cases.law.labelled import Labelled


class Channel(Labelled):
    """By what a notice travels (渠道)."""

    APP = "app", "站内"
    MAIL = "mail", "邮件"
    WEBHOOK = "webhook", "接口推送"
    PAGE = "page", "告知反映人"


class State(Labelled):
    """How far a notice has come (投递状态)."""

    HELD = "held", "待上班后发"
    WAITING = "waiting", "待发"
    SENT = "sent", "已送达"
    FAILED = "failed", "待重试"
    DEAD = "dead", "未送达"
    READ = "read", "已读"


OPEN: Final = (State.HELD, State.WAITING, State.FAILED)  # still to be sent


@dataclass(frozen=True)
class Rule:
    """How one kind of event is said to one kind of recipient.

    `words` is the sentence, with {what} what is asked or was done; a case's number, its kind, the
    last day and the link stand around it. `mail`: it also leaves the house.
    """

    code: str
    label: str
    words: str
    mail: bool = True


DO = Rule("do", "待办", "请办理“{what}”")
RUNG = Rule("rung", "催办", "{paper}：请尽快办理“{what}”")
RUNG_HEARD = Rule("heard", "催办告知", "{paper}：“{what}”尚未办理，请督促")
URGED = Rule("urged", "人工催办", "有人催办，请尽快办理")
INSTRUCTED = Rule("instructed", "批示", "领导有批示，请打开查看")
DISPUTED = Rule("disputed", "代录异议", "对代录有异议，请核实")
MOVED = Rule("moved", "期限变动", "“{what}”的期限已重算", mail=False)
TOLD = Rule("told", "进展", "已办理：{what}", mail=False)

RULES: Final = {
    rule.code: rule
    for rule in (DO, RUNG, RUNG_HEARD, URGED, INSTRUCTED, DISPUTED, MOVED, TOLD)
}
# Verbs that say more than that something was done; every other one is told as progress.
BY_VERB: Final = {"urge": URGED, "instruct": INSTRUCTED, "contest": DISPUTED}
CHASE: Final = "chase"  # the event of a rung (cases.oversight.states)
RECOUNT: Final = "recount"
# Verbs of a dry run of the record's own: nobody is told.
SILENT: Final = frozenset({"erase", "child_ended", "note"})

# Seconds before the next try of a mail or a push: 1, 5, 30 minutes, 2, 6 hours; then it is dead.
BACK_OFF: Final = (60, 300, 1800, 7200, 21600)


@dataclass(frozen=True)
class ForReporter:
    """What whoever reported is told of an event, in plain words and without internal names.

    `says` names the sealed fact that was written for them: the reply, the right place to go.
    `until` names the open fact, or the term, whose date is promised.
    """

    words: str
    says: str = ""
    until: str = ""


# Kind, verb → what the reporter is told: accepted, why it takes longer, done, not ours, where to.
FOR_REPORTER: Final = {
    ("report", "accept"): ForReporter("您反映的事已受理，会有人办理。"),
    ("report", "assign"): ForReporter("您反映的事已交承办单位办理。", until="report.handle"),
    ("report", "assign_again"): ForReporter(
        "您反映的事已重新交办。", until="report.reopen"
    ),
    ("report", "grant_extension"): ForReporter(
        "您反映的事需要更多时间办理，办理期限已延长。", until="now"
    ),
    ("report", "shelve"): ForReporter(
        "您反映的事一时办不了，已列入台账，到期会再办，不会不了了之。",
        until="report.look_again",
    ),
    ("report", "resume"): ForReporter("您反映的事已恢复办理。"),
    ("report", "not_accept"): ForReporter("您反映的事不属于这里受理。", says="told"),
    ("report", "transfer"): ForReporter("您反映的事已转送有权处理的机关。"),
    ("report", "answer_directly"): ForReporter("您反映的事已答复。", says="reply"),
    ("report", "close"): ForReporter("您反映的事已办结。", says="reply"),
    ("report", "reopen"): ForReporter("您反映的事已重新办理。"),
}


def words_of(rule: str, what: str, paper: str = "") -> str:
    """The sentence of a notice; a rule that is no longer in the table says what was asked."""
    known = RULES.get(rule)
    return known.words.format(what=what, paper=paper or "催办") if known else what


def strongest(codes: Iterable[str]) -> str:
    """Of several rules that tell one person of one event, the one that asks most of them."""
    order = list(RULES)
    return min(codes, key=order.index)
