"""The same person on the other side, known by the chart number."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from ehr.models import Patient as EHRPatient
from kareo.people import Person
from pm.models import Patient as PMPatient
from sync.links import change_url


def elsewhere(patient: Person) -> tuple[str, str]:
    """Return the page of `patient` in the other system, and what to call a link there.

    Where the other system has no such patient, it is the list, searched for the chart number.
    """
    other: type[EHRPatient] | type[PMPatient] = (
        EHRPatient if isinstance(patient, PMPatient) else PMPatient
    )
    system = "EHR" if other is EHRPatient else "PM"
    pk = other._default_manager.filter(chart_number=patient.chart_number).values_list("pk").first()
    if pk:
        return change_url(other._meta.label, pk[0]), f"Open this patient in {system}"
    return list_url(other, patient.chart_number), f"Look for this patient in {system}"


def list_url(model: type[Person], chart_number: str) -> str:
    """Return the address of the list of patients, searched for the chart number."""
    url = reverse(f"admin:{model._meta.app_label}_patient_changelist")
    return f"{url}?{urlencode({'q': chart_number})}"


def link_elsewhere(patient: Person) -> SafeString:
    url, text = elsewhere(patient)
    return format_html('<a href="{}">{}</a>', url, text)
