"""What a list says of a search: what to try where it finds nothing, or what it went by."""

from typing import Any

from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.pages.lists.patients import INSURANCE, SEARCHED
from kareo.records import Person
from kareo.search.others import found_by_others
from sync.screens.log.pages import LogList
from sync.screens.search.close_names import NAMES
from sync.screens.search.ehr_names import shown_otherwise
from sync.screens.search.instead import instead
from sync.screens.urls import link_to

ADVICE = "Check the spelling, or try fewer words, a ZIP, a PO box or a phone number."
ADVICE_ON_PERSONS = (
    "Check the spelling, or try the last name, a birth date, a chart number or an insurance."
)

ADVICE_ON_LOG = (
    "Check the spelling, or try a chart number, a payer ID, a street, a ZIP, a phone number or the"
    " name of an imported file."
)
FOUND_BY = {
    "insurance": "No patient's name or number has “{}”. These were found by their insurance.",
    "plans": "No company has “{}” of its own. These were found by their plans.",
}
FOUND_BY_INSURANCE_ALONE = "These were found by “{}” in the name of their insurance."
NOTE = '<p class="rule-banner" {}><span aria-hidden="true">i</span><span>{}</span></p>'
BANNER = (
    '<p class="rule-banner" data-nothing-found><span aria-hidden="true">?</span>'
    "<span>{}{}</span></p>"
)


def nothing_found(changelist: ChangeList, request: HttpRequest) -> SafeString | str:
    """Say what to try where the search of a list of records found nothing."""
    model: type[Any] = changelist.model
    if isinstance(changelist, LogList):
        return nothing_in_log(changelist)
    if not changelist.query or changelist.result_count or model not in NAMES:
        return ""
    to_try = ADVICE_ON_PERSONS if issubclass(model, Person) else ADVICE
    advice: SafeString | str = to_try
    guess, said = instead(request, model, changelist.query)
    if guess:
        url = changelist.get_query_string({SEARCH_VAR: guess})
        advice = format_html(said, link_to(url, guess))
    elif changelist.has_active_filters:
        url = f"?{urlencode({SEARCH_VAR: changelist.query})}"
        advice = format_html('<a href="{}">Search without the filters.</a> {}', url, to_try)
    both = f"{reverse('sync:search')}?{urlencode({'q': changelist.query})}"
    said = format_html("Nothing found for “{}”. {}", changelist.query, advice)
    return format_html(BANNER, said, format_html(' <a href="{}">Search both lists</a>', both))


def nothing_in_log(log: LogList) -> SafeString | str:
    """Say what to try where nothing of the log is found, or nothing is left by its filters."""
    if log.result_count or not log.is_narrowed:
        return ""
    if not log.query:
        none = "Nothing in the log fits these filters. Take one of them away."
        return format_html(BANNER, none, "")
    said = format_html("Nothing found for “{}”. {}", log.query, ADVICE_ON_LOG)
    if not any(spec.used_parameters for spec in log.filter_specs):
        return format_html(BANNER, said, "")
    url = f"?{urlencode({SEARCH_VAR: log.query})}"
    without = format_html(' <a href="{}">Search without the filters</a>', url)
    return format_html(BANNER, said, without)


def found_by(changelist: ChangeList, request: HttpRequest) -> SafeString | str:
    """Say of what was found by others of theirs that it was, and what the EHR calls the rest."""
    typed = changelist.query
    if not (typed and changelist.result_count):
        return ""
    model: type[Any] = changelist.model
    notes = []
    if others := found_by_others(request).get(model):
        told_to = request.GET.get(SEARCHED) == INSURANCE
        said = FOUND_BY_INSURANCE_ALONE if told_to else FOUND_BY[others]
        notes.append(("data-found-by", format_html(said, typed)))
    if model is Insurance or (model is EHRPatient and others):
        name, said = shown_otherwise(request, typed)
        if name:
            link = link_to(changelist.get_query_string({SEARCH_VAR: name}), name)
            notes.append(("data-shown-otherwise", format_html(said, link)))
    return format_html_join("", NOTE, notes)
