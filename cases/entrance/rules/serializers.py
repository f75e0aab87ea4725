"""What the rulebook's interface gives (规则接口数据): shapes only, nothing is done here."""

from typing import Any

from rest_framework import serializers

from cases.docket.api.shapes import StrictSerializer
from cases.entrance.rules.counting import Counted, in_words
from cases.rulebook.models import Quality
from cases.rulebook.operations.planning import OUTCOMES, Line, Plan
from cases.rulebook.queries.standing import Told
from cases.rulebook.queries.tables import Table

_YEAR: dict[str, Any] = {"min_value": 1950, "max_value": 2150}


class OnQuery(serializers.Serializer[Any]):
    """Which day, which words."""

    on = serializers.DateField(required=False, help_text="哪一天的规则；不填为今天")
    q = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="词语")


class SheetQuery(serializers.Serializer[Any]):
    """Which day's rows, or which year's notice."""

    on = serializers.DateField(required=False, help_text="哪一天的规则；不填为今天")
    year = serializers.IntegerField(required=False, help_text="放假安排的年份", **_YEAR)


class YearQuery(serializers.Serializer[Any]):
    """Which year."""

    year = serializers.IntegerField(required=False, **_YEAR)


class ChangesQuery(serializers.Serializer[Any]):
    """Where a page of changes begins."""

    after = serializers.IntegerField(required=False, min_value=1, max_value=2**53)


class CountQuery(serializers.Serializer[Any]):
    """From when, and how long."""

    start = serializers.DateTimeField(help_text="起算时刻，如 2026-09-30T16:30+08:00")
    term = serializers.CharField(
        max_length=60, help_text="时限代码，或写出期限：3 个工作日、3 working days"
    )


class RuleOut(serializers.Serializer[Told]):
    """A row of the rulebook: its facts as the interface takes them, and in words."""

    id = serializers.IntegerField(source="row.pk")
    title = serializers.CharField()
    standing = serializers.CharField(help_text="现行、未生效、已失效、作废、由本地规则接替")
    scope = serializers.CharField(source="row.scope", help_text="适用地区；空为全国")
    valid_from = serializers.DateField(source="row.valid_from")
    valid_to = serializers.DateField(source="row.valid_to", allow_null=True)
    citation = serializers.CharField(source="row.citation")
    paper = serializers.CharField(source="row.paper")
    quality = serializers.ChoiceField(Quality.choices, source="row.quality")
    quality_label = serializers.CharField(source="row.get_quality_display")
    note = serializers.CharField(source="row.note")
    facts = serializers.SerializerMethodField()
    words = serializers.DictField(source="facts", child=serializers.CharField())

    def get_facts(self, told: Told) -> dict[str, Any]:
        """The facts by name, as `POST` takes them."""
        table: Table = self.context["table"]
        return table.show(told.row)


class RulesOut(serializers.Serializer[Any]):
    """The rows of a table that hold on a day, and those to come."""

    table = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    on = serializers.DateField()
    results = RuleOut(many=True)
    coming = RuleOut(many=True)


class RuleChangeOut(serializers.Serializer[Any]):
    """One recorded change: who, what, on which paper."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    table = serializers.CharField()
    label = serializers.CharField(help_text="哪一类规则")  # type: ignore[assignment]
    key = serializers.CharField()
    what = serializers.CharField()
    who = serializers.CharField()
    paper = serializers.CharField()
    because = serializers.CharField()
    valid_from = serializers.CharField()
    row = serializers.IntegerField(allow_null=True)


class RuleChangesOut(serializers.Serializer[Any]):
    """A page of changes, the latest first; `next` goes into `after`, null at the end."""

    results = RuleChangeOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class RuleHistoryOut(serializers.Serializer[Any]):
    """A row, the other rows of its name, and what was changed."""

    rule = RuleOut()
    family = RuleOut(many=True)
    changes = RuleChangeOut(many=True)


class RuleTableOut(serializers.Serializer[Any]):
    """A table of the rulebook."""

    table = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    rows = serializers.IntegerField()
    coming = serializers.IntegerField()


class RuleTablesOut(serializers.Serializer[Any]):
    """Every table, and what today is."""

    today = serializers.DateField()
    why = serializers.CharField(help_text="今天上班或休息的缘由")
    results = RuleTableOut(many=True)


class CalendarDayOut(serializers.Serializer[Any]):
    """A day of the calendar."""

    date = serializers.DateField()
    kind = serializers.ChoiceField(["work", "rest", "off", "makeup"])
    name = serializers.CharField()
    why = serializers.CharField()


class CalendarOut(serializers.Serializer[Any]):
    """A year's days; `confirmed` is false where no notice was entered."""

    year = serializers.IntegerField()
    confirmed = serializers.BooleanField()
    notice = RuleOut(allow_null=True)
    days = CalendarDayOut(many=True)


