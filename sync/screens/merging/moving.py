"""The page that moves the selected plans to another company: it shows first what that does."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from kareo.pages.forms.pickers import Picker, PickerField
from kareo.pages.lists.batches import keys_of
from kareo.pages.scripts import POP_UPS
from kareo.records.registry import WHO_HAS
from pm.models import InsuranceCompany, InsurancePlan
from sync.models import SyncEvent
from sync.propagation import NotAsShown, move, moving
from sync.roles import may_see
from sync.rules.decision import NOT_PROPAGATED, UNCHANGED, UPDATED
from sync.rules.table import COMPANY, INSURANCE, PLAN
from sync.screens.merging.told import HIDDEN, who_has
from sync.screens.preview.told import Line
from sync.screens.urls import record_link
from sync.screens.wording.records import counted, listed

SEEN, TO, MOVE, ALL = "_seen", "_to", "_move", "_all"  # fields of the page
SENT_ON = ("action", "select_across", "index", ACTION_CHECKBOX_NAME)
CHOSE_ANOTHER = (
    "Nothing was moved yet: you chose another company than was shown. See below what moving there"
    " does, and press Move again."
)
MOST = 10_000  # plans of one transaction, which a request waits for
FEW, MOST_SHOWN = 10, 1000  # plans one by one
MOST_NAMED = 3


class Target(forms.Form):
    """To which company."""

    company = PickerField(
        InsuranceCompany.objects.active(),
        label="Move to",
        widget=Picker(InsurancePlan._meta.get_field("company"), admin.site),
        error_messages={
            "required": "Choose the company to move to.",
            "invalid_choice": "That company isn't active, or was deleted. Choose another one.",
        },
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A plan that moves: from which company, and what the EHR will show."""

    plan: SafeString
    company: str
    shown: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What moving does, in both lists."""

    fingerprint: str
    count: int
    lines: Sequence[Line]
    rows: Sequence[Row]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@admin.action(
    description="Move selected %(verbose_name_plural)s to another company", permissions=["change"]
)
def move_plans(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Ask to which company, show what moving there does, and do just that."""
    keys = keys_of(queryset)
    if not may_see(request.user, COMPANY):
        messages.error(request, f"Your role doesn't show you companies. Ask {WHO_HAS[PLAN]}.")
        return None
    if len(keys) > MOST:
        messages.error(request, f"Nothing was moved. Narrow the list: {MOST:,} at most at once.")
        return None
    form = Target(request.POST if "company" in request.POST else None)
    shown = None
    if form.is_bound and form.is_valid():
        to = form.cleaned_data["company"]
        if MOVE in request.POST:
            try:
                move(keys, to.pk, request.POST.get(SEEN, ""))
            except NotAsShown as refused:
                is_other = request.POST.get(TO, "") != str(to.pk)
                messages.error(request, CHOSE_ANOTHER if is_other else str(refused))
            else:
                return None
        shown = _shown(request, queryset, to)
    context = {
        **admin.site.each_context(request),
        "title": f"Move {counted(len(keys), 'plan')} to another company",
        "opts": model_admin.opts,
        "form": form,
        "media": forms.Media(js=POP_UPS) + form.media,
        "shown": shown,
        "sent": [(name, value) for name in SENT_ON for value in request.POST.getlist(name)],
        "names": {"seen": SEEN, "to": TO, "move": MOVE, "all": ALL},
    }
    return TemplateResponse(request, "sync/move.html", context)


def _shown(request: HttpRequest, queryset: Any, to: InsuranceCompany) -> Shown:
    plans = list(queryset.order_by("pk").select_related("company"))
    decision = moving(plans, to)
    events = decision.events
    moved: list[Any] = [outcome.source for outcome in decision.outcomes]
    companies = [*dict.fromkeys([to, *(plan.before.company for plan in moved)])]
    pages: Any = admin.site.get_model_admin(InsuranceCompany)
    names = dict(zip(companies, pages.named(companies), strict=True))
    lines = [
        *_in_pm(len(moved), len(plans) - len(moved), names[to]),
        *_twice(moved, to, names[to]),
        *_left(moved, names),
    ]
    sees_ehr = may_see(request.user, INSURANCE)
    lines += _in_ehr(request.user, events, to.name) if sees_ehr else [Line("ehr", "", HIDDEN)]
    few = events[: MOST_SHOWN if ALL in request.POST else FEW]
    rows = [
        Row(
            record_link(event.source_model, event.source_id, plan.name),
            names[plan.before.company],
            event.target_text if sees_ehr else "",
        )
        for plan, event in zip(moved, few, strict=False)
    ]
    return Shown(decision.fingerprint, len(moved), lines, rows)


def _in_pm(moved: int, there: int, to: str) -> Iterator[Line]:
    if moved:
        do = "moves" if moved == 1 else "move"
        yield Line("pm", UPDATED, f"{counted(moved, 'plan')} {do} to {to}.")
    if there:
        do = "is" if there == 1 else "are"
        yield Line("pm", UNCHANGED, f"{counted(there, 'plan')} {do} there already.")


def _in_ehr(user: Any, events: Sequence[SyncEvent], to: str) -> Iterator[Line]:
    kinds = Counter(event.outcome for event in events)
    if count := kinds[UPDATED]:
        changed = [event.source_id for event in events if event.outcome == UPDATED]
        text = f"{counted(count, 'insurance')} will be shown under the name {to}."
        yield Line("ehr", UPDATED, text, note=who_has(user, changed))
    if count := kinds[UNCHANGED]:
        do = "needs" if count == 1 else "need"
        yield Line("ehr", UNCHANGED, f"{counted(count, 'insurance')} {do} no change.")
    if count := kinds[NOT_PROPAGATED]:
        text = f"Nothing changes for the {count:,} of them that have no insurance here."
        if count == 1:
            text = "Nothing changes for the one that has no insurance here."
        yield Line("ehr", NOT_PROPAGATED, text, warns=True)


def _twice(moved: Sequence[InsurancePlan], to: InsuranceCompany, name: str) -> Iterator[Line]:
    """Say which plans the company will have twice: by name and address."""
    same = [(plan.name_key, plan.address_key) for plan in moved]
    there = InsurancePlan.objects.filter(
        company=to, name_key__one_of=[plan.name_key for plan in moved]
    )
    count = Counter([*same, *there.values_list("name_key", "address_key")])
    twice = {key: plan.name for key, plan in zip(same, moved, strict=True) if count[key] > 1}
    if twice:
        text = f"{name} will have the same plan twice: {_named([*twice.values()])}."
        yield Line("pm", "", text, warns=True)


def _left(moved: Sequence[Any], names: Mapping[InsuranceCompany, str]) -> Iterator[Line]:
    """Say which active companies have no plans left."""
    gone = Counter(plan.before.company_id for plan in moved)
    had = InsurancePlan.objects.filter(company__id__one_of=[*gone]).values_list("company")
    has = dict(had.annotate(Count("pk")).order_by())
    left = [name for company, name in names.items() if gone[company.pk] == has.get(company.pk)]
    if left:
        do = "has" if len(left) == 1 else "have"
        yield Line("pm", "", f"{_named(left)} {do} no plans left then.")


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return listed([*names[:MOST_NAMED], f"{more:,} more"] if more > 0 else names)
