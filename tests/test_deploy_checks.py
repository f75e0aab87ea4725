"""Starting in earnest (正式启用): the deploy checks are clean, no secret stands in the settings.

Nothing starts where demonstration accounts could log in.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from cases.law.moves import Role
from cases.people.models import Officer
from tests.town import Cast
from xiashu import environment, production

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "XIASHU_HTTPS": "1",
    "XIASHU_PROXY": "1",
    "XIASHU_DEMO": "0",
    "XIASHU_HOSTS": "town.example",
    "XIASHU_ORIGINS": "https://town.example",
}


def run(*argv: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, under the test's own database."""
    told = connection.settings_dict
    host = f"{told['HOST']}:{told['PORT']}" if told["PORT"] else ""
    url = f"postgresql://{told['USER']}:{told['PASSWORD']}@{host}/{told['NAME']}"
    if not host:
        url = f"postgresql://{told['USER']}@/{told['NAME']}?host={told['HOST']}"
    env = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "xiashu.settings"} | more
    return subprocess.run(
        [sys.executable, *argv],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
def test_the_deploy_checks_are_clean_in_production() -> None:
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (done.returncode, done.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    ), done.stderr


@pytest.mark.django_db(transaction=True)
def test_without_tls_the_checks_say_what_is_missing() -> None:
    done = run("manage.py", "check", "--deploy", **PRODUCTION | {"XIASHU_HTTPS": "0"})
    said = sorted(set(re.findall(r"security\.W\d+", done.stderr)))
    assert said == ["security.W004", "security.W008", "security.W012", "security.W016"]


@pytest.mark.django_db(transaction=True)
def test_the_web_server_does_not_start_with_demonstration_accounts(town: Cast) -> None:
    for module in ("xiashu.wsgi", "xiashu.asgi"):
        done = run("-W", "ignore", "-c", f"import {module}", **PRODUCTION)
        assert done.returncode == 3
        said = done.stderr.strip().splitlines()
        assert len(said) == 1, done.stderr
        assert said[0].endswith("确为演示的请设置 XIASHU_DEMO=1。")
    done = run("-W", "ignore", "-c", "import xiashu.wsgi", **PRODUCTION | {"XIASHU_DEMO": "1"})
    assert (done.returncode, done.stderr) == (0, "")
    told = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert "xiashu.C001" in told.stderr
    assert told.returncode == 1


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_the_worker_does_not_start_with_demonstration_accounts(town: Cast) -> None:
    argv = ("-m", "celery", "-A", "xiashu", "worker", "--pool", "solo", "--without-mingle")
    done = run("-W", "ignore", *argv, **PRODUCTION)
    assert done.returncode == 3
    assert "示范账号" in done.stderr


def test_only_accounts_that_can_log_in_stand_in_the_way(town: Cast, settings: Any) -> None:
    settings.DEMO = False
    assert "个可以登录的示范账号" in production.sentence()
    Officer.objects.exclude(pk=town.officer(Role.DESK).pk).update(is_active=False)
    assert "还有 1 个" in production.sentence()
    desk = Officer.objects.get(is_active=True)
    desk.set_unusable_password()
    desk.save()
    assert production.sentence() == ""
    settings.DEMO = True
    Officer.objects.update(is_active=True)
    assert production.sentence() == ""


def test_no_secret_stands_in_the_settings() -> None:
    for name in ("settings.py", "environment.py", "celery.py", "wsgi.py", "asgi.py"):
        text = (ROOT / "xiashu" / name).read_text(encoding="utf-8")
        for line in text.splitlines():
            found = re.match(r"\s*(?P<name>[A-Z_]*(KEY|SECRET|PASSWORD|TOKEN)[A-Z_]*)\s*=", line)
            if found and found["name"] not in {"AUTH_PASSWORD_VALIDATORS", "PASSWORD_HASHERS"}:
                assert not re.search(r"=\s*[rb]?[\"']", line), line
        assert not re.search(r"[\"'][0-9a-f]{32,}[\"']", text), name
        assert not re.search(r"://[^\"'{}\s/]+:[^\"'{}@\s]+@", text), name


def test_no_key_is_kept_where_others_can_read_it(tmp_path: Path) -> None:
    environment.secret_from(tmp_path, "secret_key")
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("given", ["sixty", "-1", "1.5", "９", "99999999"])
def test_a_limit_that_cannot_be_read_stops_the_start(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIASHU_IDLE_MINUTES", given)
    with pytest.raises(ValueError, match="XIASHU_IDLE_MINUTES 应为整数"):
        environment.number_from("XIASHU_IDLE_MINUTES", 60)
    monkeypatch.setenv("XIASHU_IDLE_MINUTES", " ")
    assert environment.number_from("XIASHU_IDLE_MINUTES", 60) == 60


def test_behind_our_proxy_its_word_on_tls_counts() -> None:
    code = (
        "from django.conf import settings as s; print(s.SECURE_PROXY_SSL_HEADER,"
        " s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.SECURE_REDIRECT_EXEMPT)"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "xiashu.settings"}
    for proxy, wanted in (
        ("1", "('HTTP_X_FORWARDED_PROTO', 'https') True True ['^healthz/']\n"),
        ("0", "None True True ['^healthz/']\n"),
    ):
        told = env | {"XIASHU_PROXY": proxy, "XIASHU_HTTPS": "1"}
        done = subprocess.run(
            [sys.executable, "-c", code], env=told, cwd=ROOT, capture_output=True, check=True
        )
        assert done.stdout.decode() == wanted
