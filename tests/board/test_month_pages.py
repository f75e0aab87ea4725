"""The page of a month (月报页面): compared with today, corrected, refused."""

from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from cases.law.moves import Role
from tests.board.counted import gathered
from tests.board.test_months import IN_OCTOBER, amend, published
from tests.town import Cast
from tests.walk import file


def test_what_was_corrected_is_compared_as_published_and_not_offered_again(
    town: Cast, page: Callable[..., Client]
) -> None:
    file(town, at=IN_OCTOBER)
    month = published(town)
    amend(town, month, 6)
    shown = page(Role.SUPERVISOR).get(f"/months/{month.pk}/").content.decode()
    assert "发布 1 → 已更正为 6 → 今天 1" in shown
    assert "记为更正" not in shown


def test_a_refused_correction_leaves_its_form_open(
    town: Cast, page: Callable[..., Client]
) -> None:
    month = published(town)
    file(town, at=IN_OCTOBER)
    gathered()
    browser, path = page(Role.SUPERVISOR), f"/months/{month.pk}/"
    told = {"figure": "report.opened", "now": "1", "was": "0", "why": "补录一件", "key": "x"}
    told["post"] = str(town.posts[Role.SUPERVISOR].pk)
    line = browser.post(f"{path}correct/", told).content.decode()
    assert '<details class="instruct" open>' in line
    assert 'value="补录一件" required' in line
    assert '<details class="panel-body other">' in line
    other = browser.post(f"{path}correct/", told | {"was": ""}).content.decode()
    assert '<details class="panel-body other" open>' in other
    assert '<details class="instruct" open>' not in other
    assert "<details open" not in browser.get(path).content.decode()
    amend(town, month, 1)  # by another hand meanwhile: the line is gone, what was written is not
    stale = browser.post(f"{path}correct/", told | {"key": str(uuid4()), "now": "2"})
    assert stale.status_code == 409
    assert '<details class="panel-body other" open>' in stale.content.decode()
