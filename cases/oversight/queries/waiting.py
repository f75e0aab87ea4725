"""Is the chase at work (催办是否在走): the rung that has waited longest."""

from datetime import datetime

from cases.docket.models import Deadline, DeadlineState


def oldest_waiting(since: datetime) -> datetime | None:
    """When the oldest rung came that was due at an instant and has not fired; None where all have.

    One step into the index of armed deadlines.
    """
    armed = Deadline.objects.filter(state=DeadlineState.RUNNING, next_rung_at__lte=since)
    return armed.order_by("next_rung_at", "id").values_list("next_rung_at", flat=True).first()
