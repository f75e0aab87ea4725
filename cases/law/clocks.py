"""Two clocks (计时): time as it passes, and working time, which passes only in business hours.

民法典 201: hours run from the set time, nothing is lost over midnight. Working hours are the
town's own measure: lunch, nights and days off do not count.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases.law.calendar import SHANGHAI, BusinessHours, Calendar


@dataclass(frozen=True, slots=True)
class ElapsedClock:
    """Time as it passes since `start` (自然时间)."""

    start: datetime

    def elapsed(self, until: datetime) -> timedelta:
        """The time gone by from `start` to that moment."""
        return until - self.start

    def moment(self, elapsed: timedelta) -> datetime:
        """When that much time has gone by."""
        return self.start + elapsed


@dataclass(frozen=True, slots=True)
class WorkingClock:
    """Working time since `start`, in Beijing time (工作时间)."""

    start: datetime
    calendar: Calendar
    hours: BusinessHours

    def elapsed(self, until: datetime) -> timedelta:
        """The working time gone by from `start` to that moment."""
        return self._since_eve(until) - self._since_eve(self.start)

    def moment(self, elapsed: timedelta) -> datetime:
        """The earliest moment at which that much has gone by; raises CalendarError.

        A day's work that ends at close of business belongs to that day, not to the next opening.
        """
        days, rest = divmod(self._since_eve(self.start) + elapsed, self.hours.length)
        if not rest:
            days, rest = days - 1, self.hours.length
        day = self.calendar.after(self.start.toordinal() - 1, days + 1)
        return datetime.combine(date.fromordinal(day), self.hours.moment(rest), SHANGHAI)

    def _since_eve(self, at: datetime) -> timedelta:
        days = self.calendar.count(
            date.fromordinal(self.start.toordinal() - 1), date.fromordinal(at.toordinal() - 1)
        )
        today = self.calendar.is_working(at.date())
        return days * self.hours.length + (self.hours.elapsed(at.time()) if today else timedelta())
