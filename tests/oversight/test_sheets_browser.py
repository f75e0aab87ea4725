"""A department's lateness is supervised in a real browser (督办全程): three clicks to ask, three to
issue, answered, settled; on a desk and on a phone, without a barrier.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from cases.docket.models import Deadline
from cases.law.moves import Role
from cases.oversight.models import Sheet
from tests.browser import accessible, as_role, fits, stands, step
from tests.oversight.supervised import of_department
from tests.town import Cast


@pytest.mark.django_db(transaction=True)
def test_from_the_board_to_the_settled_sheet(screen: Page, town: Cast) -> None:
    parent, late = of_department(town)
    hour_ago = timezone.now() - timedelta(hours=1)
    Deadline.objects.filter(pk=late.pk).update(due_at=hour_ago)
    as_role(screen, town.officer(Role.SUPERVISOR).username, "/")
    screen.goto("/")
    # First click: what is late. Second: ask for supervision. Third: send it.
    screen.get_by_role("link", name="超期", exact=True).locator("visible=true").click()
    assert accessible(screen) == []
    assert fits(screen)
    screen.locator("a.late-act", has_text=f"{parent.number} 签收").click()
    assert accessible(screen) == []
    assert fits(screen)
    screen.get_by_role("button", name="确认提请督办").click()
    stands(screen, "待县决定")
    assert accessible(screen) == []
    number = Sheet.objects.get().case.number
    as_role(screen, town.officer(Role.COUNTY_DESK).username, "/")
    assert accessible(screen) == []
    # First click: the sheet on the home page. Second and third: issue it.
    screen.locator("[aria-labelledby=sheets-head] .late-what a").first.click()
    step(screen, "签发督办单")
    stands(screen, "待回复")
    as_role(screen, town.officer(Role.DEPT_OFFICER).username, f"/supervisions/{number}/")
    done_by = f"{timezone.localdate() + timedelta(days=3):%Y-%m-%d}"
    step(screen, "回复", done="已疏通", why_late="设备晚到", done_by=done_by)
    stands(screen, "待核")
    as_role(screen, town.officer(Role.COUNTY_DESK).username, f"/supervisions/{number}/")
    step(screen, "销单")
    stands(screen, "已销单")
    assert accessible(screen) == []
    screen.goto("/supervisions/?view=all")
    assert accessible(screen) == []
    assert fits(screen)
