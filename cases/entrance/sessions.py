"""Sessions (登录时限): who walked away is logged out, and what was typed is not lost silently.

等保 (GB/T 22239-2019 8.1.4.1): a log-in ends by itself after a while without use, and whatever
happens after a working day. A form sent too late is shown again with its words, to be copied.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from cases.docket.kinds import kinds
from cases.law.moves import Fact

SESSION_SINCE: Final = "since"
SESSION_SEEN: Final = "seen"
BY_ITSELF: Final = "X-By-Itself"  # a page that looks again sends it: nobody need be sitting there
_NOTED_EVERY: Final = 60  # seconds: a click within the same minute writes nothing
_UNSEEN: Final = frozenset(
    {"csrfmiddlewaretoken", "post", "key", "version", "next", "acting", "lng", "lat", "datum"}
)
_SECRET: Final = ("password", "secret", "token")
_UNDONE: Final = "刚才提交的这一步没有办理。"


def ended(request: HttpRequest, now: datetime) -> str:
    """Why the session of whoever is logged in is over: "idle", "over"; "" while it holds.

    A session that holds is marked as used, at most once a minute; what a page asks for by itself
    is no use of it.
    """
    at, session = int(now.timestamp()), request.session
    since = session.get(SESSION_SINCE)
    if since is None:
        session[SESSION_SINCE] = session[SESSION_SEEN] = at
        return ""
    seen = session.get(SESSION_SEEN, since)
    if at - since >= settings.SESSION_HOURS * 3600:
        return "over"
    if at - seen >= settings.SESSION_IDLE_MINUTES * 60:
        return "idle"
    if at - seen >= _NOTED_EVERY and BY_ITSELF not in request.headers:
        session[SESSION_SEEN] = at
    return ""


def end(request: HttpRequest, why: str) -> HttpResponse:
    """Log out whose time is over, and send them to the log-in with the reason."""
    logout(request)
    return ask_again(request, why)


def ask_again(request: HttpRequest, why: str = "") -> HttpResponse:
    """Send a person to the log-in; a form that came too late is shown with what was typed.

    `why` is that of `ended`; "lost" where a session was sent that no longer stands.
    """
    if not why and request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        why = "lost"
    sent = request.method == "POST"
    back = _came_from(request) if sent else request.get_full_path()
    url = f"{settings.LOGIN_URL}?next={quote(back)}"
    typed = _typed(request) if sent and why else {}
    if why:
        url += f"&why={why}" + ("&undone=1" if sent else "")
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = url
        return answer
    if not typed:
        return HttpResponseRedirect(url)
    context = {"said": sentence(why), "typed": typed, "url": url, "files": bool(request.FILES)}
    answer = render(request, "401.html", context, status=401)
    add_never_cache_headers(answer)
    return answer


def sentence(why: str, *, undone: bool = False) -> str:
    """What the log-in page says to somebody whose session is over; "" for any other word."""
    said = {
        "idle": f"长时间未操作（超过 {settings.SESSION_IDLE_MINUTES} 分钟），已自动退出，"
        "请重新登录。",
        "over": f"登录已满 {settings.SESSION_HOURS} 小时，已自动退出，请重新登录。",
        "lost": "登录已失效，请重新登录。",
    }.get(why, "")
    return said + (_UNDONE if said and undone else "")


def _came_from(request: HttpRequest) -> str:
    """The page a form was on, where the browser says so and it is one of ours."""
    referer = request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(referer, hosts, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(referer)
    path = parts.path if parts.path.startswith("/") and not parts.path.startswith("//") else "/"
    return f"{path}?{parts.query}" if parts.query else path


def _typed(request: HttpRequest) -> Mapping[str, str]:
    every = reversed([*kinds()])  # where two kinds word a fact, the first of them
    facts = {name: fact for kind in every for name, fact in kind.table.facts.items()}
    found: dict[str, str] = {}
    for name in request.POST:
        if name in _UNSEEN or any(word in name.lower() for word in _SECRET):
            continue
        fact = facts.get(name, Fact(name))
        sent = (text for text in request.POST.getlist(name) if text.strip())
        if text := "、".join(dict(fact.choices).get(text, text) for text in sent):
            found[fact.label] = text
    return found
