"""The API's own description (接口说明): OpenAPI 3.1 and a page to try it, served offline.

The page's library writes styles into the document; its own style rule is relaxed here and nowhere
else.
"""

from typing import Any

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a token travels."""

    target_class = "cases.entrance.acting.TokenAuthentication"
    name = "token"
    match_subclasses = True

    def get_security_definition(self, _auto_schema: Any) -> dict[str, Any]:
        """A bearer token from `POST /api/v1/tokens/`."""
        return {"type": "http", "scheme": "bearer", "description": "POST /api/v1/tokens/"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the pages' own log-in travels."""

    target_class = "cases.entrance.acting.SessionAuthentication"
    name = "session"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, Any]:
        """The session cookie, with the CSRF header on every POST."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class SchemaView(SpectacularAPIView):
    """`/api/schema/`: OpenAPI 3.1; readable by anyone, it holds no secret."""


@method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """`/api/docs/`: the description as a page."""

    template_name = "entrance/api_docs.html"
