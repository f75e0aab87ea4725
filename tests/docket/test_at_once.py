"""At once (同时办理): two people on one case, sixteen in one series, one key sent twice."""

from collections import Counter
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from cases.docket.models import Case, DestroyedKey, Event, Series
from cases.docket.operations import erase, recount, take_anchor
from cases.docket.queries.verify import verify_record
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.law.moves import Refused, Role, Why
from cases.people.models import Identity
from cases.people.operations import issue_token
from cases.rulebook.operations.seeds import load_seeds
from tests.tables import holidays_of_2027
from tests.together import together
from tests.town import NOW, Cast, settle
from tests.walk import PLAIN, file, walk


@pytest.fixture
def town(transactional_db: None) -> Cast:
    """The cast in a database other connections can see; every table is emptied afterwards."""
    load_seeds(settings.SEEDS, NOW)
    return settle()


def token(town: Cast, role: Role) -> str:
    post = town.posts[role]
    return "Bearer " + issue_token(post.officer, post, timezone.now())[0]


def whole() -> None:
    assert verify_record().broken == []


def test_of_two_people_on_one_case_exactly_one_wins(town: Cast) -> None:
    seen, desk = Slip(version=1), town.actor(Role.DESK)
    for _ in range(5):
        case = file(town)
        accept = partial(report.accept, by=desk, at=NOW, slip=seen)
        given = together(partial(accept, Case(pk=case.pk)), partial(accept, Case(pk=case.pk)))
        (lost,) = [g for g in given if isinstance(g, Exception)]
        assert isinstance(lost, Refused)
        assert lost.why is Why.STALE
        case.refresh_from_db()
        assert (case.state, case.version, case.seq) == ("ACCEPTED", 2, 2)
    whole()


def test_without_a_version_the_second_is_refused_by_the_state(town: Cast) -> None:
    case, desk = file(town), town.actor(Role.DESK)
    given = together(*[lambda: report.accept(Case(pk=case.pk), by=desk, at=NOW)] * 4)
    lost = [g for g in given if isinstance(g, Refused)]
    assert [g.why for g in lost] == [Why.STATE] * 3
    assert Event.objects.filter(case=case).count() == 2
    whole()


def test_notes_written_at_once_are_all_kept_in_one_chain(town: Cast) -> None:
    case, desk = file(town), town.actor(Role.DESK)
    acts = [
        lambda n=n: report.note(Case(pk=case.pk), by=desk, at=NOW, words=f"第 {n} 条")
        for n in range(8)
    ]
    assert not [g for g in together(*acts) if isinstance(g, Exception)]
    case.refresh_from_db()
    assert (case.version, case.seq) == (1, 9)
    times = list(Event.objects.filter(case=case).order_by("seq").values_list("recorded_at"))
    assert times == sorted(times)
    whole()


def test_sixteen_writers_leave_no_gap_in_a_series(town: Cast) -> None:
    each = 4

    def some() -> list[str]:
        return [str(file(town).number) for _ in range(each)]

    def another_town() -> list[str]:
        by = town.other_actor(Role.GRID_WORKER)
        return [str(report.file_report(by=by, at=NOW, **PLAIN)[0].number) for _ in range(each)]

    given = together(*[some] * 16, another_town)
    assert not [g for g in given if isinstance(g, Exception)]
    ours = sorted(number for numbers in given[:16] for number in numbers)
    assert [int(n[-6:]) for n in ours] == list(range(1, 16 * each + 1))
    assert [int(n[-6:]) for n in sorted(given[16])] == list(range(1, each + 1))
    assert sorted(Series.objects.values_list("last", flat=True)) == [each, 16 * each]
    whole()


def test_a_writer_who_falls_in_the_middle_leaves_no_gap(town: Cast) -> None:
    class Fell(Exception):
        pass

    def falls() -> None:
        with transaction.atomic():
            file(town)
            raise Fell

    given = together(*[lambda: str(file(town).number), falls] * 6)
    numbers = sorted(g for g in given if isinstance(g, str))
    assert Counter(type(g) for g in given) == {str: 6, Fell: 6}
    assert [int(n[-6:]) for n in numbers] == [1, 2, 3, 4, 5, 6]
    assert Case.objects.count() == 6
    whole()


