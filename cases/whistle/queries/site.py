"""The site code (现场码): six digits at the place of an emergency, typed by who reports in."""

from cases.docket.models import Case
from cases.docket.seal import request_digest


def site_code(case: Case) -> str:
    """The site code of a whistle, always the same; nobody can tell it from its number."""
    return f"{int(request_digest({'site': case.pk})[:12], 16) % 1_000_000:06}"
