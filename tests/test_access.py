"""Every address × every seat (访问全表): a new address that is not in the table here fails.

Who sees which case is restated in `tests.seats`; what follows from it is in `docket/test_visible`.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from cases.docket.models import Case, Deadline
from cases.docket.operations.uploads import receive_upload
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.intake.states import REPORT
from cases.intake.states.aside.whistled import REFER
from cases.law.moves import Role
from cases.oversight.operations import sheets
from cases.people.models import Certificate, GridDuty, Post, Unit
from cases.people.queries import Actor
from cases.rulebook.models import TermRow
from cases.whistle import operations as whistle
from cases.whistle.states.way import BLOWERS
from tests.docket.makers import jpeg
from tests.ledger import facts_for, unchanged
from tests.seats import FILERS, NO_CASES, Seat, everybody, seat
from tests.town import COUNTY, NOW, XIASHU, Cast
from tests.walk import BY_EVENT, PLAIN

STAFF, ANYBODY, SEEN, FILING, NEVER = "staff", "anybody", "seen", "filing", "never"
ON_SPOT, OWN = "on_spot", "own"  # who may self-handle; whoever filed it, in that seat
TRACED = "traced"  # casework that leaves a trace: who may is in docket/test_export
IN_UNIT = "in_unit"  # seats that answer for a unit
CASEWORK = "casework"  # every seat but the keepers of the house
HOUSE = "house"  # staff, but no enterprise
AUDIT, GUARD = "audit", "guard"  # the auditor; the security administrator
NAMELESS = "nameless"  # these cases name no reporter; who may read one: docket/test_reporter
SENDER = "sender"  # whoever sent the file ahead; nobody here
NOT_ASKED = "not_asked"  # a reason: who sees the case needs none, who does not is not asked
WINDOW = "window"  # the desk alone
TABLE_SENT = "table_sent"  # a hotline table its sender sent, at the desk: nobody sent this one
KEEP = "keep"  # the system administrator
KEPT_SENT = "kept_sent"  # a roster its sender sent: nobody sent this one
NONE_KEPT = "none_kept"  # a deputyship: nobody has a deputy yet
BLOWING = "blowing"  # who may blow a whistle; whom it would call; who says yes to it
ROUTED, APPROVING = "routed", "approving"
UNACCEPTED = "unaccepted"  # a report just filed: whoever could whistle for it must accept it first
DRAFTED = "drafted"  # a draft: nobody's but its own writer's
PERSONS = "persons"  # who sits in a unit: staff, but no enterprise
RULING = "ruling"  # who rules on duties
FOUGHT = "fought"  # who reads which boundaries are fought over
GUIDED = "guided"  # casework, but no enterprise: the precedents
UNDISPUTED = "undisputed"  # what lies beside an objection: nobody objected
WIDE_ONLY = "wide"  # the seats that answer for a whole territory
UNDELIVERED = "undelivered"  # who sees which notices did not arrive
BOARD, RATES = "board", "rates"  # who has the board of whistles; who reads the rates
COUNTING = "counting"  # who has the supervisor's board
OFFICE, PUBLISHING = "office", "publishing"  # everybody in office; who publishes months
UNPUBLISHED = "unpublished"  # a month: none is published here
ON_THE_SPOT = {Role.GRID_WORKER, Role.LIAISON, Role.VILLAGE}
UNIT_SEATS = {
    *(Role.VILLAGE, Role.DEPT_OFFICER, Role.DEPT_LEAD, Role.DESK, Role.DUTY),
    *(Role.LEADER, Role.HEAD_OF_ORGAN),
}
BY_ROLE: dict[str, set[Role]] = {
    BLOWING: set(BLOWERS),
    ROUTED: set(BLOWERS) - {Role.ENTERPRISE},
    APPROVING: {Role.LEADER, Role.HEAD_OF_ORGAN},
    IN_UNIT: UNIT_SEATS,
    HOUSE: set(Role) - {Role.ENTERPRISE},
    AUDIT: {Role.AUDITOR},
    GUARD: {Role.SECADMIN},
    KEEP: {Role.SYSADMIN},
    FILING: FILERS,
    ON_SPOT: ON_THE_SPOT,
    WINDOW: {Role.DESK},
    WIDE_ONLY: {
        *(Role.DESK, Role.DUTY, Role.LEADER, Role.HEAD_OF_ORGAN, Role.SUPERVISOR),
        Role.COUNTY_DESK,
    },
    BOARD: {*UNIT_SEATS - {Role.VILLAGE}, Role.SUPERVISOR, Role.COUNTY_DESK},
    RATES: {*UNIT_SEATS - {Role.VILLAGE, Role.DUTY}, Role.SUPERVISOR, Role.COUNTY_DESK},
    UNDELIVERED: {Role.SYSADMIN, Role.SUPERVISOR, Role.DESK, Role.COUNTY_DESK},
    RULING: {Role.ARBITER, Role.COUNTY_DESK},
    COUNTING: {
        *(Role.SUPERVISOR, Role.LEADER, Role.HEAD_OF_ORGAN),
        *(Role.DESK, Role.COUNTY_DESK),
    },
    OFFICE: set(Role) - {Role.ENTERPRISE},
    PUBLISHING: {Role.SUPERVISOR},
    FOUGHT: {
        *(Role.ARBITER, Role.COUNTY_DESK, Role.SUPERVISOR),
        *(Role.DESK, Role.LEADER, Role.HEAD_OF_ORGAN),
    },
    GUIDED: set(Role) - NO_CASES - {Role.ENTERPRISE},
}
URGED = ("reports", "whistles", "supervisions")
# address → who may read it, who may send to it
TABLE: dict[str, tuple[str, str]] = {
    "": (STAFF, NEVER),
    "login/": (ANYBODY, ANYBODY),
    "logout/": (NEVER, STAFF),
    "post/": (STAFF, STAFF),
    "work-items/<int:item>/settle/": (NEVER, STAFF),
    "health/": (HOUSE, NEVER),
    "healthz/live": (ANYBODY, NEVER),
    "healthz/ready": (ANYBODY, NEVER),
    "api/v1/tokens/": (NEVER, ANYBODY),
    "api/v1/me/": (STAFF, NEVER),
    "staff/": (KEEP, NEVER),
    "staff/changes/": (KEEP, NEVER),
    "staff/sheet/": (KEEP, KEEP),
    "staff/sheet/roster.xlsx": (TRACED, NEVER),
    "staff/sheet/blank.xlsx": (KEEP, NEVER),
    "staff/sheet/<uuid:upload>/": (KEPT_SENT, KEPT_SENT),
    "staff/units/": (KEEP, KEEP),
    "staff/units/new/": (KEEP, NEVER),
    "staff/units/<int:row>/": (KEEP, NEVER),
    "staff/units/<int:row>/change/": (KEEP, KEEP),
    "staff/units/<int:row>/hand_over/": (KEEP, KEEP),
    "staff/units/<int:row>/close/": (KEEP, KEEP),
    "staff/officers/": (KEEP, KEEP),
    "staff/officers/new/": (KEEP, NEVER),
    "staff/officers/<int:row>/": (KEEP, NEVER),
    "staff/officers/<int:row>/change/": (KEEP, KEEP),
    "staff/officers/<int:row>/reset_password/": (KEEP, KEEP),
    "staff/officers/<int:row>/stop/": (KEEP, KEEP),
    "staff/officers/<int:row>/restart/": (KEEP, KEEP),
    "staff/posts/": (KEEP, KEEP),
    "staff/posts/new/": (KEEP, NEVER),
    "staff/posts/<int:row>/": (KEEP, NEVER),
    "staff/posts/<int:row>/end/": (KEEP, KEEP),
    "staff/posts/<int:row>/hand_over/": (KEEP, KEEP),
    "staff/posts/<int:row>/change/": (KEEP, KEEP),
    "staff/deputies/": (KEEP, KEEP),
    "staff/deputies/new/": (KEEP, NEVER),
    "staff/deputies/<int:row>/end/": (NONE_KEPT, NONE_KEPT),
    "staff/certificates/": (NEVER, KEEP),
    "staff/certificates/new/": (KEEP, NEVER),
    "staff/certificates/<int:row>/end/": (KEEP, KEEP),
    "staff/duties/": (KEEP, KEEP),
    "staff/duties/new/": (KEEP, NEVER),
    "staff/duties/<int:row>/end/": (KEEP, KEEP),
    "api/v1/staff/changes/": (KEEP, NEVER),
    "api/v1/staff/units/": (KEEP, KEEP),
    "api/v1/staff/units/<int:row>/": (KEEP, NEVER),
    "api/v1/staff/units/<int:row>/change/": (NEVER, KEEP),
    "api/v1/staff/units/<int:row>/hand_over/": (NEVER, KEEP),
    "api/v1/staff/units/<int:row>/close/": (NEVER, KEEP),
    "api/v1/staff/officers/": (KEEP, KEEP),
    "api/v1/staff/officers/<int:row>/": (KEEP, NEVER),
    "api/v1/staff/officers/<int:row>/change/": (NEVER, KEEP),
    "api/v1/staff/officers/<int:row>/reset_password/": (NEVER, KEEP),
    "api/v1/staff/officers/<int:row>/stop/": (NEVER, KEEP),
    "api/v1/staff/officers/<int:row>/restart/": (NEVER, KEEP),
    "api/v1/staff/posts/": (KEEP, KEEP),
    "api/v1/staff/posts/<int:row>/": (KEEP, NEVER),
    "api/v1/staff/posts/<int:row>/end/": (NEVER, KEEP),
    "api/v1/staff/posts/<int:row>/hand_over/": (NEVER, KEEP),
    "api/v1/staff/posts/<int:row>/change/": (NEVER, KEEP),
    "api/v1/staff/deputies/": (KEEP, KEEP),
    "api/v1/staff/deputies/<int:row>/end/": (NEVER, KEEP),
    "api/v1/staff/certificates/": (KEEP, KEEP),
    "api/v1/staff/certificates/<int:row>/end/": (NEVER, KEEP),
    "api/v1/staff/duties/": (KEEP, KEEP),
    "api/v1/staff/duties/<int:row>/end/": (NEVER, KEEP),
    "rules/": (STAFF, NEVER),
    "rules/calendar/": (STAFF, NEVER),
    "rules/changes/": (STAFF, NEVER),
    "rules/manage/": (KEEP, NEVER),
    "rules/manage/<slug:table>/new/": (KEEP, KEEP),
    "rules/manage/<slug:table>/sheet/": (KEEP, KEEP),
    "rules/manage/<slug:table>/sheet/<uuid:upload>/": (NEVER, KEEP),
    "rules/manage/<slug:table>/<int:row>/succeed/": (KEEP, KEEP),
    "rules/manage/<slug:table>/<int:row>/end/": (KEEP, KEEP),
    "rules/manage/<slug:table>/<int:row>/void/": (KEEP, KEEP),
    "rules/<slug:table>/": (STAFF, NEVER),
    "rules/<slug:table>/sheet/": (STAFF, NEVER),
    "rules/<slug:table>/<int:row>/": (STAFF, NEVER),
    "api/v1/rules/": (STAFF, NEVER),
    "api/v1/rules/calendar/": (STAFF, NEVER),
    "api/v1/rules/count/": (STAFF, NEVER),
    "api/v1/rules/changes/": (STAFF, NEVER),
    "api/v1/rules/<slug:table>/": (STAFF, KEEP),
    "api/v1/rules/<slug:table>/check/": (NEVER, KEEP),
    "api/v1/rules/<slug:table>/sheet/": (STAFF, NEVER),
    "api/v1/rules/<slug:table>/sheets/": (NEVER, KEEP),
    "api/v1/rules/<slug:table>/sheets/<uuid:upload>/check/": (NEVER, KEEP),
    "api/v1/rules/<slug:table>/sheets/<uuid:upload>/confirm/": (NEVER, KEEP),
    "api/v1/rules/<slug:table>/<int:row>/": (STAFF, NEVER),
    "api/v1/rules/<slug:table>/<int:row>/succeed/": (NEVER, KEEP),
    "api/v1/rules/<slug:table>/<int:row>/end/": (NEVER, KEEP),
    "api/v1/rules/<slug:table>/<int:row>/void/": (NEVER, KEEP),
    "me/": (STAFF, NEVER),
    "me/contact/": (NEVER, STAFF),
    "me/password/": (STAFF, STAFF),
    "me/deputies/": (NEVER, STAFF),
    "me/deputies/<int:row>/end/": (NEVER, STAFF),
    "me/tokens/<int:row>/revoke/": (NEVER, STAFF),
    "me/readings/": (STAFF, NEVER),
    "me/data/": (STAFF, NEVER),
    "people/": (STAFF, NEVER),
    "people/<int:row>/": (PERSONS, NEVER),
    "api/v1/me/password/": (NEVER, STAFF),
    "api/v1/me/contact/": (NEVER, STAFF),
    "api/v1/me/deputies/": (STAFF, STAFF),
    "api/v1/me/deputies/<int:row>/end/": (NEVER, STAFF),
    "api/v1/me/tokens/": (STAFF, NEVER),
    "api/v1/me/tokens/<int:row>/revoke/": (NEVER, STAFF),
    "api/v1/me/readings/": (STAFF, NEVER),
    "api/v1/me/data/": (STAFF, NEVER),
    "api/v1/people/": (STAFF, NEVER),
    "api/v1/people/<int:row>/": (PERSONS, NEVER),
    "api/v1/units/": (STAFF, NEVER),
    "api/v1/grids/": (STAFF, NEVER),
    "api/v1/grids/locate/": (STAFF, NEVER),
    "api/v1/categories/": (STAFF, NEVER),
    "api/schema/": (ANYBODY, NEVER),
    "api/docs/": (ANYBODY, NEVER),
    "cases/<str:number>/reason/": (NOT_ASKED, NOT_ASKED),
    "cases/<str:number>/reporter/": (NAMELESS, NEVER),
    "api/v1/cases/<str:number>/reporter/": (NAMELESS, NEVER),
    "api/v1/cases/<str:number>/reason/": (NEVER, NOT_ASKED),
    "api/v1/events/": (STAFF, NEVER),
    "access-log/": (AUDIT, NEVER),
    "access-log/sheet/": (NEVER, AUDIT),
    "api/v1/access-log/": (AUDIT, NEVER),
    "security/": (GUARD, NEVER),
    "security/unlock/": (NEVER, GUARD),
    "security/tokens/revoke/": (NEVER, GUARD),
    "security/sessions/end/": (NEVER, GUARD),
    "api/v1/security/": (GUARD, NEVER),
    "api/v1/security/unlock/": (NEVER, GUARD),
    "api/v1/security/tokens/revoke/": (NEVER, GUARD),
    "api/v1/security/sessions/end/": (NEVER, GUARD),
    "cases/": (CASEWORK, NEVER),
    "cases/export/": (TRACED, NEVER),
    "cases/saved/": (NEVER, CASEWORK),
    "cases/saved/<int:view>/remove/": (NEVER, STAFF),
    "unit/": (IN_UNIT, NEVER),
    "reports/bulk/": (CASEWORK, CASEWORK),
    "api/v1/cases/export/": (TRACED, NEVER),
    "api/v1/saved-views/": (STAFF, CASEWORK),
    "api/v1/saved-views/<int:view>/remove/": (NEVER, STAFF),
    "api/v1/unit/": (IN_UNIT, NEVER),
    "api/v1/reports/bulk/": (NEVER, STAFF),
    "cases/<str:number>/": (SEEN, NEVER),
    "uploads/": (NEVER, CASEWORK),
    "uploads/<uuid:upload>/remove/": (NEVER, SENDER),
    "uploads/<uuid:upload>/thumb/": (SENDER, NEVER),
    "attachments/<int:attachment>/": (SEEN, NEVER),
    "attachments/<int:attachment>/thumb/": (SEEN, NEVER),
    "api/v1/uploads/": (NEVER, CASEWORK),
    "api/v1/uploads/<uuid:upload>/remove/": (NEVER, SENDER),
    "api/v1/uploads/<uuid:upload>/thumb/": (SENDER, NEVER),
    "api/v1/attachments/<int:attachment>/": (SEEN, NEVER),
    "api/v1/attachments/<int:attachment>/thumb/": (SEEN, NEVER),
    "api/v1/cases/<str:number>/attachments/": (SEEN, NEVER),
    "deadlines/<int:deadline>/why/": (SEEN, NEVER),
    "api/v1/worklist/": (STAFF, NEVER),
    "api/v1/cases/": (STAFF, NEVER),
    "api/v1/cases/<str:number>/": (SEEN, NEVER),
    "api/v1/deadlines/<int:deadline>/why/": (SEEN, NEVER),
    "api/v1/work-items/": (STAFF, NEVER),
    "api/v1/work-items/<int:item>/settle/": (NEVER, STAFF),
    "reports/new/": (FILING, FILING),
    "reports/self/": (ON_SPOT, ON_SPOT),
    "reports/nearby/": (FILING, NEVER),
    "reports/import/": (WINDOW, WINDOW),
    "reports/import/answers/": (WINDOW, WINDOW),
    "reports/import/<uuid:upload>/": (TABLE_SENT, TABLE_SENT),
    "reports/<str:number>/compare/<str:other>/": (SEEN, NEVER),
    "api/v1/reports/<str:number>/triage/": (SEEN, NEVER),
    "api/v1/sheets/": (NEVER, WINDOW),
    "api/v1/sheets/answers/": (NEVER, WINDOW),
    "api/v1/sheets/<uuid:upload>/": (TABLE_SENT, NEVER),
    "api/v1/sheets/<uuid:upload>/import/": (NEVER, TABLE_SENT),
    "reports/<str:number>/filed/": (OWN, NEVER),
    "reports/<str:number>/": (SEEN, NEVER),
    "reports/<str:number>/<slug:verb>/": (NEVER, SEEN),
    "api/v1/reports/": (STAFF, FILING),
    "api/v1/self-reports/": (NEVER, ON_SPOT),
    "api/v1/reports/nearby/": (FILING, NEVER),
    "api/v1/reports/before-filing/": (FILING, NEVER),
    "api/v1/reports/<str:number>/": (SEEN, NEVER),
    **{f"api/v1/reports/<str:number>/{verb}/": (NEVER, SEEN) for verb in report.VERBS},
    # The boards; publishing and correcting, and what is refused, is in board/test_months.
    **dict.fromkeys(("board/", "board/rows/", "today/"), (COUNTING, NEVER)),
    **dict.fromkeys(("api/v1/board/", "api/v1/board/rows/", "api/v1/today/"), (COUNTING, NEVER)),
    "months/": (OFFICE, PUBLISHING),
    "months/<int:month>/": (UNPUBLISHED, NEVER),
    "months/<int:month>/print/": (UNPUBLISHED, NEVER),
    "months/<int:month>/sheet/": (UNPUBLISHED, NEVER),
    "months/<int:month>/correct/": (NEVER, UNPUBLISHED),
    "api/v1/months/": (OFFICE, PUBLISHING),
    "api/v1/months/<int:month>/": (UNPUBLISHED, NEVER),
    "api/v1/months/<int:month>/correct/": (NEVER, UNPUBLISHED),
    "overdue/": (WIDE_ONLY, NEVER),
    # Notices: whose they are and what is shown of them is in notice/test_inbox.
    "notices/": (STAFF, NEVER),
    "notices/bell/": (ANYBODY, NEVER),
    "notices/read/": (NEVER, STAFF),
    "notices/preferences/": (NEVER, STAFF),
    "notices/<int:row>/open/": (NEVER, STAFF),
    "notices/undelivered/": (UNDELIVERED, NEVER),
    "notices/undelivered/resend/": (NEVER, UNDELIVERED),
    "cases/<str:number>/told/": (NAMELESS, NEVER),
    "api/v1/notices/": (STAFF, NEVER),
    "api/v1/notices/read/": (NEVER, STAFF),
    "api/v1/notices/preferences/": (STAFF, STAFF),
    "api/v1/notices/undelivered/": (UNDELIVERED, NEVER),
    "api/v1/notices/undelivered/resend/": (NEVER, UNDELIVERED),
    "api/v1/cases/<str:number>/told/": (NAMELESS, NEVER),
    "overdue/urge/": (NEVER, STAFF),
    "api/v1/overdue/": (WIDE_ONLY, NEVER),
    **{f"{kind}/<str:number>/urge/": (NEVER, SEEN) for kind in URGED},
    **{f"api/v1/{kind}/<str:number>/urge/": (NEVER, SEEN) for kind in URGED},
    # Supervision sheets: what their moves answer is in oversight/test_sheets_doors.
    "supervisions/": (CASEWORK, NEVER),
    "supervisions/new/": (CASEWORK, CASEWORK),
    "supervisions/bulk/": (CASEWORK, CASEWORK),
    "api/v1/supervisions/bulk/": (NEVER, STAFF),
    "supervisions/<str:number>/print/": (SEEN, NEVER),
    "supervisions/<str:number>/request/print/": (SEEN, NEVER),
    "supervisions/<str:number>/": (SEEN, NEVER),
    "supervisions/<str:number>/<slug:verb>/": (NEVER, SEEN),
    "api/v1/supervisions/": (STAFF, STAFF),
    "api/v1/supervisions/several/": (NEVER, STAFF),
    "api/v1/supervisions/<str:number>/": (SEEN, NEVER),
    **{f"api/v1/supervisions/<str:number>/{verb}/": (NEVER, SEEN) for verb in sheets.VERBS},
    "whistles/bulk/": (CASEWORK, CASEWORK),
    "api/v1/whistles/bulk/": (NEVER, STAFF),
    # Whistles: what their moves answer is in whistle/test_doors.
    "whistles/inbox/": (CASEWORK, NEVER),
    "whistles/visit/": (CASEWORK, CASEWORK),
    "api/v1/whistles/inbox/": (STAFF, NEVER),
    "api/v1/whistles/visits/": (NEVER, STAFF),
    "whistles/new/": (BLOWING, BLOWING),
    "whistles/preview/": (ROUTED, NEVER),
    "whistles/approvals/": (APPROVING, NEVER),
    "whistles/drafts/<int:draft>/": (DRAFTED, DRAFTED),
    "reports/<str:number>/whistle/": (UNACCEPTED, UNACCEPTED),
    "api/v1/reports/<str:number>/whistle/": (NEVER, SEEN),
    "api/v1/whistles/types/": (BLOWING, NEVER),
    "api/v1/whistles/preview/": (ROUTED, NEVER),
    "api/v1/whistles/approvals/": (APPROVING, NEVER),
    "api/v1/whistles/drafts/": (BLOWING, NEVER),
    "api/v1/whistles/drafts/<int:draft>/": (DRAFTED, NEVER),
    "whistles/board/": (BOARD, NEVER),
    "api/v1/whistles/board/": (BOARD, NEVER),
    **dict.fromkeys(("whistles/rates/", "whistles/rates/rows/"), (RATES, NEVER)),
    **dict.fromkeys(("api/v1/whistles/rates/", "api/v1/whistles/rates/rows/"), (RATES, NEVER)),
    "whistles/rulings/": (RULING, NEVER),
    "whistles/boundaries/": (FOUGHT, NEVER),
    "penalties/what-if/": (GUIDED, NEVER),
    "api/v1/penalties/what-if/": (GUIDED, NEVER),
    "whistles/precedents/": (GUIDED, NEVER),
    "whistles/<str:number>/evaluate/": (SEEN, NEVER),
    "whistles/<str:number>/history/": (SEEN, NEVER),
    "api/v1/whistles/rulings/": (RULING, NEVER),
    "api/v1/whistles/boundaries/": (FOUGHT, NEVER),
    "api/v1/whistles/precedents/": (GUIDED, NEVER),
    "api/v1/whistles/<str:number>/history/": (SEEN, NEVER),
    "api/v1/whistles/<str:number>/responses/<int:part>/beside/": (UNDISPUTED, NEVER),
    "whistles/<str:number>/print/": (SEEN, NEVER),
    "whistles/<str:number>/print/file/": (SEEN, NEVER),
    "whistles/<str:number>/responses/<int:part>/print/": (SEEN, NEVER),
    "whistles/<str:number>/responses/<int:part>/objection/print/": (UNDISPUTED, NEVER),
    "whistles/<str:number>/": (SEEN, NEVER),
    "whistles/<str:number>/<slug:verb>/": (NEVER, SEEN),
    "whistles/<str:number>/responses/<int:part>/": (SEEN, NEVER),
    "api/v1/whistles/<str:number>/responses/<int:part>/": (SEEN, NEVER),
    "whistles/<str:number>/responses/<int:part>/<slug:verb>/": (NEVER, SEEN),
    "api/v1/whistles/": (STAFF, STAFF),
    "api/v1/whistles/<str:number>/": (SEEN, NEVER),
    **{f"api/v1/whistles/drafts/<int:draft>/{v}/": (NEVER, DRAFTED) for v in whistle.DRAFT_VERBS},
    **{f"api/v1/whistles/<str:number>/{verb}/": (NEVER, SEEN) for verb in whistle.VERBS},
    **{
        f"api/v1/whistles/<str:number>/responses/<int:part>/{verb}/": (NEVER, SEEN)
        for verb in whistle.PART_VERBS
    },
}
QUERY = {
    "api/v1/penalties/what-if/": "?facts=%7B%22item%22%3A%22CG-01%22%7D",
    "api/v1/whistles/preview/": "?category=0405",
    "api/v1/grids/locate/": "?lng=119.175&lat=32.165",
    "api/v1/categories/": "?scheme=grid",
    "api/v1/reports/nearby/": "?category=0602",
    "api/v1/rules/count/": "?start=2026-09-30T16:30:00%2B08:00&term=3 days",
}


@pytest.fixture
def seats(town: Cast) -> list[Seat]:
    return everybody(town)


@pytest.fixture
def ours(town: Cast) -> Case:
    case = called(town.actor(Role.DESK), town.department.pk)
    supervised(case, town.actor(Role.DESK), town.actor(Role.COUNTY_DESK))
    return _with_photo(town.actor(Role.GRID_WORKER))


@pytest.fixture
def theirs(town: Cast) -> Case:
    case = called(town.other_actor(Role.DESK), town.units[f"{COUNTY}-environment"].pk)
    supervised(case, town.other_actor(Role.DESK), town.actor(Role.COUNTY_DESK))
    return _with_photo(town.other_actor(Role.GRID_WORKER))


def subject(route: str, case: Case) -> Case:
    """What an address is about: the report, or the whistle or sheet of the same town."""
    named = {"whistles/": "whistle", "supervisions/": "sheet"}
    kind = next((kind for word, kind in named.items() if word in route), None)
    if kind is None:
        return case
    return Case.objects.get(division=case.division, kind=kind, number__isnull=False)


def _with_photo(by: Actor) -> Case:
    photo = receive_upload("a.jpg", jpeg(), by=by, at=NOW).pk
    slip = Slip(by_event=True, files=(photo,))
    return report.file_report(by=by, at=NOW, slip=slip, **PLAIN)[0]


def called(desk: Actor, lead: int) -> Case:
    """An emergency blown and dispatched by a desk, with a photograph, and a draft beside it."""
    photo = receive_upload("b.jpg", jpeg(), by=desk, at=NOW).pk
    slip = Slip(by_event=True, files=(photo,))
    told: dict[str, Any] = {"type": "W1", "title": "路面塌陷", "ask": "请到场"}
    case, _ = whistle.blow_whistle(by=desk, at=NOW, slip=slip, **told)
    whistle.blow_whistle(by=desk, at=NOW, keep=True, **told)
    whistle.VERBS["dispatch"](case, by=desk, at=NOW, slip=BY_EVENT, lead=lead)
    return case


def supervised(case: Case, desk: Actor, county: Actor) -> None:
    """A sheet for the late department, asked for by the desk and issued by the county."""
    late = Deadline.objects.get(case=case, term="whistle.sign")
    at = late.due_at + timedelta(hours=1)
    sheet, _ = sheets.request(late.pk, by=desk, at=at, slip=BY_EVENT, demand="请签收")
    sheets.VERBS["issue"](sheet, by=county, at=at, slip=BY_EVENT, demand="请签收")


def routes(patterns: Any = None, before: str = "") -> Iterator[str]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route


def address(route: str, about: Case) -> str:
    case = subject(route, about)
    part = case.parts.values_list("pk", flat=True).first()
    draft = Case.objects.filter(kind="whistle", number=None, division=case.division).first()
    route = route.replace("<int:part>", str(part))
    route = route.replace("<int:draft>", str(draft.pk if draft else 0))
    deadline = Deadline.objects.filter(case=case).values_list("pk", flat=True).first()
    filled = route.replace("<str:number>", str(case.number)).replace("<slug:verb>", "accept")
    photo = case.attachments.values_list("pk", flat=True).first()
    filled = filled.replace("<int:item>", "1").replace("<int:attachment>", str(photo))
    filled = filled.replace("<uuid:upload>", str(uuid4())).replace("<int:view>", "1")
    filled = filled.replace("<int:row>", str(row_of(route))).replace("<slug:table>", "terms")
    filled = filled.replace("<int:month>", "1").replace("<str:other>", str(case.number))
    return "/" + filled.replace("<int:deadline>", str(deadline)) + QUERY.get(route, "")


def row_of(route: str) -> int:
    """A row of the very kind an address is about, which this town's administrator keeps."""
    desk = Post.objects.get(role=Role.DESK, unit__division=XIASHU)
    named = {
        "units": desk.unit_id,
        "officers": desk.officer_id,
        "posts": desk.pk,
        "certificates": Certificate.objects.values_list("pk", flat=True).get(),
        "duties": GridDuty.objects.filter(grid__division=XIASHU).values_list("pk")[:1].get()[0],
        "<slug:table>": TermRow.objects.values_list("pk", flat=True)[:1].get(),
        "people": Unit.objects.values_list("pk", flat=True).get(code=f"{COUNTY}-housing"),
    }
    return next((pk for name, pk in named.items() if f"{name}/<int:row>" in route), 1)


