"""Files sent ahead and taken by a note (随附件的准备), for tests that need them there."""

from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

from cases.docket.models import Case, Event
from cases.docket.operations.uploads import receive_upload
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.law.moves import Role
from tests.docket.makers import jpeg
from tests.town import NOW, Cast


def sent(town: Cast, role: Role = Role.DESK, name: str = "a.jpg", content: bytes = b"") -> UUID:
    """A file sent ahead by a seat."""
    found: UUID = receive_upload(name, content or jpeg(), by=town.actor(role), at=NOW).pk
    return found


def noted(town: Cast, case: Case, *files: UUID, role: Role = Role.DESK) -> Event:
    """A note with files."""
    slip = Slip(files=files, key=uuid4())
    return report.note(case, by=town.actor(role), at=NOW, slip=slip, words="见附件")


def blobs() -> set[str]:
    """The names of all files in the vault."""
    return {path.name for path in Path(settings.STATE).glob("files/??/??/*")}
