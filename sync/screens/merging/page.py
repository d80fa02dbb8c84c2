"""The page that merges records: which is kept, what is taken from each, and what that does."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from ehr.models import Insurance
from ehr.models import Patient as EHRPatient
from kareo.pages.forms.pickers import Picker, PickerField, is_key
from kareo.pages.scripts import POP_UPS
from kareo.pages.sending.once import sent_once
from kareo.records import Refused
from kareo.records.acting import may_name
from kareo.records.refusals import refusal_in_words
from kareo.records.registry import WHO_HAS
from pm.models import InsuranceCompany, InsurancePlan, InsurancePolicy
from sync.propagation import Choice, NotAsShown, merge, merging
from sync.propagation.merging import MOST, Shown
from sync.roles import may_change
from sync.rules.merging import PARTS
from sync.rules.table import PLAN
from sync.screens.merging.side_by_side import Row, counted_rows, differing, plan_counts
from sync.screens.merging.told import POLICY, Told, lines_of
from sync.screens.preview.told import Line
from sync.screens.urls import change_url, merge_url, record_link
from sync.screens.wording.namesakes import tell_apart
from sync.screens.wording.records import changes_in_words, counted, record_kind

SEEN, MERGE, SHOW, ALL = "_seen", "_merge", "_show", "_all"  # fields of the page
TAKE, PRESET, SAME, TOGETHER, LEAVE = "take-", "preset-", "same", "together", "leave"
FEW, MOST_SHOWN = 10, 1000  # records one by one

# By the last part of the page's address; a picker for each is that of a field that refers to it.
MERGED: Mapping[str, tuple[type[Any], Any]] = {
    "insurancecompany": (InsuranceCompany, InsurancePlan._meta.get_field("company")),
    "insuranceplan": (InsurancePlan, InsurancePolicy._meta.get_field("plan")),
    "insurance": (Insurance, EHRPatient._meta.get_field("primary_insurance")),
}


@dataclass(frozen=True, slots=True)
class Same:
    """Plans that become the same in one company, and whether they are merged as well."""

    key: int
    text: str
    is_together: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One record that merging changes: what in it, and in its counterpart."""

    record: Any
    changes: Sequence[str]
    there: Sequence[str]


@staff_member_required
@sent_once()
def merge_page(request: HttpRequest, model_name: str) -> HttpResponse:
    """Show what merging the records with the keys of the address does, and do just that."""
    model, field = MERGED[model_name]
    label = model._meta.label
    if not may_change(request.user, label) or not may_name(request.user, label):
        raise PermissionDenied
    keys = list(dict.fromkeys(int(key) for key in request.GET.getlist("key") if is_key(key)))
    records = [model._default_manager.in_bulk(keys).get(key) for key in keys]
    found = [record for record in records if record is not None]
    if not found:
        messages.error(request, "Nothing to merge: what was chosen isn't there any more.")
        return redirect("admin:index")
    context = {
        **admin.site.each_context(request),
        "title": f"Merge {_counted(found)}",
        "opts": model._meta,
        "kind": record_kind(model._meta.label),
        "back": change_url(model._meta.label, found[0].pk),
    }
    if len(found) < 2 or len(found) > MOST:
        if len(found) > MOST:
            messages.error(request, f"Nothing was merged: {MOST} at once at most.")
        return TemplateResponse(
            request, "sync/merge.html", context | _other(model, field, found[0])
        )
    choice = _choice(request.POST, model, found)
    shown, problem = _shown(choice)
    missing = _missing(request.user, shown)
    if MERGE in request.POST and shown and not missing:
        try:
            merge(choice, request.POST.get(SEEN, ""))
        except NotAsShown:
            messages.error(request, _changed(request, choice))
        except (Refused, DatabaseError) as error:
            messages.error(request, refusal_in_words(error, request.user))
        else:
            return redirect(change_url(model._meta.label, choice.keep))
    return TemplateResponse(
        request,
        "sync/merge.html",
        context
        | _chosen(request, found, choice)
        | _effects(request, choice, None if missing else shown, problem or missing),
    )


