"""Who is told of an event (通知对象): by `access.who`, by the ladder, by what was asked of them.

The posts of the event's own day count, and whoever stood in for them then (AB岗); whoever made the
event is not told of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cases.docket import access
from cases.docket.queries.recipients import holders_of, told_to
from cases.law.moves import Audience
from cases.notice.queries.said import Owed, Said, term_name
from cases.notice.states import (
    BY_VERB,
    CHASE,
    DO,
    MOVED,
    RECOUNT,
    RUNG,
    RUNG_HEARD,
    SILENT,
    TOLD,
    Rule,
    strongest,
)
from cases.people.directory import directory
from cases.people.models import Deputy, Post
from cases.people.queries import in_force
from cases.rulebook.queries import Book


@dataclass(frozen=True)
class Told:
    """One post told of one event, by which rule, and of which obligation if of one."""

    post: Post
    rule: Rule
    owed: Owed | None = None


@dataclass
class Hearing:
    """Who hears of the events of one day; what was looked up for one event serves the next."""

    rules: Book
    people: int  # the stamp of the people slice
    day: date
    _kept: dict[Any, list[Post]] = field(default_factory=dict)
    _posts: dict[tuple[int, int, str], Post] = field(default_factory=dict)
    _lent: dict[int, list[int]] | None = None

    def told(self, said: Said) -> list[Told]:
        """Everybody an event is told to, each post once, by the rule that asks most of it."""
        found: dict[int, Told] = {}
        for told in self._every(said):
            known = found.get(told.post.pk)
            if known is None or strongest((known.rule.code, told.rule.code)) != known.rule.code:
                found[told.post.pk] = told
        return list(found.values())

    def officers(self, told: Told, said: Said) -> list[int]:
        """Who sits at a post: its holder and its deputies, without whoever made the event."""
        if self._lent is None:
            lent = Deputy.objects.filter(in_force(self.day), officer__is_active=True)
            self._lent = {}
            for post, officer in lent.order_by("id").values_list("post_id", "officer_id"):
                self._lent.setdefault(post, []).append(officer)
        every = [told.post.officer_id, *self._lent.get(told.post.pk, ())]
        return [officer for officer in every if officer != said.event.officer_id]

    def what(self, said: Said, told: Told) -> str:
        """What is asked, as the rulebook calls it; else what was done."""
        return term_name(self.rules, said, told.owed.term) if told.owed else said.move.label

    def _every(self, said: Said) -> Iterable[Told]:
        verb = said.event.verb
        if verb in SILENT:
            return
        if verb == CHASE:
            yield from self._chased(said)
            return
        for owed in sorted(said.owed(), key=lambda one: one.due_at):
            for post in self._hands(said, owed):
                yield Told(post, MOVED if verb == RECOUNT else DO, owed)
        for audience in said.move.tells:
            for post in self._told(audience, said):
                yield Told(post, BY_VERB.get(verb, TOLD))

    def _chased(self, said: Said) -> Iterable[Told]:
        owed = next(iter(said.owed()), None)
        if owed is None:
            return
        codes = [code for code in str(said.open.get("heard", "")).split("、") if code]
        people = directory(self.people, self.day)
        for seat in told_to(codes, owed, said.case(), self.day, people):
            post = self._post(seat)
            if post is not None:
                own = seat[1] == owed.unit_id and owed.officer_id in {None, seat[0]}
                yield Told(post, RUNG if own else RUNG_HEARD, owed)

    def _hands(self, said: Said, owed: Owed) -> list[Post]:
        """Who owes it: of a unit those who can do it, all of its posts where none can."""
        if owed.unit_id is None:
            return []
        held = self._who(Audience.OWNER, said, (owed.unit_id, owed.officer_id))
        roles = said.hands(owed.term)
        return [post for post in held if post.role in roles] or held

    def _told(self, audience: Audience, said: Said) -> Iterable[Post]:
        """Of what nobody holds any more, whoever held it until then is its owner."""
        if audience is Audience.OWNER and said.case().unit_id is None:
            for held in holders_of(said.event):
                yield from self._who(audience, said, held)
            return
        yield from self._who(audience, said, None)

    def _who(
        self, audience: Audience, said: Said, held: tuple[int | None, int | None] | None
    ) -> list[Post]:
        case = said.case(held)
        filer = (case.filer_id, case.filer_unit_id) if audience is Audience.FILER else None
        secret = case.pk if case.confidential else None
        key = (audience, case.division, case.unit_id, case.officer_id, filer, secret)
        if key not in self._kept:
            self._kept[key] = list(access.who(audience, case, self.day).order_by("id"))
        return self._kept[key]

    def _post(self, seat: tuple[int, int, str]) -> Post | None:
        if not self._posts:
            rows = Post.objects.filter(in_force(self.day), officer__is_active=True)
            self._posts = {(p.officer_id, p.unit_id, p.role): p for p in rows.order_by("-id")}
        return self._posts.get(seat)
