"""The same table sent twice at once (同时导入): every sheet is filed once."""

from functools import partial

import pytest
from django.conf import settings

from cases.docket.models import Case, ExternalRef
from cases.docket.queries.verify import verify_record
from cases.intake.operations import sheets
from cases.law.moves import Role
from cases.rulebook.operations.seeds import load_seeds
from tests.intake.hotline import line, sent, table
from tests.together import together
from tests.town import NOW, Cast, settle


@pytest.fixture
def town(transactional_db: None) -> Cast:
    """The cast in a database other connections can see; every table is emptied afterwards."""
    load_seeds(settings.SEEDS, NOW)
    return settle()


def test_two_clerks_with_one_table_file_every_sheet_once(town: Cast) -> None:
    upload = sent(town, table([line(f"A{n}") for n in range(12)]))
    act = partial(sheets.import_sheet, upload, by=town.actor(Role.DESK), at=NOW)
    done = together(act, act)
    assert not [given for given in done if isinstance(given, Exception)]
    assert sum(given.created for given in done) == 12
    assert [given.rejected for given in done] == [[], []]
    assert [given.created + given.existing for given in done] == [12, 12]
    assert (Case.objects.count(), ExternalRef.objects.count()) == (12, 12)
    assert verify_record().broken == []
