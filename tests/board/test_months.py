"""Published months (月报): frozen on the day they were given out; corrections are lines."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from python_calamine import CalamineWorkbook

from cases.board.models import Correction, PublishedMonth
from cases.board.operations.publishing import Issue, correct, label_of, publish, whole_month
from cases.board.queries.figures import lines_of
from cases.board.queries.months import compared, current, differences, month_of, months
from cases.board.queries.wanted import ground_of
from cases.docket.models import Case
from cases.intake import operations as report
from cases.law.moves import Refused, Role, Why
from tests.board.counted import gathered
from tests.conftest import send
from tests.ledger import unchanged
from tests.town import NOW, Cast
from tests.walk import BY_EVENT, file, walk
from tests.whistle.way import dispatched

OCTOBER = date(2026, 10, 1), date(2026, 10, 31)
IN_OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=NOW.tzinfo)


def issue(days: tuple[date, date] = OCTOBER, key: UUID | None = None, **told: Any) -> Issue:
    return Issue(*days, key=key or uuid4(), **({"confirmed": True} | told))


def published(
    town: Cast, days: tuple[date, date] = OCTOBER, at: datetime = NOW, **told: Any
) -> PublishedMonth:
    return publish(issue(days, **told), by=town.actor(Role.SUPERVISOR), at=at)


def differing(town: Cast, month: PublishedMonth) -> dict[str, tuple[int, int]]:
    ground = ground_of(town.actor(Role.SUPERVISOR), NOW)
    return {d.code: (d.frozen, d.now) for d in differences(ground, month_of(month))}


def amend(town: Cast, month: PublishedMonth, now: int, **told: Any) -> Correction:
    given: dict[str, Any] = {"figure": "report.opened", "why": "补录", "was": None, "key": uuid4()}
    given |= {"by": town.actor(Role.SUPERVISOR), "at": NOW} | told
    return correct(month.pk, given.pop("figure"), now, given.pop("why"), **given)


def test_a_month_stands_though_a_case_reopens(town: Cast) -> None:
    case = walk(town, file(town, at=IN_OCTOBER), at=IN_OCTOBER + timedelta(days=1))
    month = published(town)
    made = month_of(month)
    assert (month.label, made.sound) == ("2026年10月", True)
    found = current(made)
    assert (found["report.opened"], found["report.closed"], found["report.reopened"]) == (1, 1, 0)
    text = month.figures
    report.VERBS["reopen"](
        case, by=town.actor(Role.DESK), at=IN_OCTOBER + timedelta(days=3), slip=BY_EVENT,
        again="R1", reason="又坏了",
    )
    file(town, at=IN_OCTOBER)
    gathered()
    assert PublishedMonth.objects.get().figures == text
    assert differing(town, month) == {
        "report.opened": (1, 2), "report.reopened": (0, 1), "report.false_closure": (0, 1),
    }
    amend(town, month, 2)
    assert differing(town, month) == {
        "report.reopened": (0, 1), "report.false_closure": (0, 1),
    }
    line = next(one for one in compared(month_of(month))[0] if one.code == "report.opened")
    assert (line.value, line.corrected) == (1, 2)


def test_what_is_late_stands_in_the_annex_with_its_reason(town: Cast) -> None:
    late = walk(town, file(town, at=IN_OCTOBER), "assign", at=IN_OCTOBER)
    report.VERBS["ask_extension"](
        late, by=town.actor(Role.VILLAGE), at=IN_OCTOBER, slip=BY_EVENT, need="X5", days=2,
        reason="连日下雨",
    )
    secret = file(town, at=IN_OCTOBER)
    Case.objects.filter(pk=secret.pk).update(confidential=True)
    told = json.loads(published(town).figures)["late"]
    assert {row["number"] for row in told["rows"]} == {late.number}
    assert {row["reason"] for row in told["rows"]} == {"申请延期：天气、季节"}
    assert told["unlisted"] == 1
    assert str(secret) not in json.dumps(told)


def test_the_rates_are_frozen_with_what_they_leave_out(town: Cast) -> None:
    dispatched(town)
    days = (date(2026, 10, 26), date(2026, 11, 25))
    month = published(town, days, at=NOW + timedelta(days=9))
    assert month.label == "2026年11月（10月26日至11月25日）"
    rate = json.loads(month.figures)["rates"]
    assert rate["响应率"] == {"numerator": 0, "denominator": 1, "excluded": {}}
    assert rate["满意率"] == {"numerator": 0, "denominator": 0, "excluded": {"尚未评价": 1}}
    told = {one.name: (one.percent, one.before) for one in compared(month_of(month))[1]}
    assert told["响应率"] == ("0.0%", "无上期")
    assert told["满意率"] == ("没有可计的", "无上期")


def test_the_month_before_and_the_year_before_stand_beside(town: Cast) -> None:
    for many, day in ((1, IN_OCTOBER.replace(year=2025)), (4, IN_OCTOBER - timedelta(days=30))):
        for _ in range(many):
            file(town, at=day)
    for _ in range(2):
        file(town, at=IN_OCTOBER)
    published(town, (date(2025, 10, 1), date(2025, 10, 31)))
    published(town, (date(2026, 9, 1), date(2026, 9, 30)))
    line = next(o for o in compared(month_of(published(town)))[0] if o.code == "report.opened")
    assert (line.value, line.before, line.year_before) == (2, "4（减 50.0%）", "1（增 100.0%）")


@pytest.mark.parametrize(
    ("days", "told", "why"),
    [
        ((date(2026, 11, 1), date(2026, 11, 30)), {}, Why.FACTS),  # not over
        ((date(2026, 12, 1), date(2026, 12, 31)), {}, Why.FACTS),  # to come
        ((date(2026, 10, 1), date(2026, 10, 30)), {}, Why.FACTS),
        ((date(2026, 1, 1), date(2026, 10, 31)), {}, Why.FACTS),
        (OCTOBER, {"confirmed": False}, Why.FACTS),
        (OCTOBER, {"note": "长" * 1001}, Why.FACTS),
    ],
)
def test_what_is_no_month_is_not_published(
    town: Cast, days: tuple[date, date], told: dict[str, Any], why: Why
) -> None:
    with unchanged(), pytest.raises(Refused) as refused:
        published(town, days, **told)
    assert refused.value.why is why
    assert not PublishedMonth.objects.exists()


def test_a_month_is_published_once_and_shares_no_day(town: Cast) -> None:
    key = uuid4()
    first = published(town, key=key)
    assert published(town, key=key).pk == first.pk  # the same form again
    for days in (OCTOBER, (date(2026, 9, 26), date(2026, 10, 25))):
        with pytest.raises(Refused) as refused:
            published(town, days)
        assert refused.value.why is Why.CONFLICT
    with pytest.raises(Refused):
        published(town, (date(2026, 9, 1), date(2026, 9, 30)), key=key)
    assert PublishedMonth.objects.count() == 1
    other = publish(issue(), by=town.other_actor(Role.SUPERVISOR), at=NOW)
    assert other.division != first.division


def test_a_month_is_read_whatever_is_counted_since(town: Cast) -> None:
    month = month_of(published(town))
    figures = json.loads(month.row.figures)
    figures["facts"]["report"]["bygone"] = 7
    figures["rates"]["旧率"] = figures["rates"].pop("响应率")
    month = replace(month, figures=figures, lines=list(lines_of(figures)))
    lines, rates = compared(month)
    assert {one.label: one.value for one in lines if one.group == "上报事件"}["bygone"] == 7
    assert (len(rates), rates[-1].name) == (len(figures["rates"]), "旧率")


@pytest.mark.parametrize("role", [Role.DESK, Role.LEADER, Role.COUNTY_DESK, Role.SYSADMIN])
def test_only_the_supervisor_publishes_and_corrects(town: Cast, role: Role) -> None:
    month = published(town)
    with unchanged():
        with pytest.raises(Refused) as refused:
            publish(issue((date(2026, 9, 1), date(2026, 9, 30))), by=town.actor(role), at=NOW)
        assert refused.value.why is Why.ROLE
        with pytest.raises(Refused):
            amend(town, month, 9, by=town.actor(role))


def test_the_database_refuses_to_change_a_month(town: Cast) -> None:
    month = published(town)
    line = amend(town, month, 3)
    for act in (
        lambda: PublishedMonth.objects.update(figures="{}"),
        lambda: PublishedMonth.objects.filter(pk=month.pk).delete(),
        lambda: Correction.objects.filter(pk=line.pk).update(now=4),
        lambda: Correction.objects.filter(pk=line.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert month_of(PublishedMonth.objects.get()).sound


def test_corrections_follow_one_another_and_a_stale_form_loses(town: Cast) -> None:
    month, key = published(town), uuid4()
    first = amend(town, month, 3, key=key, was=0)
    assert amend(town, month, 3, key=key, was=0).pk == first.pk
    with pytest.raises(Refused) as stale:
        amend(town, month, 4, was=0)
    assert stale.value.why is Why.STALE
    assert (amend(town, month, 4, was=3).was, current(month_of(month))["report.opened"]) == (3, 4)
    for told in ({"figure": "nothing"}, {"why": " "}, {"why": "长" * 501}):
        with pytest.raises(Refused):
            amend(town, month, 9, **told)
    with pytest.raises(Refused):
        amend(town, month, 4)
    with pytest.raises(Refused):
        amend(town, month, 9, by=town.other_actor(Role.SUPERVISOR))
    assert Correction.objects.count() == 2


def test_everybody_in_office_reads_the_months_of_their_place(town: Cast) -> None:
    month = published(town)
    for role in (Role.VILLAGE, Role.GRID_WORKER, Role.AUDITOR, Role.DEPT_OFFICER):
        assert list(months(town.actor(role))) == [month]
    assert list(months(town.actor(Role.ENTERPRISE))) == []
    assert list(months(town.other_actor(Role.LEADER))) == []


def test_publishing_and_correcting_by_page(town: Cast, page: Callable[..., Client]) -> None:
    file(town, at=IN_OCTOBER)
    browser, post = page(Role.SUPERVISOR), town.posts[Role.SUPERVISOR].pk
    told = {"days": "2026-10-01/2026-10-31", "key": str(uuid4()), "post": post}
    assert browser.post("/months/", told).status_code == 400
    assert browser.post("/months/", told | {"days": "x", "confirmed": "1"}).status_code == 400
    sent = browser.post("/months/", told | {"confirmed": "1", "note": "天气原因"})
    month = PublishedMonth.objects.get()
    assert sent.headers["Location"] == f"/months/{month.pk}/"
    assert browser.post("/months/", told | {"confirmed": "1"}).status_code == 303  # twice the same
    again = told | {"confirmed": "1", "key": str(uuid4())}
    assert browser.post("/months/", again).status_code == 409
    file(town, at=IN_OCTOBER)
    gathered()
    shown = browser.get(f"/months/{month.pk}/").content.decode()
    assert "发布 1 → 今天 2" in shown
    assert "天气原因" in shown
    line = {"figure": "report.opened", "now": "2", "was": "1", "why": "补录一件", "post": post}
    assert browser.post(f"/months/{month.pk}/correct/", line | {"key": "x"}).status_code == 400
    sent = browser.post(f"/months/{month.pk}/correct/", line | {"key": str(uuid4())})
    assert sent.status_code == 303
    assert "更正为 2" in browser.get(f"/months/{month.pk}/").content.decode()
    assert page(Role.VILLAGE).get(f"/months/{month.pk}/print/").status_code == 200
    assert page(Role.VILLAGE).post(f"/months/{month.pk}/correct/", line).status_code == 409
    assert page(Role.ENTERPRISE).get(f"/months/{month.pk}/").status_code == 403
    assert page(Role.LEADER, other=True).get(f"/months/{month.pk}/").status_code == 404


def test_a_month_as_a_sheet_holds_text_and_numbers(
    town: Cast, page: Callable[..., Client]
) -> None:
    file(town, at=IN_OCTOBER)
    month = published(town)
    amend(town, month, 5, why="=1+1")
    answer = page(Role.VILLAGE).get(f"/months/{month.pk}/sheet/")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names == ["数据", "三率", "更正", "超期附表", "挂账附表", "口径"]
    rows = book.get_sheet_by_name("数据").to_python()
    assert rows[1][:4] == ["上报事件", "新增", 1.0, 5.0]
    assert book.get_sheet_by_name("更正").to_python()[1][3] == "=1+1"


def test_the_interface_publishes_reads_and_corrects(town: Cast, api: Any) -> None:
    client = api(Role.SUPERVISOR)
    body = {"since": "2026-10-01", "until": "2026-10-31", "confirmed": True}
    assert client.post("/api/v1/months/", body, format="json").status_code == 400  # no key
    key = {"Idempotency-Key": str(uuid4())}
    made = client.post("/api/v1/months/", body, format="json", headers=key)
    assert made.status_code == 201
    again = client.post("/api/v1/months/", body, format="json", headers=key)
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (made.json(), "true")
    assert send(client, "/api/v1/months/", body).status_code == 409
    assert send(client, "/api/v1/months/", body | {"extra": 1}).status_code == 400
    assert send(api(Role.DESK), "/api/v1/months/", body).status_code == 403
    path = f"/api/v1/months/{made.json()['id']}/"
    told = client.get(path).json()
    assert told["sound"]
    assert told["digest"] == made.json()["digest"]
    line = {"figure": "report.opened", "now": 2, "why": "补录"}
    assert send(client, f"{path}correct/", line).json()["was"] == 0
    assert send(client, f"{path}correct/", line).status_code == 400
    assert [c["now"] for c in api(Role.VILLAGE).get(path).json()["corrections"]] == [2]
    assert api(Role.VILLAGE).get(path).json()["differences"] == []
    assert api(Role.VILLAGE).get("/api/v1/months/999/").status_code == 404


@pytest.mark.parametrize(
    ("since", "until", "whole"),
    [
        ("2026-02-01", "2026-02-28", True),
        ("2024-02-01", "2024-02-29", True),
        ("2026-12-26", "2027-01-25", True),
        ("2026-01-26", "2026-02-25", True),
        ("2026-02-01", "2026-03-31", False),
        ("2026-10-02", "2026-10-31", False),
        ("2026-10-31", "2026-10-01", False),
    ],
)
def test_which_days_are_a_month(since: str, until: str, whole: bool) -> None:
    days = date.fromisoformat(since), date.fromisoformat(until)
    assert whole_month(*days) is whole
    assert not whole or label_of(*days)