def test_every_address_is_in_the_table() -> None:
    assert sorted(TABLE) == sorted(set(routes()))


# Who is told that there is no such thing, and what everybody else is told.
HIDDEN_BUT_FROM: dict[str, tuple[set[Role | None], set[int]]] = {
    NAMELESS: (set(Role), {404}),
    UNDISPUTED: (set(Role), {404}),
    SENDER: (set(Role), {404}),
    KEPT_SENT: ({Role.SYSADMIN}, {403}),
    NONE_KEPT: ({Role.SYSADMIN}, {403}),
    PERSONS: ({Role.ENTERPRISE}, {200}),
    UNPUBLISHED: ({*Role} - {Role.ENTERPRISE}, {403}),
    TABLE_SENT: ({Role.DESK}, {403}),
}


WRITERS = {OWN: Role.GRID_WORKER, DRAFTED: Role.DESK}  # who wrote what is theirs alone


def reading(who: str, seat: Seat, case: Case, route: str) -> set[int]:
    """What reading an address must answer."""
    door = 401 if route.startswith("api/") else 302
    if who == ANYBODY:
        # Who is in already is not asked to log in; a watcher may find the broker down.
        return {"login/": {200} if seat.post is None else {302}, "healthz/ready": {200, 503}}.get(
            route, {200}
        )
    if seat.post is None:
        return {door}
    if who == NEVER:
        return {405}
    if who == CASEWORK and seat.role in NO_CASES:
        return {403}
    if who in BY_ROLE:
        return {200} if seat.role in BY_ROLE[who] else {403}
    if who in HIDDEN_BUT_FROM:
        known, elsewhere = HIDDEN_BUT_FROM[who]
        return {404} if seat.role in known else elsewhere
    if who == NOT_ASKED:
        return {302} if seat.sees(case) else {404}
    return of_case(who, seat, case, route)


