"""Everybody at the door (访问者): each seat of two towns and their county by page and by interface,
and what each of them sees and may file, restated from the town's rules.
"""

from dataclasses import dataclass

from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from cases.docket.models import Case
from cases.law.moves import Role
from cases.people.models import Post
from cases.people.operations import issue_token
from tests.town import XIASHU, Cast

# Who sees a report the grid worker filed and the desk holds: those two, the village, the town's
# and the county's wide seats.
SEES = {
    Role.GRID_WORKER,
    Role.VILLAGE,
    Role.DESK,
    Role.DUTY,
    Role.LEADER,
    Role.HEAD_OF_ORGAN,
    Role.SUPERVISOR,
    Role.COUNTY_DESK,
}
# Who sees a whistle the desk blew and the department was called by: the wide seats, and those two.
CALLED = {
    *(Role.DESK, Role.DUTY, Role.LEADER, Role.HEAD_OF_ORGAN, Role.SUPERVISOR, Role.COUNTY_DESK),
    *(Role.DEPT_OFFICER, Role.DEPT_LEAD),
}
FILERS = {
    Role.GRID_WORKER,
    Role.LIAISON,
    Role.VILLAGE,
    Role.DESK,
    Role.DUTY,
    Role.LEADER,
    Role.HEAD_OF_ORGAN,
    Role.DEPT_OFFICER,
    Role.AGENT,
    Role.ENTERPRISE,
}
NO_CASES = {Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN}


@dataclass
class Seat:
    """Somebody at the door, by page and by interface; without a post: nobody we know."""

    post: Post | None
    here: bool
    page: Client
    api: APIClient

    @property
    def role(self) -> Role | None:
        return Role(self.post.role) if self.post else None

    def sees(self, case: Case) -> bool:
        """Whether a report filed by a grid worker of its own town is seen from here, or a whistle
        its desk blew for the department of the cast, or the sheet that department was sent.
        """
        if self.role is Role.COUNTY_DESK:
            return True
        able = CALLED if case.kind in {"whistle", "sheet"} else SEES
        return self.role in able and (case.division == XIASHU) == self.here

    def __str__(self) -> str:
        return f"{self.role}{'' if self.here else ' elsewhere'}"


def seat(post: Post, *, here: bool = True) -> Seat:
    page, api = Client(raise_request_exception=False), APIClient(raise_request_exception=False)
    page.force_login(post.officer)
    session = page.session
    session["acting_post"] = post.pk
    session.save()
    text, _ = issue_token(post.officer, post, timezone.now())
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return Seat(post, here, page, api)


def everybody(town: Cast) -> list[Seat]:
    """Every seat of this town and county, those of the other town, and nobody."""
    nobody = Seat(None, True, Client(), APIClient())
    here = [seat(post) for post in town.posts.values()]
    return [*here, *(seat(p, here=False) for p in town.other_posts.values()), nobody]
