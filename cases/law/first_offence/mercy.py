"""Minor and first offences (轻微不罚、首违不罚): the two sentences of article 33(1), kept apart.

The first is mandatory on its three facts: no undertaking, order or list may be asked for. The
second is discretion, and what the local list asks belongs to it alone.
"""

from collections.abc import Iterator

from cases.law.first_offence.facts import Facts, Harm
from cases.law.first_offence.history import first
from cases.law.first_offence.items import Item, Limit, Sparing
from cases.law.first_offence.outcomes import Ground, Outcome, article
from cases.law.first_offence.periods import last_day
from cases.law.first_offence.steps import Question, Step, found, together
from cases.law.rule import Citation
from cases.law.trace import Finding

Part = tuple[Finding, tuple[str, ...]]
_FIRST_SENTENCE = article("三十三条第一款第一句")
_SECOND_SENTENCE = article("三十三条第一款第二句")


def must_not(asked: Question) -> Step:
    """Minor, corrected in time, no harm: no penalty may be given (33(1) 第一句)."""
    parts = [
        _minor(asked.facts, asked.item),
        _corrected(asked, _FIRST_SENTENCE),
        _harm(asked.facts, {Harm.NONE}, "没有造成危害后果", _FIRST_SENTENCE),
    ]
    return together(parts, Outcome.MUST_NOT_PUNISH, Ground.ART33_1_MUST)


def may_spare(asked: Question) -> Step:
    """A first offence with slight harm, corrected in time: may be spared (33(1) 第二句)."""
    facts, sparing = asked.facts, asked.item.sparing
    slight = {Harm.NONE, Harm.SLIGHT}
    parts = [
        first(facts, asked.item, asked.on),
        _harm(facts, slight, "危害后果轻微", _SECOND_SENTENCE),
        _corrected(asked, _SECOND_SENTENCE),
    ]
    if sparing is None:
        label = "列入首违不罚清单"
        parts.append((found(label, "清单未列入该事项", False, asked.item.citation), ()))
    else:
        parts += _of_list(asked, sparing)
    return together(parts, Outcome.MAY_SPARE, Ground.ART33_1_MAY)


def _of_list(asked: Question, sparing: Sparing) -> Iterator[Part]:
    facts, cites = asked.facts, Citation(sparing.listed)
    yield found("列入首违不罚清单", sparing.listed, True, cites), ()
    for limit in sparing.limits:
        yield _within(facts, limit, cites)
    if facts.exclusions is None:
        yield found("没有清单排除的情形", "未核对", None, cites, "逐项核对"), ("exclusions",)
    else:
        told = "、".join(sparing.exclusions.get(code, code) for code in facts.exclusions)
        yield found("没有清单排除的情形", told or "没有", not told, cites, "逐项核对"), ()
    if sparing.undertaking:
        yield _undertaken(facts, cites)
    if sparing.rechecked:
        yield _rechecked(asked, cites)


def _undertaken(facts: Facts, cites: Citation) -> Part:
    label = "当事人签署承诺书（清单要求）"
    if facts.undertaking_on is None:
        known = False if "undertaking_on" in facts.told else None
        shown = "未签署" if known is False else "未记录"
        missing = () if known is False else ("undertaking_on",)
        return found(label, shown, known, cites, "承诺书"), missing
    return found(label, f"{facts.undertaking_on} 签署", True, cites, "承诺书"), ()


def _rechecked(asked: Question, cites: Citation) -> Part:
    """The correction was looked at again, after its term and before the decision."""
    facts, label = asked.facts, "改正已复查（清单要求）"
    if facts.rechecked_on is None:
        return found(label, "尚未复查", None, cites, "复查记录"), ("rechecked_on",)
    seen = facts.rechecked_on
    good = (facts.corrected is None or facts.corrected.day <= seen) and seen <= asked.on
    shown = f"{seen} 复查" if good else f"{seen} 复查，早于改正或者晚于决定"
    missing = () if good else ("rechecked_on",)
    return found(label, shown, True if good else None, cites, "复查记录"), missing


def _minor(facts: Facts, item: Item) -> Part:
    """Whether the act is minor: by the item's measures, else by the officer's judgement."""
    label = "违法行为轻微"
    if not item.minor:
        shown = {True: "经办人认定轻微", False: "经办人认定不属轻微", None: "未认定"}[facts.minor]
        missing = ("severity.minor",) if facts.minor is None else ()
        return found(label, shown, facts.minor, _FIRST_SENTENCE, "情节说明"), missing
    parts = [_within(facts, limit, _FIRST_SENTENCE) for limit in item.minor]
    whole = together(parts, Outcome.MUST_NOT_PUNISH, Ground.ART33_1_MUST)
    shown = "；".join(f"{finding.condition}：{finding.value}" for finding in whole.findings)
    return found(label, shown, whole.hit, _FIRST_SENTENCE, "测量记录"), whole.missing


def _within(facts: Facts, limit: Limit, cites: Citation) -> Part:
    told = facts.severity.get(limit.measure)
    field = f"severity.{limit.measure}"
    if told is None:
        return found(limit.words, "未测量", None, cites, f"{limit.label}的测量记录"), (field,)
    value, unit = told
    if unit and unit not in (limit.unit, limit.measure):
        shown = f"{value} {unit}（单位应为 {limit.unit}）"
        return found(limit.words, shown, None, cites, f"{limit.label}的测量记录"), (field,)
    return found(limit.words, f"{value} {limit.unit}", value <= limit.most, cites), ()


def _harm(facts: Facts, able: set[Harm], label: str, cites: Citation) -> Part:
    words = {Harm.NONE: "没有危害后果", Harm.SLIGHT: "轻微", Harm.REAL: "不属轻微"}
    if facts.harm is None:
        return found(label, "未查明", None, cites, "危害后果的调查"), ("harm",)
    return found(label, words[facts.harm], facts.harm in able, cites, "危害后果的调查"), ()


def _corrected(asked: Question, cites: Citation) -> Part:
    """In time: before discovery, within the ordered term, or by oneself within the item's term."""
    facts, label, proof = asked.facts, "及时改正", "改正前后照片、复查记录"
    if facts.corrected is None:
        known = False if "corrected_on" in facts.told else None
        shown = "未改正" if known is False else "未查明"
        return found(label, shown, known, cites, proof), () if known is False else ("corrected_on",)
    done, until = facts.corrected, facts.ordered_until
    if facts.found_on and done.day < facts.found_on:
        return found(label, f"{done} 改正，早于发现", True, cites, proof), ()
    if until is not None:
        held = done.by(until)
        late = "" if held else "，逾期"
        return found(label, f"{done} 改正，责令期限至 {until}{late}", held, cites, proof), ()
    if asked.item.correction is None or facts.found_on is None:
        held = done.day <= asked.on
        return found(label, f"{done} 主动改正，未责令", held, cites, proof), ()
    last = last_day(facts.found_on, asked.item.correction)
    held = done.day <= last
    shown = f"{done} 主动改正，事项规定发现后 {asked.item.correction.words}（至 {last}）"
    return found(label, shown, held, cites, proof), ()