def of_case(who: str, seat: Seat, case: Case, route: str) -> set[int]:
    """What reading an address of a case must answer somebody with a seat."""
    if who in WRITERS and not (seat.role is WRITERS[who] and seat.sees(case)):
        return {404}
    if who == UNACCEPTED:
        return {404 if not seat.sees(case) else 409 if seat.role in REFER.by else 403}
    if who == SEEN and not seat.sees(case):
        return {404}
    return {302} if route == "cases/<str:number>/" else {200}


SHARES = 3  # the table is read in shares, so that they can run at the same time


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("door", ["pages", "interface"])
def test_every_address_is_read_by_those_who_may(
    door: str, share: int, seats: list[Seat], ours: Case, theirs: Case
) -> None:
    mine = {r: w for r, w in TABLE.items() if r.startswith("api/") == (door == "interface")}
    mine = {r: w for r, w in mine.items() if w[0] != TRACED}
    with unchanged():
        for place, (route, (who, _)) in enumerate(mine.items()):
            if place % SHARES != share:
                continue
            for turn, at in enumerate(seats[:: 7 if who == ANYBODY else 1]):
                # What is sent only is never read, by whomever: a few seats show it.
                if who == NEVER and turn % 5:
                    continue
                for case in (ours, theirs) if "<" in route and who != NEVER else (ours,):
                    browser = at.api if route.startswith("api/") else at.page
                    answer = browser.get(address(route, case))
                    wanted = reading(who, at, subject(route, case), route)
                    assert answer.status_code in wanted, (route, str(at), case.division)


