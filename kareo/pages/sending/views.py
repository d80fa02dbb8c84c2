"""What to do with a page that can't be taken as it was sent, and where a log-in leads back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.views.csrf import CSRF_FAILURE_TEMPLATE_NAME

from kareo.pages.sending.once import is_own_page

NOT_YET = (
    "Nothing was saved yet: this page was opened before you logged in last. What you typed is still"
    " here. Check it and save again."
)


def logged_in(request: HttpRequest) -> HttpResponse:
    """Send back to the page that asked to log in again, in another window."""
    return TemplateResponse(request, "sending/logged_in.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show what was typed again, to be saved by this user; where that can't be, say what to do.

    What another site sent, or another user typed, isn't shown. Who logged in meanwhile, in another
    tab, is let in.
    """
    match = request.resolver_match
    if match and match.view_name == "admin:login" and request.user.is_authenticated:
        return _logged_in_already(request)
    model_admin = getattr(match and match.func, "model_admin", None)
    show_again: Any = getattr(model_admin, "show_again", None)
    from_here = "Origin" in request.headers and not reason.startswith(REASON_BAD_ORIGIN[:22])
    is_form = match and str(match.url_name).endswith(("_add", "_change"))
    if match and show_again and is_form and from_here and is_own_page(request):
        shown: HttpResponse = show_again(request, NOT_YET, **match.kwargs)
        return shown
    return render(request, CSRF_FAILURE_TEMPLATE_NAME, status=403)


def _logged_in_already(request: HttpRequest) -> HttpResponse:
    """Lead on as after a log-in, which this isn't: say so where another user was typed."""
    here = request.user.get_username()
    if request.POST.get("username", "").strip() != here:
        messages.warning(
            request,
            f"This browser is logged in as {here} already. To log in as another user, log out"
            " first.",
        )
    view = LoginView()
    view.setup(request)
    return redirect(view.get_redirect_url() or "admin:index")
