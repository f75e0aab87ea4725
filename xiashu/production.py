"""Starting in earnest (正式启用): what must not be there when real people's matters are.

The demonstration's accounts have passwords that stand in a file. Where they could log in and nobody
said that this is a demonstration (`XIASHU_DEMO=1`), neither the web server nor the worker starts.
"""

import sys
from collections.abc import Sequence
from typing import Any, Final, cast

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.checks import CheckMessage, Critical, Warning, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.postgresql.base import DatabaseWrapper

REFUSED: Final = 3  # the exit code of a start that was refused


def sentence() -> str:
    """Why this installation may not start, in one sentence; "" where it may."""
    if settings.DEMO:
        return ""
    officers = apps.get_model("cases", "Officer")._default_manager
    known = officers.filter(demonstration=True, is_active=True)
    able = known.exclude(password="").exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    count = able.count()
    if not count:
        return ""
    return (
        f"本系统里还有 {count} 个可以登录的示范账号，不能正式启用："
        "请先停用这些账号再启动，确为演示的请设置 XIASHU_DEMO=1。"
    )


def refuse_demonstration() -> None:
    """Leave with status 3 where demonstration accounts could log in; the sentence goes to stderr.

    A database that does not answer yet is not judged: nobody can log in without it, and the health
    page says so.
    """
    try:
        said = sentence()
    except DatabaseError:
        return
    finally:
        # The worker forks after this: no connection, and no pool of them, may be inherited.
        link = cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS])
        link.close()
        link.close_pool()
    if said:
        print(said, file=sys.stderr, flush=True)
        sys.exit(REFUSED)


@register(deploy=True)
def nobody_for_show(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """`check --deploy`: no demonstration account can log in."""
    try:
        said = sentence()
    except DatabaseError:
        hint = "请在数据库启动并迁移之后再核对一次。"
        return [Warning("数据库没有应答，未能核对示范账号。", hint=hint, id="xiashu.W001")]
    return [Critical(said, id="xiashu.C001")] if said else []