def test_nothing_is_sent_where_nothing_is_taken(seats: list[Seat], ours: Case) -> None:
    with unchanged():
        for route in (route for route, (_, who) in TABLE.items() if who == NEVER):
            for at in seats[::7]:
                browser = at.api if route.startswith("api/") else at.page
                open_to_all = TABLE[route][0] == ANYBODY
                if at.post is None and not open_to_all:
                    wanted = 401 if route.startswith("api/") else 302
                else:
                    wanted = 405
                answer = browser.post(address(route, ours), {}, **_json(route))
                assert answer.status_code == wanted, (route, str(at))


def _json(route: str) -> dict[str, Any]:
    return {"format": "json"} if route.startswith("api/") else {}


WIDE = {Role.DESK, Role.DUTY, Role.LEADER, Role.HEAD_OF_ORGAN, Role.SUPERVISOR, Role.COUNTY_DESK}
# What a seat that may is still told of a report just filed: it is no sheet, nothing was recorded
# for anybody, it cannot be merged into itself, and nothing was asked.
STILL = {"object_sheet": 409, "contest": 400, "merge": 400, "supply": 409}


def moving(verb: str, at: Seat, case: Case) -> int:
    """What sending a move of a freshly filed report must answer, taken as 200."""
    if at.post is None:
        return 401
    if not at.sees(case):
        return 404
    move = REPORT.table.moves[verb]
    if not move.goes_from(case.state):
        return 409
    holds = at.role in WIDE or not move.counts
    return STILL.get(verb, 200) if at.role in move.by and holds else 403


