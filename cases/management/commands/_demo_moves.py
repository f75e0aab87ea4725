"""Playing the demonstration month (演示月): each step is a real move by a demonstration seat.

A step done once is never done again: its key is made from the story and the step's place in it.
Deadlines are counted from when it happened, and nobody is told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid5

from cases.docket.models import Case, Event, Part
from cases.docket.slip import Slip
from cases.intake.operations import VERBS as REPORT_VERBS
from cases.intake.operations import file_report, self_handle
from cases.intake.operations.whistling import blow_for
from cases.law.moves import Refused, Role, Shape
from cases.law.rule import LawError
from cases.management.commands._demo_stories import Step
from cases.people.models import Post, Unit
from cases.people.queries import Actor, actor_for, town_day
from cases.whistle.operations import (
    DRAFT_VERBS,
    PART_VERBS,
    VERBS,
    blow_whistle,
    evaluate_due,
)
from cases.whistle.queries.site import site_code
from cases.whistle.states import WHISTLE
from cases.whistle.states.words import FACTS

_KEYS: Final = UUID("5f6f3c3e-3211-4183-8102-000000000004")
_TOWN: Final = "321183102"
_FIRST_STEPS: Final = 6  # within so many a story has blown its whistle
# What a department does itself; where it has no account the desk records for it (代录).
_ANSWERS: Final = frozenset(
    {
        *("sign", "forward", "contact", "propose_time", "report_in", "log_progress", "reply"),
        *("ask_extension", "raise_objection", "take_back_objection", "answer_evaluation"),
    }
)
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


@dataclass
class Stage:
    """The demonstration's seats and units, and the cases its stories have opened."""

    seats: list[Post]
    units: dict[str, Unit]
    reports: dict[str, Case] = field(default_factory=dict)
    whistles: dict[str, Case] = field(default_factory=dict)
    actors: dict[int, Actor] = field(default_factory=dict)

    @classmethod
    def set_up(cls) -> "Stage":
        """Whoever sits in the demonstration town, the accounts with a password first."""
        posts = Post.objects.filter(officer__demonstration=True, valid_to=None)
        seats = list(posts.select_related("officer", "unit").order_by("id"))
        return cls(seats, {unit.code: unit for unit in Unit.objects.all()})

    def unit(self, code: str) -> Unit:
        """A unit by its code, the county's or the town's prefix left out."""
        for prefix in ("", "321183-", "321183102-", _TOWN):
            if prefix + code in self.units:
                return self.units[prefix + code]
        raise LawError("unit", f"演示月里的单位“{code}”不存在。")

    def seat(self, role: Role, division: str, unit: int | None = None) -> Post | None:
        """Who sits in a role for a town: in a unit where one is named, else the first there is."""
        able = [p for p in self.seats if p.role == role and division.startswith(p.unit.division)]
        return next((p for p in able if unit in {None, p.unit_id}), None)

    def whistle(self, story: str) -> Case:
        """The whistle of a story, of one that was played long before as well."""
        if story not in self.whistles:
            keys = [key_of(story, index) for index in range(_FIRST_STEPS)]
            rows = Case.objects.filter(kind=WHISTLE.code, events__key__in=keys)
            self.whistles[story] = rows.order_by("id").distinct()[0]
        return self.whistles[story]


def key_of(story: str, index: int) -> UUID:
    """The key of one step of a story, always the same."""
    return uuid5(_KEYS, f"{story}:{index}")


def played(codes: list[str]) -> set[str]:
    """The stories that were played before."""
    keys = {key_of(code, 0): code for code in codes}
    done = Event.objects.filter(key__in=keys).values_list("key", flat=True)
    return {keys[key] for key in done}


def play(stage: Stage, step: Step) -> None:
    """Make one step; LawError says which step of which story was refused, and why."""
    try:
        _play(stage, step)
    except Refused as refused:
        where = f"演示月“{step.story}”第 {step.index + 1} 步（{step.verb}）"
        raise LawError(step.story, f"{where}：{refused.sentence}") from refused


def _play(stage: Stage, step: Step) -> None:
    if step.verb == "evaluate_due":
        evaluate_due(step.at)
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


def _blow(report: Case) -> Callable[..., Any]:
    def blow(**told: Any) -> Any:
        return blow_for(report, **told)

    return blow


def _who(stage: Stage, step: Step, subject: Case | Part | None) -> tuple[Actor, str]:
    town = str(step.facts.get("town", _TOWN))
    if isinstance(subject, Part) and step.verb in _ANSWERS and "by" not in step.facts:
        town = stage.whistles[step.story].division
        own = stage.seat(Role.DEPT_OFFICER, town, subject.unit_id)
        if own is None:
            return _actor(stage, step, Role.DESK, town, None), "phone"
        return _actor(stage, step, Role.DEPT_OFFICER, town, own.unit_id), ""
    if subject is not None:
        town = stage.whistles.get(step.story, stage.reports.get(step.story, subject)).division
    role = Role(step.facts.get("by") or _SEATS.get(step.verb, Role.DESK))
    return _actor(stage, step, role, town, _where(stage, step, role, subject)), ""


def _where(stage: Stage, step: Step, role: Role, subject: Case | Part | None) -> int | None:
    """In which unit whoever acts must sit: the village's own people act in their village."""
    if role not in {Role.VILLAGE, Role.GRID_WORKER}:
        return None
    if isinstance(subject, Case):
        return subject.filer_unit_id if role is Role.GRID_WORKER else _fresh(subject).unit_id
    village = str(step.facts.get("village", ""))
    return stage.units[village].pk if village in stage.units else None


def _fresh(case: Case) -> Case:
    case.refresh_from_db()
    return case


def _actor(stage: Stage, step: Step, role: Role, town: str, unit: int | None) -> Actor:
    post = stage.seat(role, town, unit) or stage.seat(role, town)
    if post is None:
        raise LawError(step.story, f"演示月“{step.story}”：{town} 没有“{role.label}”。")
    if post.pk not in stage.actors:
        stage.actors[post.pk] = actor_for(post.officer, post.pk, town_day(step.at))
    return stage.actors[post.pk]


def _facts(stage: Stage, step: Step, subject: Case | Part | None) -> dict[str, Any]:
    facts = {k: v for k, v in step.facts.items() if k not in {"by", "town"}}
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
