"""Words on the screen (页面用语): dates, spans, masks and tones in the town's language.

Colour never says anything alone: every tone has a word beside it. Names and phones are masked as
GB/T 35273 advises. These are template built-ins: no `{% load %}` is needed.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cases.law.ladders import Colour

register = template.Library()

WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
TONES: Final = {
    "ok": "正常",
    "soon": "临期",
    "late": "超期",
    "done": "已办",
    "paused": "中止",
    "none": "无时限",
}
STILL: Final = frozenset({"running", "suspended"})
COLOURS: Final = {each.label: each.value for each in Colour if each.value}


@register.filter
def weekday(value: date | None) -> str:
    """The day of the week, 周一 to 周日; of an instant, in the town's time."""
    return "" if value is None else WEEKDAYS[_local(value).weekday()]


@register.filter
def day(value: date | None) -> str:
    """A date in full: 2026年11月22日 周日."""
    if value is None:
        return ""
    local = _local(value)
    return f"{local.year}年{local.month}月{local.day}日 {WEEKDAYS[local.weekday()]}"


@register.filter
def moment(value: datetime | None) -> str:
    """An instant in full, in the town's time: 2026年11月22日 周日 14:05."""
    return "" if value is None else f"{day(value)} {_local(value):%H:%M}"


@register.simple_tag(takes_context=True)
def when(context: template.Context, value: date | None) -> str:
    """A date or instant as short as it can be: the year is left out while it is this year."""
    if value is None:
        return ""
    local = _local(value)
    text = f"{local.month}月{local.day}日 {WEEKDAYS[local.weekday()]}"
    if local.year != getattr(context.get("today"), "year", None):
        text = f"{local.year}年{text}"
    return f"{text} {local:%H:%M}" if isinstance(local, datetime) else text


@register.filter
def deadline_moment(value: datetime | None) -> str:
    """An exclusive instant as people say it: midnight is 24:00 of the day before."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    if (local.hour, local.minute) != (0, 0):
        return moment(value)
    return f"{day(local.date() - timedelta(days=1))} 24:00"


@register.filter
def span(value: timedelta) -> str:
    """A length of time in its two largest units: 2 天 3 小时, 25 分钟."""
    minutes = int(abs(value).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours:
        return f"{hours} 小时 {rest} 分钟" if rest else f"{hours} 小时"
    return f"{rest} 分钟" if rest else "不到 1 分钟"


@register.filter
def countdown(due_at: datetime | None, now: datetime) -> str:
    """Natural time left until, or passed since, an instant: 剩 3 小时 / 超期 2 天."""
    if due_at is None:
        return ""
    return f"剩 {span(due_at - now)}" if now < due_at else f"超期 {span(now - due_at)}"


@register.filter
def masked_name(value: str | None) -> str:
    """A person's name with all but its first character hidden: 张**."""
    name = (value or "").strip()
    return name[:1] + "*" * min(max(len(name) - 1, 0), 2)


@register.filter
def masked_phone(value: str | None) -> str:
    """A phone number with its middle hidden: 138****1234; short numbers are hidden but two."""
    phone = (value or "").strip()
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:]


@register.filter
def tone_word(tone: str) -> str:
    """The word that stands beside a tone's colour."""
    return TONES.get(tone, "")


@register.filter
def badge(due: Any) -> SafeString:
    """A deadline's badge: its words, never a colour alone; nothing where nothing runs."""
    if not due or not due.words:
        return SafeString("")
    ladder = COLOURS.get(due.colour_label)
    mark = (
        format_html(' <span class="lamp lamp-{}">{}</span>', ladder, due.colour_label + "色")
        if ladder
        else SafeString("")
    )
    provisional = SafeString(' <span class="lamp lamp-plain">暂定</span>')
    return format_html(
        '<span class="due due-{}">{}</span>{}{}',
        due.tone,
        due.words,
        mark,
        provisional if due.provisional else "",
    )


@register.filter
def running(limits: Iterable[Any]) -> list[Any]:
    """The deadlines that still count or wait, in their order."""
    return [limit for limit in limits if limit.state in STILL]


@register.filter
def headline(file: Any) -> Any:
    """The deadline whoever holds the case has next; where they have none, the next one there is."""
    limits = running(file.deadlines)
    own = [limit for limit in limits if file.owner and limit.owes == file.owner]
    return next(iter([*own, *limits]), None)


@register.filter
def ended(limits: Iterable[Any]) -> list[Any]:
    """The deadlines that were met, missed or called off."""
    return [limit for limit in limits if limit.state not in STILL]


@register.filter
def widget(field: BoundField) -> SafeString:
    """A form field's control in the theme's dress, tied to its help and its errors for readers."""
    attrs: dict[str, Any] = {"class": _dress(field)}
    told = [f"{field.auto_id}_{what}" for what in ("help", "error") if _says(field, what)]
    if told:
        attrs["aria-describedby"] = " ".join(told)
    if field.errors:
        attrs["aria-invalid"] = "true"
        attrs["class"] += " is-invalid"
    given = field.field.widget.attrs.get("class")
    if given:
        attrs["class"] += f" {given}"
    return field.as_widget(attrs=attrs)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether a field is one box to tick, whose label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_many(field: BoundField) -> bool:
    """Whether several may be ticked in a field."""
    return isinstance(field.field.widget, CheckboxSelectMultiple)


@register.filter
def ticked(field: BoundField) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The choices of a field of which several may be ticked, by group: value, name, ticked or not.

    A choice outside every group stands in one without a name.
    """
    picked = {str(value) for value in field.value() or ()}
    groups: dict[str, list[tuple[str, str, bool]]] = {}
    choices: Any = field.field
    for value, name in choices.choices:
        inside = name if isinstance(name, list | tuple) else [(value, name)]
        group = groups.setdefault(str(value) if inside is name else "", [])
        group += [(str(one), str(words), str(one) in picked) for one, words in inside]
    return list(groups.items())


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _dress(field: BoundField) -> str:
    control = field.field.widget
    if isinstance(control, CheckboxInput | RadioSelect):
        return "form-check-input"
    return "form-select" if isinstance(control, Select) else "form-control"


def _says(field: BoundField, what: str) -> bool:
    return bool(field.help_text) if what == "help" else bool(field.errors)
