"""Adds to a database of `load_million` what the boards ask for: events up to five a case, whistles
with departments called, colours on what is late, shelved cases, a few work items.

Called by `deploy.bench board --fill`; on a database with "bench" in its name only.
"""

from typing import Final

from django.db import connection

_STEPS: Final = """
INSERT INTO docket_event (case_id, seq, verb, from_state, to_state, officer_id, unit_id, role,
    happened_at, recorded_at, text, previous, hash, digest, answer)
SELECT e.case_id, s.seq, s.verb, s.source, s.target, e.officer_id, e.unit_id, 'desk',
    e.happened_at + s.seq * interval '3 hours', e.recorded_at, e.text, e.previous, e.hash, '', ''
FROM docket_event e CROSS JOIN (VALUES (11, 'accept', 'RECEIVED', 'ACCEPTED'),
    (12, 'assign', 'ACCEPTED', 'ASSIGNED'), (13, 'hand_back', 'ASSIGNED', 'RETURNED'),
    (14, 'note', 'RETURNED', 'RETURNED')) s (seq, verb, source, target)
WHERE e.seq = 1 AND (s.seq < 14 OR e.case_id % 50 = 0)
"""
# Every twentieth case becomes a whistle with one department called.
_WHISTLES: Final = (
    """
UPDATE docket_case SET kind = 'whistle', variant = 'W3', number = replace(number, '-R-', '-W-'),
    state = CASE WHEN closed_at IS NULL THEN 'RESPONDING' ELSE 'CLOSED' END
WHERE id % 20 = 0
""",
    """
INSERT INTO docket_part (case_id, kind, state, unit_id, opened_at, closed_at, next_due, version)
SELECT c.id, 'lead', CASE WHEN c.closed_at IS NULL THEN 'CALLED' ELSE 'EVALUATED' END, u.id,
    c.opened_at, c.closed_at, c.next_due, 1
FROM docket_case c JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM people_unit
    WHERE kind = 'department') d ON true
JOIN people_unit u ON u.id = d.ids[1 + (c.id / 20 %% cardinality(d.ids))]
WHERE c.kind = 'whistle'
""",
    """
INSERT INTO docket_deadline (case_id, part_id, term, occurrence, generation, unit_id, state,
    start_at, last_day, due_at, provisional, by_record, met_at, rule_version, calendar_version,
    snapshot, ladder, rung, colour)
SELECT p.case_id, p.id, t.term, 1, 1, p.unit_id,
    CASE WHEN p.closed_at IS NULL THEN 'running' WHEN p.id %% 9 = 0 THEN 'met_late' ELSE 'met' END,
    p.opened_at, (p.opened_at + interval '1 day')::date, p.opened_at + interval '1 day', false,
    true, p.closed_at, '', '', '{"name": "签收"}', '', 0, ''
FROM docket_part p CROSS JOIN (VALUES ('whistle.sign'), ('whistle.contact')) t (term)
""",
    """
UPDATE docket_deadline SET rung = 1, colour = (ARRAY['blue', 'yellow', 'red'])[1 + id %% 3]
WHERE state = 'running' AND due_at < now()
""",
    """
UPDATE docket_case SET state = 'SHELVED' WHERE closed_at IS NULL AND kind = 'report'
    AND id %% 300 = 1
""",
)


def fill() -> None:
    """Write it all, in one transaction, and let the database know what it holds."""
    if "bench" not in str(connection.settings_dict["NAME"]):
        raise SystemExit("名字带 bench 的专用库才可以。")
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for order in (_STEPS, *_WHISTLES):
            cursor.execute(order.replace("%%", "%"))
        cursor.execute("COMMIT")
        cursor.execute("VACUUM (ANALYZE)")
