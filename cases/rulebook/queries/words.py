"""Rules in words (规则用语): a term, a rung, a flag as an officer writes it, and read back again.

What a page or a sheet shows is what it takes: `3 个工作日` is read like `3 working days`.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from cases.law.ladders import Colour, Kind, LadderError, Rung, When, checked
from cases.law.moves import Role
from cases.law.terms import Close, End, Start, Term, TermError, Unit

FLAGS: Final[Mapping[str, str]] = {
    "T": "先打电话再上报",
    "C": "只作线索，不作检查",
    "P": "保护当事人身份",
    "D": "可转矛盾纠纷调处",
    "B": "一般超出镇权限，先查履职清单",
    "S": "可以自办",
    "X": "不转被反映的单位",
}
STARTS: Final = (
    (Start.MOMENT.value, "自该时刻起算"),
    (Start.NEXT_DAY.value, "当日不计，次日起算"),
    (Start.NEXT_WORKING_OPENING.value, "休息日收到的，按下一工作日上班时收到"),
)
ENDS: Final = ((End.ROLL.value, "逢休息日顺延"), (End.KEEP.value, "休息日不顺延"))
CLOSES: Final = ((Close.MIDNIGHT.value, "24:00 截止"), (Close.BUSINESS.value, "下班时截止"))
COLOURS: Final = {colour.value: colour.label for colour in Colour}
TOLD: Final[Mapping[str, str]] = {
    "handler": "承办人",
    "unit_lead": "承办单位负责人",
    "reporter": "反映人",
    "party": "当事人",
} | {role.value: role.label for role in Role if role is not Role.SYSTEM}
RUNG_PARTS: Final = ("触发时间", "颜色", "文书", "出具单位", "告知", "夜间")
QUIET: Final = {True: "缓发", False: "照常"}
_SAMPLE: Final = "应如 3 个工作日、4 个工作小时、24 小时、1 个月"
_UNITS: Final = {
    "分钟": Unit.MINUTE, "小时": Unit.HOUR, "工作小时": Unit.WORKING_HOUR, "日": Unit.DAY,
    "天": Unit.DAY, "自然日": Unit.DAY, "工作日": Unit.WORKING_DAY, "月": Unit.MONTH,
    "年": Unit.YEAR,
}  # fmt: skip
_IN_WORDS: Final = re.compile(rf"([0-9]{{1,9}}) ?个? ?({'|'.join(_UNITS)})")


def read_term(text: str, citation: str = "") -> Term:
    """A term written in Chinese or as the commands write it; raises TermError (读期限)."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    found = _IN_WORDS.fullmatch(plain)
    if found:
        return Term(int(found[1]), _UNITS[found[2]], citation=citation)
    if re.fullmatch(r"[0-9]{1,9} ?[A-Za-z_ ]+", plain):
        return Term.parse(plain, citation)
    raise TermError("term", f"看不懂期限“{text.strip()[:40]}”，{_SAMPLE}。")


def start_words(term: Term) -> str:
    """From when it runs, the unit's own rule where the row says nothing (起算)."""
    own = Start.MOMENT if term.timed else Start.NEXT_DAY
    return dict(STARTS)[(term.start or own).value]


def end_words(term: Term) -> str:
    """What becomes of a last day off, and when the last day ends (届满)."""
    if term.timed:
        return "按时间届满，不顺延"
    rolls = dict(ENDS)[End.ROLL if term.rolls else End.KEEP]
    return f"{rolls}，{dict(CLOSES)[term.close.value]}"


def flag_words(flags: Iterable[str]) -> list[tuple[str, str]]:
    """Each flag of a category with its meaning (标记)."""
    return [(flag, FLAGS.get(flag, "未知标记")) for flag in flags]


def when_words(text: str) -> str:
    """When a rung comes, as a clerk says it (触发时间)."""
    when = When.parse(text)
    term = when.term.words if when.term else ""
    match when.kind:
        case Kind.AT_ONCE:
            return "立即"
        case Kind.ELAPSED:
            return f"起算后 {term}"
        case Kind.LEFT:
            least = f"，不少于 {_length(when.least)}" if when.least else ""
            return f"余下 {when.amount}%{least}"
        case Kind.BEFORE:
            return f"届满前 {when.amount} 日"
        case Kind.DUE:
            return "到期"
        case Kind.AFTER:
            return f"超期 {term}"
        case Kind.EVERY:
            return f"到期后每 {term}"
    return "由人决定"


