"""Words of a case's page (案卷页用语): what an event changed, in a line; what is long, folded."""

from typing import Any, Final

from django import template
from django.conf import settings
from django.utils.dateparse import parse_date

from cases.templatetags.words import day

register = template.Library()

LONG: Final = 600  # characters, or a dozen lines: more than a screen of a phone
_WAS, _NOW, _TERM = "原最后一日", "新最后一日", "期限"
_TIED: Final = frozenset({"并入编号", "原并入编号", "子案", "督办单", "所督办事项"})


@register.filter
def told(event: Any, links: Any = ()) -> list[dict[str, str]]:
    """An event's facts for the timeline: label, value, and an address where the value is a case
    this seat may open; a changed date reads “原…→现…”.
    """
    known = {number: url for _, number, url in links or ()}
    facts = dict(event.facts)
    moved = _WAS in facts and _NOW in facts
    rows = []
    for label, value in event.facts:
        if moved and label in {_WAS, _NOW, _TERM}:
            continue
        url = known.get(value, "") if label in _TIED else ""
        rows.append({"label": label, "value": str(value), "url": url})
    if moved:
        words = f"原 {_day(facts[_WAS])} → 现 {_day(facts[_NOW])}"
        rows.insert(0, {"label": "截止日", "value": words, "url": ""})
    return rows


@register.filter
def is_long(text: Any) -> bool:
    """Whether a text is folded on the screen; on paper it stands in full."""
    words = str(text)
    return len(words) > LONG or words.count("\n") > 12


@register.simple_tag
def tiles() -> str:
    """Where the map's background comes from, "" where the town set none."""
    found: str = getattr(settings, "TILES", "")
    return found


def _day(value: Any) -> str:
    try:
        return day(parse_date(str(value)))
    except ValueError:
        return str(value)