def bodies(town: Cast, case: Case) -> dict[str, dict[str, Any]]:
    """Something lawful for every verb there is."""
    told: dict[str, dict[str, Any]] = {}
    for verb in report.VERBS:
        move = REPORT.table.moves[verb]
        facts = facts_for(move, REPORT.code, town)
        told[verb] = {name: _plain(facts[name]) for name in move.asked if move.needs(name)}
    told["correct"] = {"title": "更正的标题"}
    told["merge"] = {"into": str(case.number)}
    return told


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


class _Back(Exception):
    pass


def tried(act: Callable[[], Any], taken: bool) -> Any:
    """Send, and undo what was taken; what was refused must have written nothing."""
    answers: list[Any] = []
    try:
        with transaction.atomic():
            if taken:
                answers.append(act())
            else:
                with unchanged():
                    answers.append(act())
            raise _Back
    except _Back:
        return answers[0]


def test_every_move_of_the_interface_is_made_by_those_who_may(
    seats: list[Seat], town: Cast, ours: Case, theirs: Case
) -> None:
    for verb, body in bodies(town, ours).items():
        for at in seats:
            for case in (ours, theirs) if verb in {"accept", "correct"} else (ours,):
                wanted = moving(verb, at, case)
                headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
                path = f"/api/v1/reports/{case.number}/{verb}/"
                send = partial(at.api.post, path, body, format="json", headers=headers)
                answer = tried(send, wanted == 200)
                assert answer.status_code == wanted, (verb, str(at), case.division)


