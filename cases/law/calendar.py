"""The official calendar (工作日历): days off, make-up working days, and how far it is confirmed.

《全国年节及纪念日放假办法》 and the State Council's yearly notices. A day no notice lists follows
the plain week, Monday to Friday. All days are days of Beijing time.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from functools import cached_property

from cases.law.rule import LawError

# Beijing time, without summer time since 1992; a fixed offset reads no zone files.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

# No notice ever gave more than ten days in a row; a rest beyond this is a slip of the pen in it.
LONGEST_REST = 60

_WEEK = "一二三四五六日"
_DAY = timedelta(days=1)
_ANY_DAY = date(1970, 1, 1)


class CalendarError(LawError):
    """The calendar cannot carry the count: it has no working day within reach (日历无法计算)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One year's notice (放假安排通知): True a day off, False a make-up working day.

    It may change days of the neighbouring years; where notices differ, the later one stands.
    """

    year: int
    citation: str
    issued_on: date | None = None
    days: Mapping[date, bool] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)


class Calendar:
    """Working days by the notices entered, counted through a table made once (工作日历)."""

    def __init__(self, notices: tuple[Notice, ...], version: str) -> None:
        years = {notice.year for notice in notices}
        self.version = version
        self.notices = notices
        self._days = {day: off for notice in notices for day, off in notice.days.items()}
        self._names = {day: name for notice in notices for day, name in notice.names.items()}
        self.first = date(min(years), 1, 1) if years else date.min
        self.confirmed_through = _end_of_run(years)
        self._end = max([*self._days, date(max(years), 12, 31)]).toordinal() if years else 0
        first = self.first.toordinal()
        self._open = [
            day for day in range(first, self._end + 1) if self.is_working(date.fromordinal(day))
        ]
        edges = [first - 1, *self._open, _plain_day(_plain_rank(self._end) + 1)]
        self._deserts = [
            rank for rank in range(1, len(edges)) if edges[rank] - edges[rank - 1] > LONGEST_REST
        ]

    @classmethod
    def of(cls, notices: Iterable[Notice], version: str) -> "Calendar":
        """The calendar of these notices, later ones over earlier; none at all is the plain week."""
        in_order = sorted(notices, key=lambda one: (one.year, one.issued_on or date.min))
        return cls(tuple(in_order), version)

    def is_working(self, day: date) -> bool:
        """Whether offices work that day (是否工作日)."""
        off = self._days.get(day)
        return day.weekday() < 5 if off is None else not off

    def is_confirmed(self, day: date) -> bool:
        """Whether that day lies in the unbroken run of years with a notice (是否已有放假通知)."""
        return self.first <= day <= self.confirmed_through

    def why(self, day: date) -> str:
        """Why offices work or rest that day, in the words of a clerk (当日性质)."""
        off, name = self._days.get(day), self._names.get(day, "")
        if off is not None:
            return f"{name or '节假日'}放假" if off else f"{name}调休上班"
        plain = "工作日" if day.weekday() < 5 else f"周{_WEEK[day.weekday()]}休息"
        return plain if self.is_confirmed(day) else f"{plain}（尚无放假通知，暂按平常周）"

    def next_working(self, day: date) -> date:
        """The first working day after that day; raises CalendarError (下一工作日)."""
        return date.fromordinal(self.after(day.toordinal(), 1))

    def count(self, after: date, upto: date) -> int:
        """Working days after the one day, up to and including the other (期间工作日数)."""
        return self.rank(upto.toordinal()) - self.rank(after.toordinal())

    def rank(self, day: int) -> int:
        """How many working days there are from `first` to that day, given as its ordinal."""
        if day <= self._end:
            return bisect_right(self._open, day)
        return len(self._open) + _plain_rank(day) - _plain_rank(self._end)

    def after(self, day: int, amount: int) -> int:
        """The ordinal of the amount-th working day after that day; raises CalendarError."""
        known = len(self._open)
        rank = self.rank(day)
        wanted = rank + amount
        if self._deserts and any(rank < desert <= wanted for desert in self._deserts):
            raise CalendarError(
                "calendar", f"放假安排中有连续 {LONGEST_REST} 天以上没有工作日，请核对放假通知。"
            )
        if wanted <= known:
            return self._open[wanted - 1]
        return _plain_day(wanted - known + _plain_rank(self._end))


@dataclass(frozen=True)
class BusinessHours:
    """When the offices are open on a working day, span by span (工作时间)."""

    spans: tuple[tuple[time, time], ...]
    citation: str = ""

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(edge.tzinfo for edge in edges) or sorted(set(edges)) != edges:
            raise LawError("hours", "工作时间须按先后填写，各段起止不得重叠，如 08:30-12:00。")

    @classmethod
    def parse(cls, text: str, citation: str = "") -> "BusinessHours":
        """Reads hours written like `08:30-12:00,13:00-17:00`."""
        return cls.of([span.split("-") for span in text.split(",")], citation)

    @classmethod
    def of(cls, spans: Iterable[Sequence[str]], citation: str = "") -> "BusinessHours":
        """Reads hours kept as pairs, `[["08:30", "12:00"], …]`."""
        try:
            read = [tuple(time.fromisoformat(edge.strip()) for edge in span) for span in spans]
            return cls(tuple((begins, ends) for begins, ends in read), citation)
        except ValueError as wrong:
            raise LawError("hours", "工作时间写法不对，应如 08:30-12:00,13:00-17:00。") from wrong

    @property
    def opens(self) -> time:
        """When the offices open (上班时间)."""
        return self.spans[0][0]

    @property
    def closes(self) -> time:
        """When the offices close (下班时间)."""
        return self.spans[-1][1]

    @cached_property
    def length(self) -> timedelta:
        """The working time of one day (每日工作时长)."""
        return self.elapsed(time.max)

    def elapsed(self, until: time) -> timedelta:
        """The working time of a working day gone by at that time of day."""
        spans = ((begins, min(ends, until)) for begins, ends in self.spans if begins < until)
        return sum((_since_midnight(e) - _since_midnight(b) for b, e in spans), timedelta())

    def moment(self, worked: timedelta) -> time:
        """The earliest time of day at which that much working time has gone by."""
        for begins, ends in self.spans:
            span = _since_midnight(ends) - _since_midnight(begins)
            if worked <= span:
                return (datetime.combine(_ANY_DAY, begins) + worked).time()
            worked -= span
        raise LawError("hours", "超过一天的工作时间。")


def _end_of_run(years: set[int]) -> date:
    if not years:
        return date.min
    last = min(years)
    while last + 1 in years:
        last += 1
    return date(last, 12, 31)


def _plain_rank(day: int) -> int:
    """Mondays to Fridays from the first Monday, ordinal 1, to that day."""
    weeks, rest = divmod(day, 7)
    return weeks * 5 + min(rest, 5)


def _plain_day(rank: int) -> int:
    weeks, rest = divmod(rank - 1, 5)
    return weeks * 7 + rest + 1


def _since_midnight(at: time) -> timedelta:
    return datetime.combine(_ANY_DAY, at) - datetime.combine(_ANY_DAY, time())


PLAIN_WEEK = Calendar.of((), "plain-week")
