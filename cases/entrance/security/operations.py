"""What the security administrator does (解锁、收回、下线); each act leaves its change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from axes.utils import reset
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from cases.entrance.security.queries import locked_names, must_guard, officers_guarded
from cases.law.moves import Refused, Why
from cases.people.models import Officer, Token
from cases.people.operations import revoke_all
from cases.people.queries import Actor
from cases.rulebook.operations import note_change


@dataclass(frozen=True)
class Ended:
    """What was ended of a person's log-ins: sessions of pages, tokens of the API."""

    officer: Officer
    sessions: int
    tokens: int


@transaction.atomic
def unlock(actor: Actor, username: str, address: str, at: datetime) -> None:
    """Let a name try again from an address (解锁); Refused where it is not locked."""
    must_guard(actor)
    found = [
        pair
        for pair in locked_names(actor, at)
        if (pair.username, pair.address) == (username, address)
    ]
    if not found:
        raise Refused("这个账号在这个地址没有被锁定，或锁定已自动解除。", why=Why.HIDDEN)
    reset(ip=address, username=username)
    before = {"address": address, "failures": found[0].failures}
    _noted("people_officer", username, "unlock", before, actor, at)


@transaction.atomic
def take_back(actor: Actor, token: int, at: datetime) -> Token:
    """Take one log-in of the API back (收回令牌); Refused where it no longer holds."""
    must_guard(actor)
    rows = Token.objects.select_for_update(of=("self",)).filter(
        pk=token,
        revoked_at=None,
        expires_at__gt=at,
        post__unit__division__startswith=actor.division,
    )
    found = rows.first()
    if found is None:
        raise Refused("没有这个登录凭证，或它已失效、已收回。", why=Why.HIDDEN)
    found.revoked_at = at
    found.save(update_fields=["revoked_at"])
    before = {"officer": found.officer_id, "post": found.post_id}
    _noted("people_token", str(found.pk), "revoke", before, actor, at)
    return found


def end_all(actor: Actor, username: str, at: datetime) -> Ended:
    """End every log-in of a person, pages and API (全部下线); none left is no fault."""
    must_guard(actor)
    officer = None
    if "\0" not in username:
        officer = officers_guarded(actor).filter(username=username).first()
    if officer is None:
        words = f"没有用户名为“{username[:60]}”的人员，或不在您的管理范围内，请核对。"
        raise Refused(words, why=Why.FACTS, fields={"username": words})
    with transaction.atomic():
        ended = Ended(officer, _end_sessions(officer, at), revoke_all(officer, at))
        before = {"sessions": ended.sessions, "tokens": ended.tokens}
        _noted("people_officer", officer.username, "log_out", before, actor, at)
    return ended


def _end_sessions(officer: Officer, at: datetime) -> int:
    """A session names its holder within its signed words only, so each is looked into."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    reader, ended = store(), 0
    for row in Session.objects.filter(expire_date__gt=at).iterator():
        if reader.decode(row.session_data).get(SESSION_KEY) == str(officer.pk):
            store(row.session_key).delete()
            ended += 1
    return ended


def _noted(
    table: str, key: str, what: str, before: Mapping[str, Any], actor: Actor, at: datetime
) -> None:
    note_change(table, key[:120], what, before, None, actor_code=actor.stamp, at=at)