class RuleStepOut(serializers.Serializer[Any]):
    """A day of the count."""

    date = serializers.DateField()
    counted = serializers.BooleanField()
    why = serializers.CharField()


class CountOut(serializers.Serializer[Any]):
    """When the term ends, and why on that day."""

    start = serializers.DateTimeField()
    key = serializers.CharField()
    name = serializers.CharField()
    term = serializers.CharField()
    by = serializers.CharField()
    last_day = serializers.DateField()
    due_at = serializers.CharField()
    provisional = serializers.BooleanField()
    calendar = serializers.CharField()
    citation = serializers.CharField()
    notices = serializers.ListField(child=serializers.CharField())
    trace = RuleStepOut(many=True)


class RuleFactOut(serializers.Serializer[Any]):
    """One fact that changes."""

    fact = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class RuleLineOut(serializers.Serializer[Line]):
    """What would become of one row."""

    row = serializers.IntegerField(source="no", help_text="表中行号；手工录入为 0")
    name = serializers.CharField()
    outcome = serializers.ChoiceField(list(OUTCOMES))
    outcome_label = serializers.CharField(source="label")
    reason = serializers.CharField()
    changes = serializers.SerializerMethodField()

    def get_changes(self, line: Line) -> list[dict[str, str]]:
        """The facts that change, old and new, by label."""
        return [{"fact": f, "before": a, "after": b} for f, a, b in line.changes]


class TouchedOut(serializers.Serializer[Any]):
    """How many running deadlines a holiday notice has counted again; numbers only."""

    running = serializers.IntegerField()
    crossing = serializers.IntegerField(help_text="其中跨越有变化日期的")


class RulePlanOut(serializers.Serializer[Any]):
    """What a change would do; `digest` goes into `seen` when it is confirmed."""

    digest = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    warnings = serializers.ListField(child=serializers.CharField())
    touched = TouchedOut(allow_null=True)
    lines = RuleLineOut(many=True)


class RuleSheetIn(StrictSerializer):
    """A sheet of rules, in multipart."""

    file = serializers.FileField(
        allow_empty_file=True, max_length=255, error_messages={"required": "请选择表格文件。"}
    )


class RuleSheetOut(serializers.Serializer[Any]):
    """A sheet that waits for its preview and its confirmation, for a day."""

    upload = serializers.UUIDField()


def count_out(counted: Counted) -> dict[str, Any]:
    """A count as it is answered."""
    due = counted.found.due
    return {
        "start": counted.start,
        "key": counted.key,
        "name": counted.name,
        "term": counted.term.words,
        "by": counted.by,
        "last_day": due.last_day,
        "due_at": in_words(due.due_at),
        "provisional": due.provisional,
        "calendar": due.calendar,
        "citation": counted.found.citation,
        "notices": list(counted.found.notices),
        "trace": counted.found.trace,
    }


def plan_out(plan: Plan, warnings: list[str], touched: Any) -> dict[str, Any]:
    """A plan as it is answered."""
    return {
        "digest": plan.digest,
        "counts": {outcome: number for outcome, _, number in plan.counts},
        "warnings": warnings,
        "touched": touched,
        "lines": plan.lines,
    }
