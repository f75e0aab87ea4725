"""Tokens (令牌): log-ins of the interface, each under one post; only digests are kept."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from cases.law.moves import Refused, Why
from cases.people.models import Officer, Post, Token
from cases.people.queries import OWN_PASSWORD_FIRST, digest_of, posts_open_to, town_day

# As long as a working day with its evening duty; a phone in the field logs in again each day.
TOKEN_LIFETIME: Final = timedelta(hours=12)


def issue_token(
    officer: Officer, post: Post, at: datetime, lifetime: timedelta = TOKEN_LIFETIME
) -> tuple[str, Token]:
    """A log-in for the API under one post: its text, shown once, and its stored row."""
    if officer.must_change_password:
        raise Refused(OWN_PASSWORD_FIRST, why=Why.ROLE)
    if not posts_open_to(officer, town_day(at)).filter(pk=post.pk).exists():
        raise Refused("该岗位已到期或不是您的岗位，请改选其他岗位登录。", why=Why.ROLE)
    text = secrets.token_urlsafe(32)
    token = Token.objects.create(
        digest=digest_of(text),
        officer=officer,
        post=post,
        created_at=at,
        expires_at=at + lifetime,
    )
    return text, token


def revoke_token(digest: str, at: datetime) -> bool:
    """Take a log-in back (退出登录); False when there was none left to take."""
    running = Token.objects.filter(digest=digest, revoked_at=None)
    return running.update(revoked_at=at) > 0


def revoke_own(officer: Officer, token: int, at: datetime) -> bool:
    """Take one of a person's own log-ins back by its id; False when there was none left."""
    running = Token.objects.filter(officer=officer, pk=token, revoked_at=None)
    return running.update(revoked_at=at) > 0


def revoke_all(officer: Officer, at: datetime) -> int:
    """Take every log-in of a person back; how many there were."""
    return Token.objects.filter(officer=officer, revoked_at=None).update(revoked_at=at)