def test_one_key_sent_twice_at_once_is_one_report(town: Cast) -> None:
    key, header = str(uuid4()), token(town, Role.GRID_WORKER)

    def post() -> Any:
        headers = {"Idempotency-Key": key, "Authorization": header}
        return APIClient().post("/api/v1/reports/", PLAIN, format="json", headers=headers)

    given = together(*[post] * 6)
    assert [g.status_code for g in given] == [201] * 6
    assert len({g.content for g in given}) == 1
    assert sorted("Idempotent-Replayed" in g for g in given) == [False] + [True] * 5
    assert Case.objects.count() == Event.objects.count() == 1
    assert Series.objects.get().last == 1
    whole()


def test_one_key_of_a_move_sent_twice_at_once_is_one_move(town: Cast) -> None:
    case, key, header = file(town), str(uuid4()), token(town, Role.DESK)

    def post() -> Any:
        headers = {"Idempotency-Key": key, "If-Match": '"1"', "Authorization": header}
        path = f"/api/v1/reports/{case.number}/accept/"
        return APIClient().post(path, {}, format="json", headers=headers)

    given = together(*[post] * 6)
    assert [g.status_code for g in given] == [200] * 6
    assert len({g.content for g in given}) == 1
    assert Event.objects.filter(case=case).count() == 2
    whole()


def test_one_phone_in_many_reports_at_once_is_one_identity(town: Cast) -> None:
    def post() -> Case:
        return file(town, reporter="示范群众", phone="13812345678")

    given = together(*[post] * 8)
    assert not [g for g in given if isinstance(g, Exception)]
    assert Identity.objects.count() == 2  # one phone, one name


def test_erased_twice_at_once_is_erased_once(town: Cast) -> None:
    case = walk(town, file(town))
    given = together(
        *[lambda: erase(Case.objects.get(pk=case.pk), at=NOW, paper="销毁清册 1 号")] * 3
    )
    assert Counter(type(g) for g in given) == {Event: 1, Refused: 2}
    assert DestroyedKey.objects.count() == 1
    assert Event.objects.filter(case=case, verb="erase").count() == 1
    whole()


def test_anchors_taken_at_once_hang_on_one_another(town: Cast) -> None:
    file(town)
    given = together(*[lambda: take_anchor(timezone.now())] * 4)
    assert not [g for g in given if isinstance(g, Exception)]
    found = verify_record()
    assert (found.anchors, found.broken) == (4, [])


def test_a_recount_passes_over_a_case_somebody_holds_and_takes_it_the_next_time(
    town: Cast,
) -> None:
    held, free = (file(town, at=NOW.replace(month=12, day=31)) for _ in range(2))
    holidays_of_2027()
    counted: list[Any] = []
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=held.pk)
        counted += together(lambda: recount(NOW))
    counted.append(recount(NOW))
    assert [(c.looked_at, c.moved, c.skipped) for c in counted] == [(1, 1, 1), (1, 1, 0)]
    for case in (held, free):
        assert Event.objects.filter(case=case, verb="recount").count() == 1
    whole()


def test_two_people_merging_a_pair_crosswise_end_with_one_merged(town: Cast) -> None:
    desk, merge = town.actor(Role.DESK), report.VERBS["merge"]
    for _ in range(3):
        a, b = file(town), file(town)
        ways = [
            partial(merge, Case(pk=x.pk), by=desk, at=NOW, into=str(y.number))
            for x, y in ((a, b), (b, a))
        ]
        (lost,) = [g for g in together(*ways) if isinstance(g, Exception)]
        assert isinstance(lost, Refused)
        left = Case.objects.filter(pk__in=[a.pk, b.pk]).values_list("state", flat=True)
        assert sorted(left) == ["MERGED", "RECEIVED"]
    whole()
