"""What every test of a matter starts from: the rulebook as seeded, the fixed cast, a real
PostgreSQL.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings as installed
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from cases.docket.models import Case
from cases.intake.operations import file_report
from cases.law.moves import Role
from cases.people.operations import issue_token
from cases.rulebook.operations.seeds import load_seeds
from tests.town import NOW, Cast, recall, settle

pytest_plugins = ["tests.browser"]


@pytest.fixture(autouse=True)
def own_cache(settings: Any) -> None:
    """A cache of the test's own, so that no other installation is disturbed."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    """Files go to a folder of the test."""
    settings.STATE = tmp_path
    settings.ANCHORS = tmp_path / "anchors"


@pytest.fixture(scope="session")
def standing(django_db_setup: None, django_db_blocker: Any) -> None:
    """The seeded rulebook and the cast, written once for all tests of a process."""
    with django_db_blocker.unblock():
        if recall() is None:
            load_seeds(installed.SEEDS, NOW)
            settle()


@pytest.fixture(autouse=True)
def bare(request: pytest.FixtureRequest) -> None:
    """A test that does not ask for the town begins with empty tables."""
    names = set(request.fixturenames)
    marker = request.node.get_closest_marker("django_db")
    if "standing" in names or not (marker or names & {"db", "transactional_db"}):
        return
    wide = "transactional_db" in names or (marker and marker.kwargs.get("transaction"))
    request.getfixturevalue("transactional_db" if wide else "db")
    tables = [m._meta.db_table for m in apps.get_app_config("cases").get_models()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM rulebook_change)")
        if cursor.fetchone()[0]:
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


@pytest.fixture
def town(db: None, standing: None) -> Cast:
    """The seeded rulebook and the cast of two towns and their county."""
    cast = recall()
    if cast is not None:
        return cast
    load_seeds(installed.SEEDS, NOW)  # a test before this one emptied the tables
    return settle()


@pytest.fixture
def filed(town: Cast) -> Callable[..., Case]:
    """Files a plain report as the grid worker, at a time."""

    def file(at: datetime = NOW, role: Role = Role.GRID_WORKER, **facts: Any) -> Case:
        told = {"category": "0602", "title": "路灯不亮", "description": "村口第三盏路灯不亮"}
        case, _ = file_report(by=town.actor(role), at=at, **(told | facts))
        return case

    return file


@pytest.fixture
def api(town: Cast) -> Callable[..., APIClient]:
    """An API client acting as a role of the cast, with a fresh idempotency key per call."""

    def client(role: Role, *, other: bool = False) -> APIClient:
        post = (town.other_posts if other else town.posts)[role]
        text, _ = issue_token(post.officer, post, timezone.now())
        found = APIClient(raise_request_exception=False)
        found.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        return found

    return client


@pytest.fixture
def page(town: Cast) -> Callable[..., Client]:
    """A browser's session acting as a role of the cast."""

    def client(role: Role, *, other: bool = False) -> Client:
        post = (town.other_posts if other else town.posts)[role]
        found = Client(raise_request_exception=False)
        found.force_login(post.officer)
        session = found.session
        session["acting_post"] = post.pk
        session.save()
        return found

    return client


def send(client: APIClient, path: str, body: dict[str, Any], version: int | None = None) -> Any:
    """A POST as the contract asks: a fresh key, and the version of the case where it is a move."""
    headers = {"Idempotency-Key": str(uuid4())}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    return client.post(path, body, format="json", headers=headers)