def test_every_move_of_a_page_is_made_by_those_who_may(
    seats: list[Seat], town: Cast, ours: Case, theirs: Case
) -> None:
    to_page = {200: 303, 401: 302}
    for verb, body in bodies(town, ours).items():
        for at in seats:
            for case in (ours, theirs) if verb in {"accept", "note"} else (ours,):
                status = moving(verb, at, case)
                hidden = {"key": str(uuid4()), "version": 1, "post": at.post.pk if at.post else 0}
                path = f"/reports/{case.number}/{verb}/"
                answer = tried(partial(at.page.post, path, body | hidden), status == 200)
                if verb == "entrust" and status in {403, 409}:
                    status = 400  # nobody of the desk's can be chosen: a page says that first
                wanted = to_page.get(status, status)
                assert answer.status_code == wanted, (verb, str(at), case.division)


def test_reports_are_filed_by_those_who_may_in_their_own_town(seats: list[Seat]) -> None:
    for at in seats:
        may = at.role in FILERS and at.here
        headers = {"Idempotency-Key": str(uuid4())}
        body = PLAIN | {"division": XIASHU}
        path = "/api/v1/reports/"
        answer = tried(partial(at.api.post, path, body, format="json", headers=headers), may)
        assert answer.status_code == (201 if may else 401 if at.post is None else 403), str(at)