@admin.action(description="Merge selected %(verbose_name_plural)s", permissions=["change"])
def merge_selected(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Lead to the page that merges the selected records."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if not 1 < len(keys) <= MOST:
        what = queryset.model._meta.verbose_name_plural
        messages.error(request, f"Nothing was merged: tick 2 to {MOST} {what} that are one.")
        return None
    return redirect(merge_url(queryset.model, keys))


def preset(records: Sequence[Any]) -> int:
    """Return the key of the one to keep, unless the user says otherwise.

    An active one, with a payer ID, or a counterpart; with the most plans; the oldest.
    """
    counts: dict[int, int] = {}
    if isinstance(records[0], InsuranceCompany):
        counts = plan_counts([record.pk for record in records])

    def preference(record: Any) -> tuple[bool, bool, int, int]:
        has = record.payer_id if isinstance(record, InsuranceCompany) else hasattr(record, "link")
        return not record.is_active, not has, -counts.get(record.pk, 0), record.pk

    best: int = min(records, key=preference).pk
    return best


def _counted(records: Sequence[Any]) -> str:
    what = {InsuranceCompany: "company", InsurancePlan: "plan", Insurance: "insurance"}
    return counted(len(records), what[type(records[0])])


def _choice(sent: QueryDict, model: type[Any], records: Sequence[Any]) -> Choice:
    keys = [record.pk for record in records]
    keep = _key(sent.get("keep"), keys) or preset(records)
    take = {}
    for part in PARTS if model is InsuranceCompany else ():
        key = _key(sent.get(f"{TAKE}{part}"), keys)
        if key and str(key) != sent.get(f"{PRESET}{part}"):
            take[part] = key
    apart = {int(key) for key in sent.getlist(SAME) if is_key(key)}
    apart -= {int(key) for key in sent.getlist(TOGETHER) if is_key(key)}
    others = tuple(key for key in keys if key != keep)
    return Choice(model, keep, others, take, frozenset(apart), LEAVE in sent)


def _key(sent: str | None, keys: Sequence[int]) -> int | None:
    return int(sent) if sent and is_key(sent) and int(sent) in keys else None


def _shown(choice: Choice) -> tuple[Shown | None, str]:
    """Return what it does, or why it can't be done."""
    try:
        return merging(choice), ""
    except Refused as refused:
        return None, str(refused)


def _changed(request: HttpRequest, choice: Choice) -> str:
    """Say why nothing was merged: its user chose otherwise, or others saved meanwhile."""
    chose = any(name.startswith((TAKE, SAME)) or name == "keep" for name in request.POST)
    meanwhile = "what you chose, or what somebody saved meanwhile, makes it something else"
    if not chose:
        meanwhile = "somebody saved something meanwhile"
    return (
        f"Nothing was merged yet: {meanwhile}. See below what it does now, and press Merge again if"
        " that is what you want."
    )


def _missing(user: Any, shown: Shown | None) -> str:
    """Say which right is missing, and whom to ask; "" where none is."""
    if shown is None:
        return ""
    told = Told.of(shown.decision.events)
    for label in sorted(told.labels):
        if not may_change(user, label):
            count = told.counts[label]
            what = (
                f"{counted(count, record_kind(label))} would move"
                if count
                else (f"{record_kind(label)}s would change")
            )
            ask = "your practice administrator" if label != POLICY else WHO_HAS[label]
            return f"Your role can't do this: {what}, which it doesn't let you change. Ask {ask}."
    return ""


def _other(model: type[Any], field: Any, record: Any) -> dict[str, Any]:
    """Return what the page has that asks for the other one."""
    pickable = model._default_manager.active().exclude(pk=record.pk)
    picker = PickerField(pickable, label="Same as", widget=Picker(field, admin.site))

    class Other(forms.Form):
        key = picker

    form = Other()
    title = f"Same as another {_counted([record]).partition(' ')[2]}"
    media = forms.Media(js=POP_UPS) + form.media
    return {"form": form, "media": media, "one": record, "title": title}


def _chosen(request: HttpRequest, records: Sequence[Any], choice: Choice) -> dict[str, Any]:
    """Return what was chosen, or is preset: the one kept, and each part that differs."""
    by_key = {record.pk: record for record in records}
    ordered = [by_key[choice.keep], *(by_key[key] for key in choice.others)]
    presets = {part: _preset_of(ordered, names) for part, names in PARTS.items()}
    taken = {**presets, **choice.take} if choice.model is InsuranceCompany else None
    rows: list[Row] = [*differing(records, taken), *counted_rows(records, request.user)]
    pages: Any = admin.site.get_model_admin(choice.model)
    names = pages.named(records) if hasattr(pages, "named") else [str(each) for each in records]
    return {
        "records": [
            {
                "key": each.pk,
                "name": name,
                "is_kept": each.pk == choice.keep,
                "active": each.is_active,
            }
            for each, name in zip(records, names, strict=True)
        ],
        "rows": rows,
        "presets": [(f"{PRESET}{row.part}", presets[row.part]) for row in rows if row.part],
    }


def _preset_of(ordered: Sequence[Any], names: Sequence[str]) -> int:
    """Return the key of the first that isn't blank, the one kept first."""
    filled = (each for each in ordered if any(getattr(each, name, "") for name in names))
    key: int = next(filled, ordered[0]).pk
    return key


def _effects(
    request: HttpRequest, choice: Choice, shown: Shown | None, problem: str
) -> dict[str, Any]:
    names = {"seen": SEEN, "merge": MERGE, "show": SHOW, "all": ALL, "same": SAME}
    names |= {"together": TOGETHER, "leave": LEAVE, "take": TAKE}
    context: dict[str, Any] = {"names": names, "problem": problem, "count": len(choice.keys)}
    if shown is None:
        return context
    events = shown.decision.events
    most = MOST_SHOWN if ALL in request.POST else FEW
    few = tell_apart(request.user, deepcopy(events[:most]))
    same = [
        Same(group[0].pk, _plan_text(group[0], request.user), group[0].pk not in choice.apart)
        for group in shown.twins
    ]
    lines: list[Line] = lines_of(events, shown.stay, request.user)
    return context | {
        "fingerprint": shown.decision.fingerprint,
        "lines": lines,
        "same": same,
        "stay": [_stays(record, request.user) for record in shown.stay[:most]],
        "stay_more": max(0, len(shown.stay) - most),
        "leave": choice.leave,
        "changes": [_change(event, request.user) for event in few],
        "more": len(events) - len(few),
    }


def _plan_text(plan: InsurancePlan, user: Any) -> str:
    return f"{plan.name}, {plan.address}" if may_name(user, PLAN) else f"a plan, no. {plan.pk}"


def _stays(record: Any, user: Any) -> Any:
    patient = record.patient if isinstance(record, InsurancePolicy) else record
    if not may_name(user, patient._meta.label):
        return f"{record_kind(patient._meta.label)}. Ask {WHO_HAS[patient._meta.label]}."
    about = f": {record.in_short}" if isinstance(record, InsurancePolicy) else ""
    return record_link(patient._meta.label, patient.pk, f"{patient}{about}")


def _change(event: Any, user: Any) -> Change:
    label, key, text = event.source_model, event.source_id, event.source_text
    own = record_link(label, None if event.hides_source else key, text)
    there = changes_in_words(event.target_model, event.changes) if event.changes else []
    return Change(own, changes_in_words(label, event.source_changes), there)
