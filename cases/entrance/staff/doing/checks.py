"""What every act asks of its facts (要素核对): who is meant, and from when."""

from datetime import date, datetime

from django.db.models import QuerySet

from cases.law.moves import Refused, Why
from cases.people.dated import line, wrong
from cases.people.models import Officer
from cases.people.queries import town_day


def named(rows: QuerySet[Officer], username: str, field: str = "officer") -> Officer:
    """The person of a user name among some; Refused where there is none."""
    found = rows.filter(username=username.strip()).first()
    if found is None:
        raise wrong(field, f"没有用户名为 {username} 的在用账号，或不在您的管理范围内，请核对。")
    return found


def by_today(on: date, at: datetime) -> None:
    """Refused for a day that has not come: what has no dates of its own changes when entered."""
    if on > town_day(at):
        raise Refused(
            "这项变更自登记之日起生效，生效日期不能晚于今天。",
            why=Why.FACTS,
            fields={"on": "生效日期不能晚于今天。"},
        )


def paper_of(text: str) -> str:
    """The paper a change was made on, as it is stored."""
    return line("paper", "依据文件", 200, text)
