"""Posts, deputies and who acts: the acting post decides, on the day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.law.moves import Refused, Role
from cases.people.models import Deputy, Officer, Post, UnitKind
from cases.people.operations import (
    appoint_deputy,
    change_officer,
    close_unit,
    end_deputy,
    end_post,
    enter_officer,
    give_password,
    give_post,
    open_unit,
)
from cases.people.queries import (
    SYSTEM,
    NoPost,
    actor_for,
    posts_open_to,
    seats,
    subtree,
    unit_named,
    unit_with,
    units_seen_from,
)
from cases.rulebook.models import Change
from tests.town import BAOHUA, COUNTY, NOW, PASSWORD, SINCE, TODAY, XIASHU, Cast, settle

TRAIL: dict[str, Any] = {"actor_code": "o1.p1", "at": NOW}
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return settle()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_every_staff_role_has_a_seat_and_an_actor(cast: Cast, role: Role) -> None:
    actor = cast.actor(role)
    assert (actor.role, actor.deputy_for) == (role, None)
    assert actor.stamp == f"o{actor.officer_id}.p{actor.post_id}"
    assert actor.unit_path.startswith(cast.units["3211"].path)


def test_the_system_is_an_actor_without_a_seat() -> None:
    assert (SYSTEM.role, SYSTEM.officer_id, SYSTEM.stamp) == (Role.SYSTEM, None, "system")


def test_an_officer_with_no_post_is_told_what_to_do(cast: Cast) -> None:
    nobody = enter_officer("nobody", "示范无岗", **TRAIL)
    with pytest.raises(NoPost, match=r"没有有效岗位.*联系系统管理员"):
        actor_for(nobody, None, TODAY)
    with pytest.raises(NoPost, match="没有有效岗位"):
        actor_for(nobody, cast.posts[Role.DESK].pk, TODAY)
    assert list(posts_open_to(nobody, TODAY)) == []


def test_a_post_that_ends_today_is_over_this_morning(cast: Cast) -> None:
    post = end_post(cast.posts[Role.DESK], TODAY, **TRAIL)
    assert actor_for(post.officer, post.pk, YESTERDAY).post_id == post.pk
    with pytest.raises(NoPost, match="没有有效岗位"):
        actor_for(post.officer, post.pk, TODAY)


def test_a_post_that_begins_tomorrow_is_not_yet_one(cast: Cast) -> None:
    officer = cast.officer(Role.DESK)
    post = give_post(officer, Role.DUTY, cast.desk, TOMORROW, **TRAIL)
    with pytest.raises(NoPost, match="改选其他岗位"):
        actor_for(officer, post.pk, TODAY)
    assert actor_for(officer, post.pk, TOMORROW).role is Role.DUTY


def test_somebody_elses_post_is_not_open(cast: Cast) -> None:
    with pytest.raises(NoPost, match="不是您的岗位"):
        actor_for(cast.officer(Role.DESK), cast.posts[Role.LEADER].pk, TODAY)


def test_a_disabled_account_has_no_actor(cast: Cast) -> None:
    officer = change_officer(cast.officer(Role.DESK), {"is_active": False}, **TRAIL)
    with pytest.raises(NoPost, match="已停用"):
        actor_for(officer, cast.posts[Role.DESK].pk, TODAY)
    assert not seats(Role.DESK, XIASHU, TODAY).exists()


def test_a_deputy_acts_under_the_post_and_says_for_whom(cast: Cast) -> None:
    post, officer = cast.posts[Role.DEPT_OFFICER], cast.officer(Role.DEPT_LEAD)
    deputy = appoint_deputy(post, officer, TODAY, TOMORROW, **TRAIL)
    actor = actor_for(officer, post.pk, TODAY)
    assert (actor.role, actor.deputy_for) == (Role.DEPT_OFFICER, post.officer_id)
    assert actor.stamp == f"o{officer.pk}.p{post.pk}.d{post.officer_id}"
    own_first = [cast.posts[Role.DEPT_LEAD].pk, post.pk]
    assert [p.pk for p in posts_open_to(officer, TODAY)] == own_first
    assert actor_for(officer, None, TODAY).deputy_for is None
    with pytest.raises(NoPost):
        actor_for(officer, post.pk, TOMORROW)
    assert end_deputy(deputy, TODAY, **TRAIL).valid_to == TODAY
    with pytest.raises(NoPost):
        actor_for(officer, post.pk, TODAY)


def test_a_deputy_of_an_ended_post_acts_no_longer(cast: Cast) -> None:
    post, officer = cast.posts[Role.DEPT_OFFICER], cast.officer(Role.DEPT_LEAD)
    appoint_deputy(post, officer, SINCE, **TRAIL)
    end_post(post, TODAY, **TRAIL)
    with pytest.raises(NoPost):
        actor_for(officer, post.pk, TODAY)


def test_what_cannot_be_is_refused_and_leaves_no_trace(cast: Cast) -> None:
    post, desk = cast.posts[Role.DESK], cast.desk
    officer = post.officer
    counts = (Post.objects.count(), Deputy.objects.count(), Change.objects.count())
    with pytest.raises(Refused, match="已有同一岗位"):
        give_post(officer, Role.DESK, desk, TODAY, **TRAIL)
    with pytest.raises(Refused, match="须晚于"):
        give_post(officer, Role.DUTY, desk, TODAY, TODAY, **TRAIL)
    with pytest.raises(Refused, match="不是可任职"):
        give_post(officer, Role.SYSTEM, desk, TODAY, **TRAIL)
    with pytest.raises(Refused, match="本人"):
        appoint_deputy(post, officer, TODAY, **TRAIL)
    with pytest.raises(Refused, match="用户名"):
        enter_officer("desk", "重名", **TRAIL)
    with pytest.raises(Refused, match="单位代码"):
        open_unit(COUNTY, "重码", UnitKind.COUNTY, None, COUNTY, SINCE, **TRAIL)
    with pytest.raises(Refused, match="在岗人员"):
        close_unit(desk, TODAY, **TRAIL)
    with pytest.raises(Refused, match="下级单位"):
        close_unit(cast.units["3211"], TODAY, **TRAIL)
    with pytest.raises(Refused, match="不能早于"):
        end_post(post, date(2000, 1, 1), **TRAIL)
    with pytest.raises(Refused, match="不能在这里修改"):
        change_officer(officer, {"username": "root"}, **TRAIL)
    assert counts == (Post.objects.count(), Deputy.objects.count(), Change.objects.count())


def test_the_database_too_refuses_one_seat_twice(cast: Cast) -> None:
    post = cast.posts[Role.DESK]
    twin = Post(officer=post.officer, role=post.role, unit=post.unit, valid_from=TODAY)
    with pytest.raises(IntegrityError, match="people_post_one_a_day"), transaction.atomic():
        twin.save()


def test_every_change_stands_beside_its_row(cast: Cast) -> None:
    officer = enter_officer("new", "示范新人", **TRAIL, paper="示范〔2026〕2号")
    post = give_post(officer, Role.VILLAGE, cast.village, SINCE, **TRAIL)
    end_post(post, TODAY, **TRAIL)
    give_password(officer, PASSWORD, **TRAIL)
    changes = list(Change.objects.filter(actor_code="o1.p1").order_by("id"))
    assert [(c.table, c.what) for c in changes] == [
        ("people_officer", "enter"),
        ("people_post", "give"),
        ("people_post", "end"),
        ("people_officer", "password"),
    ]
    assert changes[0].paper == "示范〔2026〕2号"
    ended = changes[2]
    assert (ended.before or {})["valid_to"] is None
    assert (ended.after or {})["valid_to"] == "2026-11-20"
    assert all("password" not in (c.after or {"password": 1}) for c in changes)
    assert Officer.objects.get(username="new").check_password(PASSWORD)


def test_a_unit_closes_when_it_is_empty(cast: Cast) -> None:
    unit = open_unit("x", "示范新办", UnitKind.BODY, cast.town, XIASHU, SINCE, **TRAIL)
    assert unit.path == f"{cast.town.path}{unit.pk}/"
    assert unit in subtree(cast.town, TODAY)
    close_unit(unit, TODAY, **TRAIL)
    assert unit not in subtree(cast.town, TODAY)
    assert unit in subtree(cast.town, YESTERDAY)


def test_neither_town_sees_the_other_and_the_county_sees_both(cast: Cast) -> None:
    seen = {u.division for u in units_seen_from(XIASHU, TODAY)}
    assert seen == {"3211", COUNTY, XIASHU}
    assert {u.division for u in units_seen_from(BAOHUA, TODAY)} == {"3211", COUNTY, BAOHUA}
    assert {u.division for u in units_seen_from(COUNTY, TODAY)} == {"3211", COUNTY, XIASHU, BAOHUA}
    assert unit_named("示范宝华窗口", XIASHU, TODAY) is None
    assert unit_named("示范住建局", XIASHU, TODAY) == cast.department
    assert unit_with(Role.DESK, XIASHU, TODAY) == cast.desk
    assert unit_with(Role.DESK, COUNTY, TODAY) is None
    assert seats(Role.DESK, COUNTY, TODAY).count() == 2
