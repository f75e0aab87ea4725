"""Files at once (同时带附件): of two moves that race for one file exactly one has it."""

from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings

from cases.docket.models import Attachment, Case, Upload
from cases.docket.operations.uploads import receive_upload
from cases.docket.queries.verify import verify_record
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.law.moves import Refused, Role, Why
from cases.rulebook.operations.seeds import load_seeds
from tests.docket.makers import jpeg
from tests.together import together
from tests.town import NOW, Cast, settle
from tests.walk import file


@pytest.fixture
def town(transactional_db: None) -> Cast:
    """The cast in a database other connections can see; every table is emptied afterwards."""
    load_seeds(settings.SEEDS, NOW)
    return settle()


def test_of_two_moves_for_one_file_exactly_one_has_it(town: Cast) -> None:
    desk = town.actor(Role.DESK)
    one, two = file(town), file(town)

    def noted(case: Case, files: list[UUID]) -> object:
        slip = Slip(files=tuple(files))
        return report.note(Case(pk=case.pk), by=desk, at=NOW, slip=slip, words="见附件")

    for _ in range(4):
        ids = [receive_upload("a.jpg", jpeg(), by=desk, at=NOW).pk for _ in range(3)]
        given = together(partial(noted, one, ids), partial(noted, two, ids[::-1]))
        (lost,) = [g for g in given if isinstance(g, Exception)]
        assert isinstance(lost, Refused)
        assert (lost.why, list(lost.fields)) == (Why.FACTS, ["files"])
    assert not Upload.objects.exists()
    assert Attachment.objects.count() == 12
    rows = Attachment.objects.values_list("digest", "thumb")
    there = {path.name for path in Path(settings.STATE).glob("files/??/??/*")}
    assert there == {name for row in rows for name in row}
    assert verify_record().broken == []


def test_a_move_and_its_sender_who_throws_the_file_away(town: Cast) -> None:
    desk, case = town.actor(Role.DESK), file(town)
    kept = receive_upload("a.jpg", jpeg(), by=desk, at=NOW).pk
    slip = Slip(files=(kept,))
    given = together(
        *[lambda: report.note(Case(pk=case.pk), by=desk, at=NOW, slip=slip, words="见附件")] * 3
    )
    assert len([g for g in given if isinstance(g, Refused)]) == 2
    assert case.attachments.count() == 1
    assert verify_record().broken == []
