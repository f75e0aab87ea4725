"""Rows behind a number (数据来源): what may be done about a late one, where it stands."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from cases.board.queries.behind import asked_of
from cases.board.queries.rows import rows
from cases.board.queries.wanted import ground_of, wanted_of
from cases.docket.models import Case, Deadline
from cases.law.moves import Role
from tests.oversight.supervised import LATE, issued, of_department, of_village
from tests.town import NOW, Cast


def test_from_a_number_to_a_sheet_in_three_steps(
    town: Cast, page: Callable[..., Client]
) -> None:
    department, village = of_department(town)[1], of_village(town)[1]
    Deadline.objects.update(due_at=NOW - timedelta(days=3))  # pages read the clock
    Deadline.objects.filter(pk=department.pk).update(colour="red", rung=3)
    assert department.unit is not None
    browser = page(Role.SUPERVISOR)
    url = f"/board/rows/?what=owed&age=late&unit={department.unit.code}"
    shown = browser.get(url).content.decode()
    every = browser.get("/board/rows/?what=owed&age=late").content.decode()
    asked = browser.get(f"/supervisions/new/?obligation={department.pk}")
    counted = browser.get("/board/rows/?what=opened").content.decode()
    assert f'href="/supervisions/new/?obligation={department.pk}">提请督办<' in shown
    assert f'name="obligation" value="{department.pk}"' in shown
    assert 'action="/overdue/urge/"' in shown
    assert f'href="/supervisions/new/?obligation={village.pk}">发督办单<' in every
    assert "确认提请督办" in asked.content.decode()
    assert "/overdue/urge/" not in counted
    assert '<span class="lamp lamp-red">红，第 3 级</span>' in shown
    assert "时限情况：超期" in shown
    assert "还剩" not in shown


def test_an_open_sheet_stands_by_its_row_and_a_counted_row_offers_nothing(town: Cast) -> None:
    late, secret = of_department(town)[1], of_village(town)[1]
    sheet = issued(town, late)
    Case.objects.filter(pk=secret.case_id).update(confidential=True)
    ground = ground_of(town.actor(Role.SUPERVISOR), LATE)
    page = rows(ground, wanted_of({}, ground), asked_of({"what": "owed", "age": "late"}))
    told = {row.number: row for row in page.rows}
    doing = told[str(late.case)].doing
    assert doing is not None
    assert (doing.sheet, doing.sheet_label, doing.way) == (str(sheet), "待回复", "")
    hidden = told[str(secret.case)]
    assert (hidden.seen, hidden.doing, hidden.colour) == (False, None, "")
