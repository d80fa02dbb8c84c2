"""Django's `csrf_token`, which every form that writes has, with the id of its page."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from kareo.pages.sending.once import PAGE, page_id

register = template.Library()


class PageIdNode(CsrfTokenNode):
    def render(self, context: Any) -> str:
        token = super().render(context)
        request = context.get("request")
        if not token or request is None or not request.user.is_authenticated:
            return token
        page = format_html('<input type="hidden" name="{}" value="{}">', PAGE, page_id(request))
        return token + page


@register.tag
def csrf_token(_parser: Parser, _token: Token) -> PageIdNode:
    return PageIdNode()
