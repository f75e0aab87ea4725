"""Words for people and posts on the screen (人员用语)."""

from django import template

from cases.law.moves import Role

register = template.Library()
_LABELS = {role.value: role.label for role in Role}


@register.filter
def role_label(role: str) -> str:
    """A role as people read it."""
    return _LABELS.get(str(role), str(role))