def read_when(text: str) -> str:
    """The same, read back into the law's own writing; raises LadderError, TermError."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    fixed = {"立即": "at once", "到期": "due", "由人决定": "by hand"}
    if plain in fixed:
        return fixed[plain]
    if found := re.fullmatch(r"余下 ?([0-9]{1,2}) ?%(?:,? ?不少于 ?(.+))?", plain):
        least = f" min {read_term(found[2])}" if found[2] else ""
        return _checked(f"left {found[1]}%{least}")
    if found := re.fullmatch(r"届满前 ?([0-9]{1,4}) ?[日天]", plain):
        return f"before {found[1]} day{'' if int(found[1]) == 1 else 's'}"
    for word, law in (("起算后", "elapsed"), ("超期", "after"), ("到期后每", "every")):
        if plain.startswith(word):
            return _checked(f"{law} {read_term(plain.removeprefix(word))}")
    if re.fullmatch(r"[a-z0-9% ]+", plain.lower()):
        return _checked(plain.lower())
    raise LadderError(
        "when",
        f"看不懂触发时间“{text.strip()[:40]}”，应如 余下 20%、到期、超期 1 个工作日、"
        "届满前 3 日、起算后 10 分钟、到期后每 7 日、立即、由人决定。",
    )


def told_words(told: Iterable[str] | str) -> str:
    """Who is told, by the names of their seats (告知)."""
    codes = (told,) if isinstance(told, str) else told
    return "、".join(TOLD.get(code, code) for code in codes)


def rung_words(rung: Mapping[str, Any]) -> tuple[str, ...]:
    """One rung as the parts of its line, in the order of RUNG_PARTS."""
    return (
        when_words(str(rung["when"])),
        COLOURS.get(rung.get("colour") or "", ""),
        rung.get("paper") or "",
        rung.get("issuer") or "",
        told_words(rung.get("told") or ()),
        QUIET[bool(rung.get("quiet", False))],
    )


def rungs_text(rungs: Iterable[Mapping[str, Any]]) -> str:
    """A ladder's rungs, one a line, its parts between strokes."""
    return "\n".join(" | ".join(rung_words(rung)) for rung in rungs)


def read_rungs(text: str) -> list[dict[str, Any]]:
    """The lines read back into rungs; raises LadderError, TermError naming the line."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise LadderError("rungs", "请逐级填写，一级一行。")
    rungs = []
    for no, line in enumerate(lines, start=1):
        try:
            rungs.append({"no": no} | _rung(line))
        except (LadderError, TermError) as wrong:
            raise LadderError("rungs", f"第 {no} 级：{wrong.sentence}") from wrong
    try:
        checked([Rung.parse(rung) for rung in rungs])
    except LadderError as wrong:
        raise LadderError("rungs", wrong.sentence) from wrong
    return rungs


def _rung(line: str) -> dict[str, Any]:
    parts = [part.strip() for part in line.replace("｜", "|").split("|")]
    if len(parts) != len(RUNG_PARTS):
        raise LadderError("rungs", f"应有 {len(RUNG_PARTS)} 项：{' | '.join(RUNG_PARTS)}。")
    when, colour, paper, issuer, told, quiet = parts
    colours = {word: code for code, word in COLOURS.items()} | {"": ""}
    if colour.removesuffix("色") not in colours:
        raise LadderError("colour", f"颜色“{colour}”不对，应为 蓝、黄、红 或 无。")
    if quiet not in QUIET.values():
        raise LadderError("quiet", f"夜间“{quiet}”不对，应为 缓发 或 照常。")
    return {
        "when": read_when(when),
        "colour": colours[colour.removesuffix("色")],
        "paper": paper,
        "issuer": issuer,
        "told": _told(told),
        "quiet": quiet == QUIET[True],
    }


def _told(text: str) -> list[str]:
    codes = {label: code for code, label in TOLD.items()}
    names = [name for name in re.split(r"[、,，;；]", text) if name.strip()]
    found = [codes.get(name.strip(), name.strip()) for name in names]
    unknown = [name for name in found if name not in TOLD]
    if unknown or not found:
        which = f"“{unknown[0][:20]}”不是可告知的人" if unknown else "没有写告知谁"
        raise LadderError("told", f"{which}，应如 承办人、承办单位负责人、综合受理窗口。")
    return found


def _checked(text: str) -> str:
    When.parse(text)
    return text


def _length(least: timedelta) -> str:
    minutes = int(least.total_seconds()) // 60
    for size, word in ((1440, "日"), (60, "小时")):
        if minutes % size == 0:
            return f"{minutes // size} {word}"
    return f"{minutes} 分钟"