BAD = [
    "/cases/%00/",
    "/reports/%00/",
    "/cases/?q=%00",
    "/cases/?q=-%00",
    "/cases/?kind=%00&state=%00",
    "/cases/?view=%00",
    "/cases/?view=nothing",
    "/cases/?due=never",
    "/cases/?after=%00",
    "/cases/?after=x",
    "/cases/?after=WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzA4OjAwIiwgSW5maW5pdHld",
    "/cases/?after=WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwgMV0=",
    "/cases/?from=9999-12-31&to=9999-12-31",
    "/cases/?from=0001-01-01&to=0001-01-01",
    "/cases/?from=2026-13-45",
    "/cases/?q=" + "%F0%9F%98%80" * 50,
    "/cases/?q=%27%20%7C%20%26%20%21%20%3A%2A%20%5C",
    "/deadlines/99999999999999999999/why/",
    "/api/v1/cases/%00/",
    "/api/v1/reports/%00/",
    "/api/v1/cases/?q=%00",
    "/api/v1/cases/?kind=%00",
    "/api/v1/cases/?until=9999-12-31",
    "/api/v1/cases/?since=0001-01-01",
    "/api/v1/cases/?after=WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzA4OjAwIiwgSW5maW5pdHld",
    "/api/v1/cases/?after=WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwgMV0=",
    "/api/v1/cases/?size=0",
    "/api/v1/cases/?size=1000000",
    "/api/v1/cases/?view=nothing",
    "/api/v1/deadlines/99999999999999999999/why/",
    "/api/v1/work-items/?after=99999999999999999999",
    "/api/v1/work-items/?size=0",
    "/api/v1/grids/locate/?lng=200&lat=32",
    "/api/v1/grids/locate/?lng=122.9&lat=30.0",
    "/api/v1/grids/locate/?lng=nan&lat=inf",
]


def test_no_address_however_wrong_breaks_the_service(town: Cast, ours: Case) -> None:
    at = seat(town.posts[Role.DESK])
    for path in BAD:
        browser = at.api if path.startswith("/api/") else at.page
        answer = browser.get(path)
        assert answer.status_code in {200, 400, 404}, (path, answer.status_code)
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
    for path in ("/api/v1/reports/%00/accept/", "/reports/%00/accept/", "/reports/%00/zzz/"):
        browser = at.api if path.startswith("/api/") else at.page
        answer = browser.post(path, {}, headers=headers, **_json(path[1:]))
        assert answer.status_code == 404, path
