"""Rulings on duties that guide a dispatch (职责界定先例): those in force for a class, the newest
first, each with its end date.

The county rules for all its towns, so a ruling made for one of them guides the others.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, Q, Subquery

from cases.docket.models import Part
from cases.people.directory import Directory
from cases.whistle.models import Precedent
from cases.whistle.states import WHISTLE
from cases.whistle.states.words import RULINGS, Calls

COUNTY = 6  # digits of a county's code
SHOWN = 10
_LABELS = dict(RULINGS)


@dataclass(frozen=True)
class Guide:
    """A ruling in force: who objected, what was ruled, whom it names, until when."""

    number: str
    ruling: str
    objector: int
    objector_name: str
    unit: int
    unit_name: str
    capacity: str
    paper: str
    ruled_on: date
    last_day: date | None
    newest: bool  # no later ruling on the same objector

    @property
    def url(self) -> str:
        """Where its whistle is."""
        return f"/{WHISTLE.path}/{self.number}/"

    @property
    def ruling_label(self) -> str:
        """The result in words."""
        return _LABELS.get(self.ruling, self.ruling)

    @property
    def until(self) -> str:
        """Until when it holds."""
        if self.last_day is None:
            return "未设终止日期"
        return f"有效至 {self.last_day.isoformat()}"

    @property
    def words(self) -> str:
        """What it means for the next dispatch, in a sentence."""
        who, to = self.objector_name, self.unit_name
        told = {
            "keep": f"{who}曾提异议，职责界定维持由其承办",
            "reassign": f"{who}曾提异议，职责界定改派{to}",
            "swap": f"{who}曾提异议，职责界定调整为{to}主办、{who}协办",
            "joint": f"{who}曾提异议，职责界定{to}牵头共同办理",
            "return": f"{who}曾提异议，职责界定退回吹哨单位，请先核对是否确需吹哨",
            "channel": f"{who}曾提异议，职责界定引导法定途径，请先核对是否确需吹哨",
        }
        base = told.get(self.ruling, f"{who}曾提异议，职责界定结果：{self.ruling_label}")
        return f"{base}（{self.until}）"

    @property
    def leaves(self) -> bool:
        """Whether who objected is no longer called for this class."""
        return self.ruling in {"reassign", "return", "channel"}

    @property
    def warns(self) -> bool:
        """Whether it speaks against whistling at all."""
        return self.ruling in {"return", "channel", "raise"}

    @property
    def calls(self) -> list[tuple[int, str]]:
        """Whom it names, in which capacity."""
        lead, assist = Calls.LEAD.value, Calls.ASSIST.value
        if self.ruling in {"swap", "joint"}:
            return [(self.unit, lead), (self.objector, assist)]
        if self.ruling in {"keep", "reassign"}:
            return [(self.unit, self.capacity or lead)]
        return []

    def name_of(self, unit: int) -> str:
        """The name of one of its two units."""
        return self.unit_name if unit == self.unit else self.objector_name


def guides(division: str, category: str, day: date, units: Directory) -> list[Guide]:
    """The rulings in force for a class in a town's county; one query."""
    held = Part.objects.filter(case=OuterRef("case"), unit=OuterRef("objector")).order_by("id")
    rows = Precedent.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=day),
        division__startswith=division[:COUNTY],
        category=category,
        valid_from__lte=day,
    )
    rows = rows.annotate(capacity=Subquery(held.values("kind")[:1])).select_related("case")
    found: list[Guide] = []
    seen: set[int] = set()
    for row in rows.order_by("-valid_from", "-id")[:SHOWN]:
        found.append(_guide(row, units, newest=row.objector_id not in seen))
        seen.add(row.objector_id)
    return found


def _guide(row: Precedent, units: Directory, *, newest: bool) -> Guide:
    capacity = str(vars(row).get("capacity") or "")
    return Guide(
        number=str(row.case.number),
        ruling=row.ruling,
        objector=row.objector_id,
        objector_name=units.name(row.objector_id),
        unit=row.unit_id,
        unit_name=units.name(row.unit_id),
        capacity=capacity if capacity in set(Calls) else "",
        paper=row.paper,
        ruled_on=row.valid_from,
        last_day=row.valid_to - timedelta(days=1) if row.valid_to else None,
        newest=newest,
    )
