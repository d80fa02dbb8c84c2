"""What a list says of a search: what to try where it finds nothing, or what it went by."""

from typing import Any

from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from kareo.pages.patients import INSURANCE, SEARCHED, found_by_insurance
from kareo.records import Person
from sync.screens.search.close_names import NAMES
from sync.screens.search.instead import instead

ADVICE = "Check the spelling, or try fewer words, a ZIP, a PO box or a phone number."
ADVICE_ON_PERSONS = (
    "Check the spelling, or try the last name, a birth date, a chart number or an insurance."
)


def nothing_found(changelist: ChangeList, request: HttpRequest) -> SafeString | str:
    """Say what to try where the search of a list of records found nothing."""
    model: type[Any] = changelist.model
    if not changelist.query or changelist.result_count or model not in NAMES:
        return ""
    to_try = ADVICE_ON_PERSONS if issubclass(model, Person) else ADVICE
    advice: SafeString | str = to_try
    guess, said = instead(request, model, changelist.query)
    if guess:
        url = changelist.get_query_string({SEARCH_VAR: guess})
        advice = format_html(said, format_html('<a href="{}">{}</a>', url, guess))
    elif changelist.has_active_filters:
        url = f"?{urlencode({SEARCH_VAR: changelist.query})}"
        advice = format_html('<a href="{}">Search without the filters.</a> {}', url, to_try)
    both = f"{reverse('sync:search')}?{urlencode({'q': changelist.query})}"
    return format_html(
        '<p class="rule-banner" data-nothing-found><span aria-hidden="true">?</span>'
        '<span>Nothing found for “{}”. {} <a href="{}">Search both lists</a></span></p>',
        changelist.query,
        advice,
        both,
    )


def found_by(changelist: ChangeList, request: HttpRequest) -> SafeString | str:
    """Say of patients who were found by what insures them that they were."""
    if not changelist.result_count or changelist.model not in found_by_insurance(request):
        return ""
    if request.GET.get(SEARCHED) == INSURANCE:
        said = "These were found by “{}” in the name of their insurance."
    else:
        said = "No patient's name or number has “{}”. These were found by their insurance."
    return format_html(
        '<p class="rule-banner" data-found-by-insurance><span aria-hidden="true">i</span>'
        f"<span>{said}</span></p>",
        changelist.query,
    )
