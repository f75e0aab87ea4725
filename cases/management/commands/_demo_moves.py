"""Playing the demonstration month (演示月): each step is a real move by a demonstration seat.

Deadlines are counted from when it happened, and nobody is told.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from cases.docket.models import Case, Event, Part
from cases.docket.operations.uploads import receive_upload
from cases.docket.slip import Slip
from cases.intake.operations import VERBS as REPORT_VERBS
from cases.intake.operations import file_report, self_handle
from cases.intake.operations.whistling import blow_for
from cases.law.moves import Refused, Role, Shape
from cases.law.rule import LawError
from cases.management.commands._demo_photos import photo
from cases.management.commands._demo_sheets import play_sheet
from cases.management.commands._demo_stage import TOWN, Stage, key_of
from cases.management.commands._demo_stories import SHEETS, Step
from cases.people.queries import Actor
from cases.whistle.operations import (
    DRAFT_VERBS,
    PART_VERBS,
    VERBS,
    blow_whistle,
    evaluate_due,
)
from cases.whistle.queries.site import site_code
from cases.whistle.states.words import FACTS

# What a department does itself; where it has no account the desk records for it (代录).
_ANSWERS: Final = frozenset(
    {
        *("sign", "forward", "contact", "propose_time", "report_in", "log_progress", "reply"),
        *("ask_extension", "raise_objection", "take_back_objection", "answer_evaluation"),
    }
)
_ABOUT: Final = frozenset({"by", "town", "photos"})  # said of a step, not to its move
# Who makes a move where the step does not say; the desk makes all others.
_SEATS: Final[Mapping[str, Role]] = {
    "file": Role.GRID_WORKER,
    "self_handle": Role.GRID_WORKER,
    "report.sign": Role.VILLAGE,
    "report.handle": Role.VILLAGE,
    "report.hand_back": Role.VILLAGE,
    "report.check": Role.GRID_WORKER,
    "report.rework": Role.GRID_WORKER,
    "approve": Role.LEADER,
    "refuse": Role.LEADER,
    "confirm": Role.LEADER,
    "shelve": Role.LEADER,
    "take_up": Role.COUNTY_DESK,
    "rule_on_duties": Role.ARBITER,
    "rule_above": Role.COUNTY_DESK,
}


def play(stage: Stage, step: Step) -> None:
    """Make one step; LawError says which step of which story was refused, and why."""
    try:
        _play(stage, step)
    except Refused as refused:
        where = f"演示月“{step.story}”第 {step.index + 1} 步（{step.verb}）"
        raise LawError(step.story, f"{where}：{refused.sentence}") from refused


def _play(stage: Stage, step: Step) -> None:
    if step.verb == "evaluate_due":
        evaluate_due(step.at, Slip(by_event=True, quiet=True))
        return
    if step.verb.startswith(SHEETS):
        play_sheet(stage, step)
        return
    subject, operation = _what(stage, step)
    actor, channel = _who(stage, step, subject)
    facts = _facts(stage, step, subject)
    proof = "值班电话记录" if channel else ""
    slip = Slip(
        key=key_of(step.story, step.index),
        digest="demo_month",
        by_event=True,
        quiet=True,
        channel=channel,
        proof=proof,
        files=_photos(stage, step, actor),
    )
    told: dict[str, Any] = {"by": actor, "at": step.at, "slip": slip} | facts
    if subject is not None:
        operation(subject, **told)
        return
    opened, _event = operation(**told)
    kept = stage.reports if opened.kind == "report" else stage.whistles
    kept[step.story] = Case.objects.get(pk=opened.pk)


def _what(stage: Stage, step: Step) -> tuple[Case | Part | None, Callable[..., Any]]:
    if step.verb in {"file", "self_handle"}:
        return None, file_report if step.verb == "file" else self_handle
    report = stage.reports.get(step.story)
    if step.verb == "blow":
        return None, _blow(report) if report else blow_whistle
    if step.verb.startswith("report."):
        return report, REPORT_VERBS[step.verb.removeprefix("report.")]
    whistle = stage.whistles[step.story]
    if step.verb in PART_VERBS and step.unit:
        parts = Part.objects.filter(case=whistle, unit=stage.unit(step.unit)).order_by("-id")
        return parts[0], PART_VERBS[step.verb]
    return whistle, (VERBS | DRAFT_VERBS)[step.verb]


def _photos(stage: Stage, step: Step, actor: Actor) -> tuple[UUID, ...]:
    seeds = [f"{step.story}:{step.index}:{n}" for n in range(int(step.facts.get("photos", 0)))]
    sent = (
        receive_upload(f"示范照片{n}.jpg", photo(seed), by=actor, at=stage.now)
        for n, seed in enumerate(seeds, 1)
    )
    return tuple(upload.pk for upload in sent)


def _blow(report: Case) -> Callable[..., Any]:
    def blow(**told: Any) -> Any:
        return blow_for(report, **told)

    return blow


def _who(stage: Stage, step: Step, subject: Case | Part | None) -> tuple[Actor, str]:
    named = "by" in step.facts
    town = str(step.facts.get("town", TOWN)) if subject is None else stage.town_of(step.story)
    if isinstance(subject, Part) and step.verb in _ANSWERS and not named:
        own = stage.seat(Role.DEPT_OFFICER, town, subject.unit_id)
        role, channel = (Role.DEPT_OFFICER, "") if own else (Role.DESK, "phone")
        return stage.actor(step.story, role, town, own.unit_id if own else None), channel
    role = Role(step.facts.get("by") or _SEATS.get(step.verb, Role.DESK))
    where = _where(stage, step, role, subject)
    return stage.actor(step.story, role, town, where), ""


def _where(stage: Stage, step: Step, role: Role, subject: Case | Part | None) -> int | None:
    # The village's own people act in their village; a report is checked by whoever filed it.
    if role not in {Role.VILLAGE, Role.GRID_WORKER}:
        return None
    if isinstance(subject, Case):
        return subject.filer_unit_id if role is Role.GRID_WORKER else _fresh(subject).unit_id
    village = str(step.facts.get("village", ""))
    return stage.units[village].pk if village in stage.units else None


def _fresh(case: Case) -> Case:
    case.refresh_from_db()
    return case


def _facts(stage: Stage, step: Step, subject: Case | Part | None) -> dict[str, Any]:
    facts = {k: v for k, v in step.facts.items() if k not in _ABOUT}
    for name, value in facts.items():
        shape = FACTS[name].shape if name in FACTS else None
        if shape is Shape.UNIT:
            facts[name] = stage.unit(str(value)).pk
        if shape is Shape.UNITS:
            facts[name] = [stage.unit(str(code)).pk for code in value]
    if "earlier" in facts:
        facts["earlier"] = str(stage.whistle(facts["earlier"]).number)
    if facts.get("site_code") == "shown":
        facts["site_code"] = site_code(stage.whistles[step.story])
    if step.verb == "reply" and isinstance(subject, Part) and "began_at" not in facts:
        signed = Event.objects.filter(part=subject, verb__in=["sign", "report_in"])
        first = signed.order_by("seq").first()
        facts["began_at"] = first.happened_at if first else step.at
    return facts
