"""Throttles (限流): no account and no address asks the API more often than its share a minute.

Counted in the cache, one number a minute and caller. Without the cache everybody is let through
and the log says so: a limit must not close the office.
"""

import logging
import math
import time
from ipaddress import ip_address
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MINUTE: Final = 60
UPLOADS: Final = "uploads"  # the word a view says of itself by `throttle_scope`
_log = logging.getLogger(__name__)


class Share(BaseThrottle):
    """So many requests a minute for an account, fewer for an address nobody logged in from.

    A view that takes files says `throttle_scope = "uploads"`; what comes as a form with files is
    counted so by itself. The shares are `settings.API_SHARES`; 0 lets everything through.
    """

    def __init__(self) -> None:
        self.left = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this request; whether it is still within the share."""
        scope = _scope(request, view)
        share = settings.API_SHARES[scope]
        if not share:
            return True
        now = time.time()
        self.left = MINUTE - now % MINUTE
        return _counted(f"share:{scope}:{_whose(request)}:{int(now // MINUTE)}") <= share

    def wait(self) -> float:
        """Seconds until the next minute begins, at least one."""
        return max(1, math.ceil(self.left))


def too_often(request: HttpRequest) -> bool:
    """Count one try to log in; whether its address has used up its share of this minute."""
    share = settings.API_SHARES["address"]
    if not share:
        return False
    return _counted(f"login:{address_of(request)}:{int(time.time() // MINUTE)}") > share


def address_of(request: HttpRequest) -> str:
    """The address a request came from; behind our own proxy, what that proxy saw."""
    if settings.BEHIND_PROXY:
        passed = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        seen = passed.rpartition(",")[2].strip()
        if _is_address(seen):
            return seen
    return str(request.META.get("REMOTE_ADDR", ""))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _scope(request: Request, view: Any) -> str:
    if request.user is None:
        return "address"
    sends_files = (request.content_type or "").startswith("multipart/")
    if request.method == "POST" and (
        sends_files or getattr(view, "throttle_scope", "") == UPLOADS
    ):
        return UPLOADS
    return "account"


def _whose(request: Request) -> str:
    if request.user is not None:
        return f"o{request.user.pk}"
    return address_of(request._request)


def _counted(key: str) -> int:
    try:
        if cache.add(key, 1, timeout=2 * MINUTE):
            return 1
        return int(cache.incr(key))
    except ValueError:  # gone between the two: its minute is over
        return 1
    except Exception:  # whatever the cache's client calls its troubles
        _log.warning("cache does not answer: requests are not counted", exc_info=True)
        return 0
