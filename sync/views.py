"""What a button does outside the admin's own pages."""

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from ehr.models import Insurance
from kareo.saving import Refused, refusal_in_words
from pm.models import InsurancePlan
from sync.apply import repair
from sync.links import change_url

REPAIRABLE: dict[str, type[InsurancePlan] | type[Insurance]] = {
    "insuranceplan": InsurancePlan,
    "insurance": Insurance,
}


@require_POST
@staff_member_required
def repair_pair(request: HttpRequest, model_name: str, pk: int) -> HttpResponse:
    """Put one pair right, as `pair-repaired` says, and go back to the record's page."""
    model = REPAIRABLE[model_name]
    if not request.user.has_perm(f"{model._meta.app_label}.change_{model_name}"):
        raise PermissionDenied
    record = get_object_or_404(model, pk=pk)
    try:
        repair(model, [record.pk])
    except (Refused, DatabaseError) as error:
        messages.error(request, refusal_in_words(error))
    return redirect(change_url(model._meta.label, record.pk))
