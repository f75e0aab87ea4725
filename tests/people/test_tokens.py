"""Log-ins by API: bound to one post, stored as a digest, judged in one query."""

from datetime import timedelta
from typing import Any

import pytest

from cases.law.moves import Refused, Role
from cases.people.models import Token
from cases.people.operations import (
    appoint_deputy,
    change_officer,
    end_deputy,
    end_post,
    issue_token,
    revoke_token,
)
from cases.people.queries import NoPost, NoToken, actor_of_token, digest_of, holder_of_token
from tests.town import NOW, SINCE, TODAY, Cast, settle

TRAIL: dict[str, Any] = {"actor_code": "o1.p1", "at": NOW}


@pytest.fixture
def cast(db: None) -> Cast:
    return settle()


def test_a_token_acts_under_its_post_in_one_query(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    text, token = issue_token(cast.officer(Role.DESK), cast.posts[Role.DESK], NOW)
    assert len(text) == 43
    assert text not in str(Token.objects.filter(pk=token.pk).values())
    with django_assert_num_queries(1):
        actor = actor_of_token(digest_of(text), NOW)
    assert actor == cast.actor(Role.DESK)
    assert holder_of_token(digest_of(text), NOW)[0] == cast.officer(Role.DESK)


def test_a_token_ends_at_its_instant(cast: Cast) -> None:
    text, token = issue_token(cast.officer(Role.DESK), cast.posts[Role.DESK], NOW)
    last = token.expires_at - timedelta(microseconds=1)
    assert actor_of_token(digest_of(text), last).role is Role.DESK
    with pytest.raises(NoToken, match=r"已过期.*重新登录"):
        actor_of_token(digest_of(text), token.expires_at)


def test_an_unknown_or_revoked_token_is_nobody(cast: Cast) -> None:
    text, _ = issue_token(cast.officer(Role.DESK), cast.posts[Role.DESK], NOW)
    with pytest.raises(NoToken, match="无效"):
        actor_of_token(text, NOW)
    assert revoke_token(digest_of(text), NOW)
    assert not revoke_token(digest_of(text), NOW)
    with pytest.raises(NoToken, match="无效"):
        actor_of_token(digest_of(text), NOW)


def test_the_post_ended_this_morning(cast: Cast) -> None:
    text, _ = issue_token(cast.officer(Role.DESK), cast.posts[Role.DESK], NOW)
    end_post(cast.posts[Role.DESK], TODAY, **TRAIL)
    with pytest.raises(NoPost, match="岗位已到期"):
        actor_of_token(digest_of(text), NOW)


def test_a_disabled_account(cast: Cast) -> None:
    text, _ = issue_token(cast.officer(Role.DESK), cast.posts[Role.DESK], NOW)
    change_officer(cast.officer(Role.DESK), {"is_active": False}, **TRAIL)
    with pytest.raises(NoToken, match="已停用"):
        actor_of_token(digest_of(text), NOW)


def test_a_deputys_token_lives_as_long_as_the_deputyship(cast: Cast) -> None:
    post, officer = cast.posts[Role.DEPT_OFFICER], cast.officer(Role.DEPT_LEAD)
    with pytest.raises(Refused, match="不是您的岗位"):
        issue_token(officer, post, NOW)
    assert Token.objects.count() == 0
    deputy = appoint_deputy(post, officer, SINCE, **TRAIL)
    text, _ = issue_token(officer, post, NOW)
    assert actor_of_token(digest_of(text), NOW).deputy_for == post.officer_id
    end_deputy(deputy, TODAY, **TRAIL)
    with pytest.raises(NoPost, match="AB岗"):
        actor_of_token(digest_of(text), NOW)
