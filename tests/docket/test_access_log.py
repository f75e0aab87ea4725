"""Readings that leave a trace (查阅留痕): written once, never changed, read by the auditor alone;
a protected file opens for half an hour once somebody has said why.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook
from rest_framework.test import APIClient

from cases.docket import access, kinds
from cases.docket.models import Access, AccessLog, Case
from cases.docket.operations.reading import note_reading, open_with_reason
from cases.docket.queries import case_file, find
from cases.docket.record import Opening, begin, open_case, take
from cases.docket.states import NOTE
from cases.intake.states import REPORT
from cases.intake.states.way import FILE
from cases.law.moves import Owner, Refused, Role, Why
from cases.people.queries import SYSTEM
from tests.ledger import unchanged
from tests.town import NOW, XIASHU, Cast
from tests.walk import PLAIN, file

REASON = "核查信访反映的调解超期情况"
ALL = "/api/v1/access-log/"


@pytest.fixture
def guarded(town: Cast) -> Iterator[Case]:
    """A case of a protected kind, filed by the mediator who handles it."""
    kinds.register(replace(REPORT, code="guarded", label="受保护", protected=True))
    by = town.actor(Role.MEDIATOR)
    move = replace(FILE, by=frozenset({Role.MEDIATOR}), owner=Owner.KEEPS)
    opening = Opening(
        kind="guarded", division=XIASHU, filer_unit_id=by.unit_id, filer_id=by.officer_id
    )
    with transaction.atomic():
        facts = PLAIN | {"source": "visit"}
        yield open_case(move, opening, by=by, at=NOW, moment=begin(1), **facts)[0]
    kinds._KINDS.pop("guarded")


def number(case: Case) -> str:
    return str(case.number)


def test_a_supervisor_opens_a_protected_file_with_a_reason_that_is_kept(
    town: Cast, guarded: Case
) -> None:
    by, now = town.actor(Role.SUPERVISOR), timezone.now()
    assert find(by, number(guarded)) is None
    assert open_with_reason(by, number(guarded), f"  {REASON}\n", now) == guarded
    (row,) = AccessLog.objects.all()
    assert (row.at, row.officer_id, row.unit_id, row.role) == (
        now,
        by.officer_id,
        by.unit_id,
        "supervisor",
    )
    assert (row.what, row.case_id, row.words, row.rows) == ("opened", guarded.pk, REASON, 0)
    found = find(by, number(guarded))
    assert found == guarded
    told = case_file(by, guarded, now)
    assert (told.title, told.moves) == ("路灯不亮", [])
    # It is read, and nothing else: no list shows it, no move is made on it.
    assert not access.visible(by).exists()
    with unchanged(), pytest.raises(Refused) as refused:
        take(NOTE, guarded, by=by, at=NOW, words="顺手写一句")
    assert refused.value.why is Why.HIDDEN


def test_half_an_hour_later_it_is_closed_again(town: Cast, guarded: Case) -> None:
    by = town.actor(Role.SUPERVISOR)
    long_ago = timezone.now() - access.OPEN_FOR - timedelta(seconds=1)
    open_with_reason(by, number(guarded), REASON, long_ago)
    assert find(by, number(guarded)) is None
    open_with_reason(by, number(guarded), REASON, long_ago + timedelta(seconds=30))
    assert find(by, number(guarded)) == guarded


def test_what_one_opened_another_does_not_see(town: Cast, guarded: Case) -> None:
    open_with_reason(town.actor(Role.SUPERVISOR), number(guarded), REASON, timezone.now())
    for role in access.TOWN_WIDE - {Role.SUPERVISOR}:
        assert find(town.actor(role), number(guarded)) is None, role
    other = replace(town.actor(Role.SUPERVISOR), officer_id=town.officer(Role.LEADER).pk)
    assert find(other, number(guarded)) is None


@pytest.mark.parametrize(
    "reason",
    ["", "看看", "\u3000" * 9, "........!!!!!!", "一二三四五六七", "😀" * 20, "\u202e" * 9],
)
def test_a_reason_that_says_nothing_opens_nothing(
    reason: str, town: Cast, guarded: Case
) -> None:
    by = town.actor(Role.SUPERVISOR)
    with unchanged(), pytest.raises(Refused) as refused:
        open_with_reason(by, number(guarded), reason, NOW)
    assert (refused.value.why, list(refused.value.fields)) == (Why.FACTS, ["reason"])
    assert find(by, number(guarded)) is None


def test_who_may_not_ask_is_told_there_is_no_such_case(town: Cast, guarded: Case) -> None:
    ours = file(town)
    secret = file(town)
    Case.objects.filter(pk=guarded.pk).update(confidential=True)
    by = town.actor(Role.SUPERVISOR)
    asked = [(by, guarded), (by, ours), (by, secret)]
    Case.objects.filter(pk=secret.pk).update(confidential=True)
    asked += [(town.actor(role), ours) for role in town.posts]
    for actor, case in asked:
        with unchanged(), pytest.raises(Refused) as refused:
            open_with_reason(actor, number(case), REASON, NOW)
        assert refused.value.why is Why.HIDDEN
    Case.objects.filter(pk=guarded.pk).update(confidential=False)
    for actor in [town.actor(r) for r in town.posts if r is not Role.SUPERVISOR]:
        with unchanged(), pytest.raises(Refused):
            open_with_reason(actor, number(guarded), REASON, NOW)
    with unchanged(), pytest.raises(Refused):
        open_with_reason(town.other_actor(Role.SUPERVISOR), number(guarded), REASON, NOW)
    with pytest.raises(Refused):
        open_with_reason(by, f"{guarded.number}\0", REASON, NOW)


def test_the_page_shows_number_kind_and_state_before_and_the_case_after(
    town: Cast, guarded: Case, page: Callable[..., Client], api: Callable[..., APIClient]
) -> None:
    browser, client = page(Role.SUPERVISOR), api(Role.SUPERVISOR)
    asked = f"/cases/{guarded.number}/reason/"
    assert browser.get(f"/cases/{guarded.number}/")["Location"] == asked
    text = browser.get(asked).content.decode()
    assert number(guarded) in text
    assert "受保护" in text
    assert "路灯不亮" not in text
    with unchanged():
        answer = browser.post(asked, {"reason": "看看"})
    assert answer.status_code == 400
    assert "至少 8 个字" in answer.content.decode()
    with unchanged():
        assert client.get(f"/api/v1/cases/{guarded.number}/").status_code == 404
    answer = browser.post(asked, {"reason": REASON})
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{guarded.number}/")
    assert client.get(f"/api/v1/cases/{guarded.number}/").json()["title"] == "路灯不亮"
    assert AccessLog.objects.count() == 1


def test_the_interface_opens_as_the_page_does(
    town: Cast, guarded: Case, api: Callable[..., APIClient]
) -> None:
    client, path = api(Role.SUPERVISOR), f"/api/v1/cases/{guarded.number}/reason/"
    headers = {"Idempotency-Key": str(uuid4())}
    for body, status in (
        ({"reason": REASON, "minutes": 600}, 400),
        ({"reason": "看看"}, 400),
        ({}, 400),
    ):
        with unchanged():
            answer = client.post(path, body, format="json", headers=headers)
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
    assert client.post(path, {"reason": REASON}, format="json").status_code == 400
    answer = client.post(path, {"reason": REASON}, format="json", headers=headers)
    assert answer.status_code == 200
    assert client.get(f"/api/v1/cases/{guarded.number}/").status_code == 200


def test_a_reading_is_never_changed_or_deleted(town: Cast) -> None:
    note_reading(town.actor(Role.DESK), Access.EXPORT, rows=12, words="办件清单", at=NOW)
    for change in (
        lambda: AccessLog.objects.update(rows=1),
        lambda: AccessLog.objects.all().delete(),
    ):
        with unchanged(), pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_numbers_of_people_are_masked_and_case_numbers_are_not(town: Cast) -> None:
    by = town.actor(Role.DESK)
    words = "电话 13812345678 身份证 32118319900101123X 编号 321183102-R-2026-000001\x00\u202e"
    row = note_reading(by, Access.SEARCH, words=words, at=NOW)
    assert row is not None
    assert row.words == (
        "电话 138****5678 身份证 321***********123X 编号 321183102-R-2026-000001"
    )
    long = note_reading(by, "search", words="长" * 20000, at=NOW)
    assert long is not None
    assert long.words == "长" * 400
    assert note_reading(SYSTEM, Access.EXPORT, at=NOW) is None
    with pytest.raises(ValueError, match="peek"):
        note_reading(by, "peek", at=NOW)
    assert AccessLog.objects.count() == 2


def logged(town: Cast, count: int) -> None:
    actors = [town.actor(Role.DESK), town.actor(Role.SUPERVISOR), town.actor(Role.VILLAGE)]
    for n in range(count):
        what = Access.EXPORT if n % 2 else Access.SEARCH
        at = NOW - timedelta(hours=n // 2)
        note_reading(actors[n % 3], what, rows=n, words=f"第{n}次", at=at)


def test_the_auditor_reads_the_whole_log_page_by_page(
    town: Cast, api: Callable[..., APIClient]
) -> None:
    logged(town, 11)
    note_reading(town.other_actor(Role.DESK), Access.EXPORT, words="别的镇", at=NOW)
    client, after = api(Role.AUDITOR), ""
    found: list[str] = []
    while True:
        told = client.get(ALL, {"size": "3", "after": after}).json()
        found += [row["words"] for row in told["results"]]
        after = told["next"]
        if not after:
            break
    assert found == [f"第{n}次" for n in (1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 10)]


def test_the_log_is_narrowed_by_person_what_and_day(
    town: Cast, api: Callable[..., APIClient]
) -> None:
    logged(town, 12)
    client = api(Role.AUDITOR)

    def words(**asked: Any) -> set[str]:
        return {row["words"] for row in client.get(ALL, asked).json()["results"]}

    assert words(person="desk") == {"第0次", "第3次", "第6次", "第9次"}
    assert words(person="示范督查") == {"第1次", "第4次", "第7次", "第10次"}
    assert words(person="没有这个人") == set()
    assert words(what="export") == {f"第{n}次" for n in range(1, 12, 2)}
    assert words(since="2026-11-20") == {f"第{n}次" for n in range(12)}
    assert words(until="2026-11-19") == set()
    assert words(person="desk", what="export") == {"第3次", "第9次"}
    for wrong in ({"what": "peek"}, {"after": "x"}, {"after": "WzEsIDJd"}, {"since": "soon"}):
        assert client.get(ALL, wrong).status_code == 400
    assert client.get(ALL, {"person": "\0"}).status_code == 400


def test_the_log_is_the_auditors_alone(
    town: Cast, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    logged(town, 3)
    for role in town.posts:
        wanted = 200 if role is Role.AUDITOR else 403
        assert api(role).get(ALL).status_code == wanted, role
        assert page(role).get("/access-log/").status_code == wanted, role
    for role in (Role.SUPERVISOR, Role.SYSADMIN, Role.SECADMIN):
        with unchanged():
            assert page(role).post("/access-log/sheet/").status_code == 403


def test_the_auditor_sees_numbers_of_cases_and_no_content(
    town: Cast, page: Callable[..., Client]
) -> None:
    case = file(town, title="绝密的标题")
    note_reading(town.actor(Role.DESK), Access.REPORTER, case=case, at=NOW)
    browser = page(Role.AUDITOR)
    text = browser.get("/access-log/").content.decode()
    assert number(case) in text
    assert "绝密的标题" not in text
    assert f'href="/reports/{case.number}' not in text
    assert browser.get(f"/reports/{case.number}/").status_code == 404


def test_the_page_survives_whatever_is_in_its_address(
    town: Cast, page: Callable[..., Client]
) -> None:
    note_reading(town.actor(Role.DESK), "export", words="<script>alert(1)</script>", at=NOW)
    browser = page(Role.AUDITOR)
    for asked in (
        "?after=x",
        "?what=peek",
        "?person=%00&from=2026-13-45&to=9999-12-31",
        "?person=" + "%F0%9F%98%80" * 100,
        "?after=WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzA4OjAwIiwgSW5maW5pdHld",
    ):
        assert browser.get(f"/access-log/{asked}").status_code in {200, 400}, asked
    text = browser.get("/access-log/").content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_sheet_holds_the_log_as_text_and_is_itself_a_reading(
    town: Cast, page: Callable[..., Client]
) -> None:
    case = file(town)
    note_reading(town.actor(Role.DESK), "file", case=case, words="=HYPERLINK(1)", at=NOW)
    note_reading(town.actor(Role.VILLAGE), "export", rows=3, words="@SUM(A1)", at=NOW)
    answer = page(Role.AUDITOR).post("/access-log/sheet/", {"person": "desk"})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="access-log-')
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1:] == [
        [
            "2026-11-20 10:00:00",
            "示范综合受理窗口",
            "desk",
            "示范综合受理窗口",
            "综合受理窗口",
            "查看附件",
            number(case),
            0,
            "=HYPERLINK(1)",
        ]
    ]
    last = AccessLog.objects.order_by("id").last()
    assert last is not None
    assert (last.what, last.rows, last.role) == ("export", 1, "auditor")


def test_the_log_costs_the_same_however_long(
    town: Cast, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    client, browser = api(Role.AUDITOR), page(Role.AUDITOR)

    def cost() -> tuple[int, int]:
        found = []
        for ask, path in ((client, ALL), (browser, "/access-log/")):
            ask.get(path)
            with connection.execute_wrapper(counter := Counter()):
                assert ask.get(path).status_code == 200
            found.append(counter.asked)
        return found[0], found[1]

    logged(town, 3)
    few = cost()
    logged(town, 70)
    assert cost() == few
    assert max(few) <= 6


class Counter:
    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, execute: Any, *told: Any) -> Any:
        self.asked += 1
        return execute(*told)
