"""Two reports side by side (疑似重复比对): what is the same, what differs, what may be merged."""

from dataclasses import dataclass
from datetime import datetime

from cases.docket.models import Case
from cases.docket.queries import case_file
from cases.docket.queries.casefile import CaseFile
from cases.docket.queries.files import FileView, files_of
from cases.docket.queries.timeline import EventView
from cases.docket.seal import open_key, unseal_facts
from cases.intake.queries.duplicates import in_metres, metres_between, same_phone
from cases.intake.queries.likeness import ALIKE, likeness, reading
from cases.intake.states.aside.elsewhere import MERGE
from cases.people.queries import TOWN_TIME, Actor

LATEST = 4  # steps of the story that are shown


@dataclass(frozen=True)
class Side:
    """One of the two reports; `mergeable` says whether this seat may merge it into the other."""

    mark: str
    file: CaseFile
    photos: list[FileView]
    steps: list[EventView]
    earlier: int
    mergeable: bool

    @property
    def url(self) -> str:
        """Its page."""
        return f"/reports/{self.file.number}/"


@dataclass(frozen=True)
class Point:
    """One point of comparison: in words, and whether it is the same on both sides."""

    label: str
    values: tuple[str, str]
    same: bool
    words: str


@dataclass(frozen=True)
class Comparison:
    """The two reports and their points; `same_case` where both numbers are one."""

    left: Side
    right: Side
    points: list[Point]
    same_case: bool

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both, the first asked for first."""
        return self.left, self.right

    @property
    def differing(self) -> list[Point]:
        """What is not the same."""
        return [point for point in self.points if not point.same]


def comparison(actor: Actor, one: Case, other: Case, now: datetime) -> Comparison:
    """Two reports the seat may open, as it may read them."""
    left = _side("甲", actor, one, other, now)
    right = _side("乙", actor, other, one, now)
    return Comparison(left, right, _points(actor, one, other, left, right), one.pk == other.pk)


def _side(mark: str, actor: Actor, case: Case, other: Case, now: datetime) -> Side:
    file = case_file(actor, case, now)
    can = any(move.verb == MERGE.verb for move in file.moves)
    story = list(reversed(file.timeline))
    return Side(
        mark=mark,
        file=file,
        photos=[view for view in files_of(actor, case) if view.thumb_url],
        steps=story[:LATEST],
        earlier=max(len(story) - LATEST, 0),
        mergeable=can and case.pk != other.pk,
    )


def _points(actor: Actor, one: Case, other: Case, left: Side, right: Side) -> list[Point]:
    states = (left.file.state_label, right.file.state_label)
    same_state = one.state == other.state
    return [
        _classes(left, right, one.category == other.category),
        _places(one, other),
        _times(one, other),
        _texts(one, other),
        *_callers(actor, one, other),
        Point("状态", states, same_state, "同一状态" if same_state else "状态不同"),
    ]


def _classes(left: Side, right: Side, same: bool) -> Point:
    named = (_class(left), _class(right))
    return Point("分类", named, same, "同一小类" if same else "分类不同")


def _class(side: Side) -> str:
    return dict(side.file.facts).get("分类", "未分类")


def _places(one: Case, other: Case) -> Point:
    named = (_where(one), _where(other))
    apart = metres_between(one, other)
    same_village = one.village_id is not None and one.village_id == other.village_id
    if apart is not None:
        return Point("地点", named, same_village, f"相距{in_metres(apart)}")
    words = "同一村（社区）" if same_village else "地点不同，或有一件没有地点"
    return Point("地点", named, same_village, words)


def _where(case: Case) -> str:
    names = [case.village.name if case.village else "", case.grid.name if case.grid else ""]
    return " ".join(name for name in names if name) or "没有地点"


def _times(one: Case, other: Case) -> Point:
    days = abs(one.opened_at - other.opened_at).days
    words = f"相隔 {days} 天" if days else "相隔不到一天"
    return Point("发生时间", (_at(one), _at(other)), days == 0, words)


def _at(case: Case) -> str:
    return f"{case.opened_at.astimezone(TOWN_TIME):%Y-%m-%d %H:%M}"


def _texts(one: Case, other: Case) -> Point:
    said = (_words(one), _words(other))
    alike = likeness(reading(*said[0]), reading(*said[1]))
    lengths = (f"正文 {len(said[0][1])} 字", f"正文 {len(said[1][1])} 字")
    return Point("文字", lengths, alike >= ALIKE, f"文字相近 {round(alike * 100)}%")


def _words(case: Case) -> tuple[str, str]:
    words = unseal_facts(open_key(case.wrapped_key, case.key_id), case.words)
    return str(words.get("title", "")), str(words.get("description", ""))


def _callers(actor: Actor, one: Case, other: Case) -> list[Point]:
    same = same_phone(actor, one, other)
    if not same:
        return []  # another number, or none, says nothing: one matter is reported by many
    return [Point("反映电话", ("", ""), True, "同一反映电话")]
