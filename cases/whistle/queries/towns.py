"""The names of towns (镇街名称) in lists that reach over several."""

from datetime import date

from cases.people.directory import directory
from cases.people.models import UnitKind
from cases.rulebook.queries import stamp


def town_names(day: date) -> dict[str, str]:
    """Each town's name by its division code; one query."""
    units = directory(stamp("people"), day).units.values()
    return {unit.division: unit.name for unit in units if unit.kind == UnitKind.TOWN}
