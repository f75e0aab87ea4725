"""Acting post (以岗办事): several, none, one that ended this morning, one changed underway."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from cases.law.moves import Role
from cases.people.models import Deputy, Post
from tests.town import SINCE, Cast


def second_post(town: Cast) -> Post:
    """The desk's officer also sits in the village."""
    return Post.objects.create(
        officer=town.officer(Role.DESK), role=Role.VILLAGE, unit=town.village, valid_from=SINCE
    )


def logged_in(town: Cast, role: Role = Role.DESK) -> Client:
    client = Client()
    client.force_login(town.officer(role))
    return client


def test_several_posts_are_chosen_from_first(town: Cast) -> None:
    other = second_post(town)
    client = logged_in(town)

    asked = client.get("/cases/")
    assert asked["Location"] == "/post/?next=/cases/"
    shown = client.get("/post/?next=/cases/").content.decode()
    assert "示范综合受理窗口" in shown
    assert "示范东村" in shown

    chosen = client.post("/post/", {"acting": other.pk, "next": "/cases/"})
    assert chosen["Location"] == "/cases/"
    assert client.get("/cases/").context["actor"].post_id == other.pk


def test_a_post_of_someone_else_cannot_be_chosen(town: Cast) -> None:
    client = logged_in(town)

    answer = client.post("/post/", {"acting": town.posts[Role.LEADER].pk})

    assert answer.status_code == 403
    assert "不是您的岗位" in answer.content.decode()
    assert client.session["acting_post"] == town.posts[Role.DESK].pk


def test_a_deputy_may_choose_the_post_deputised_for(town: Cast) -> None:
    Deputy.objects.create(
        post=town.posts[Role.LEADER], officer=town.officer(Role.DESK), valid_from=SINCE
    )
    client = logged_in(town)

    client.post("/post/", {"acting": town.posts[Role.LEADER].pk})

    actor = client.get("/").context["actor"]
    assert actor.role == Role.LEADER
    assert actor.deputy_for == town.officer(Role.LEADER).pk


def test_nobody_without_a_post_gets_in(town: Cast) -> None:
    Post.objects.filter(pk=town.posts[Role.DESK].pk).update(valid_to=timezone.localdate())
    client = logged_in(town)

    answer = client.get("/", follow=True)

    assert answer.redirect_chain == [("/post/?next=/", 302)]
    assert answer.status_code == 403
    assert "您目前没有在任岗位" in answer.content.decode()


def test_a_post_that_ended_this_morning_ends_at_the_next_click(town: Cast) -> None:
    second_post(town)
    client = logged_in(town)
    client.post("/post/", {"acting": town.posts[Role.DESK].pk})
    assert client.get("/").status_code == 200

    Post.objects.filter(pk=town.posts[Role.DESK].pk).update(valid_to=timezone.localdate())

    answer = client.get("/", follow=True)
    assert "您刚才使用的岗位已到期或被收回" in answer.content.decode()
    assert "acting_post" not in client.session


def test_a_post_that_ends_tomorrow_still_acts_today(town: Cast) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    Post.objects.filter(pk=town.posts[Role.DESK].pk).update(valid_to=tomorrow)

    assert logged_in(town).get("/").status_code == 200


def test_a_form_filled_in_under_another_post_is_refused(
    town: Cast, page: Callable[..., Client]
) -> None:
    client = page(Role.GRID_WORKER)
    form = {"post": town.posts[Role.DESK].pk, "category": "0602", "title": "路灯不亮"}

    answer = client.post("/reports/new/", form)

    assert answer.status_code == 409
    assert "您已切换岗位" in answer.content.decode()
    assert client.get("/api/v1/cases/").json()["results"] == []


def test_a_form_without_the_secret_of_the_page_is_refused_in_plain_words(town: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.officer(Role.DESK))

    answer = client.post("/post/", {"acting": town.posts[Role.DESK].pk})

    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_administrators_see_no_cases_on_their_page(
    town: Cast, page: Callable[..., Client]
) -> None:
    for role in (Role.SYSADMIN, Role.SECADMIN):
        shown = page(role).get("/")
        assert "不查看、不办理具体事项" in shown.content.decode()
        labels = [entry.label for entry in shown.context["nav"]]
        assert not {"办件", "上报", "本单位"} & set(labels)
        assert labels[0] == "首页"
