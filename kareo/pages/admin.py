"""What the admin pages of all records share."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import (
    IS_POPUP_VAR,
    TO_FIELD_VAR,
    BaseModelAdmin,
    IncorrectLookupParameters,
)
from django.contrib.admin.utils import flatten, lookup_spawns_duplicates, model_ngettext
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import DatabaseError, DataError, connections
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kareo.pages.fieldsets import Fieldset
from kareo.pages.forms import RecordForm, RecordFormSet, sent_from
from kareo.pages.lists import RecordChangeList
from kareo.pages.pickers import Picker, is_key
from kareo.pages.search import matching
from kareo.records import Record, RecordQuerySet, Refused, saving
from kareo.records.refusals import refusal_in_words
from kareo.records.registry import additions_to

logger = logging.getLogger(__name__)

# Without `choice`: the app that lets the user choose shows that field itself.
HIDDEN_FIELDS = ("seen", "page_id", "confirmed")
HISTORY = (("origin", "version"), ("created_at", "created_by"), ("updated_at", "updated_by"))
ABOUT_THIS_RECORD: Fieldset = ("About this record", {"classes": ("collapse",), "fields": HISTORY})


class RecordFormMixin(BaseModelAdmin[Any]):
    """Adds a record form's hidden fields; a picker of another record can't delete it."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Picker(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, *args: Any, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(*args, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        (name, options), *others = super().get_fieldsets(request, obj)
        return [(name, {**options, "fields": (*options["fields"], HIDDEN_FIELDS)}), *others]


class RecordInline(RecordFormMixin, admin.StackedInline[Any, Any]):
    form = RecordForm
    formset = RecordFormSet
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.user = request.user
        return formset


class ListMixin(BaseModelAdmin[Any]):
    """Treats a URL that none of the list's filters makes as Django treats a wrong filter."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        model_admin: Any = super()
        try:
            return model_admin.get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            logger.warning("A filter in the URL can't be used", exc_info=True)
            raise IncorrectLookupParameters from error


class RecordAdmin(RecordFormMixin, ListMixin, admin.ModelAdmin[Any]):
    """The admin page of a record.

    The reason why a save was refused shows on the form, which keeps what was typed.
    """

    form = RecordForm
    readonly_fields = flatten(HISTORY)
    list_per_page = 50
    show_full_result_count = False

    @property
    def actions(self) -> Any:  # type: ignore[override]  # what was added is known only later
        return ("deactivate", "activate", *additions_to(self.model).actions)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, ABOUT_THIS_RECORD] if obj else fieldsets

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search by what is on an insurance card."""
        fields = self.get_search_fields(request)
        if not fields or not search_term:
            return queryset, False
        found = queryset.filter(matching(search_term, fields, self.model))
        return found, any(lookup_spawns_duplicates(self.opts, name) for name in fields)

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (*additions_to(self.model).filters, *super().get_list_filter(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return RecordChangeList

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Show what prevents a deletion rather than which permissions it would need."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set() if protected else perms_needed, protected

    def log_addition(self, *args: Any) -> Any:
        """Write no log entry: whoever follows the signals keeps the history."""

    log_change: Any = log_addition
    log_deletions: Any = log_addition

    def changeform_view(
        self, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if object_id is None and (added := self._added_before(request)):
            return added
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, DatabaseError) as error:
            if request.method != "POST":
                raise
            # The transaction is rolled back. A double click may have lost against its twin:
            if object_id is None and (added := self._added_before(request)):
                return added
            request.refusal = refusal_in_words(error)  # read by get_form
        # The form isn't valid now, so nothing is written. Hence no transaction, which would have to
        # wait for a busy database again.
        return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]  # private

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows of the page, having taken the locks of all of them first, in one order."""
        for formset in formsets:
            if records := [row.instance for row in formset.forms if row.has_changed()]:
                saving.send(sender=formset.model, records=records, using=formset.queryset.db)
        super().save_related(request, form, formsets, change)
        connection = connections[self.get_queryset(request).db]
        if connection.vendor == "postgresql":
            # At the end of the transaction the page would already say that it was saved.
            connection.check_constraints()

    def filled_in(self, request: HttpRequest, record: Any) -> tuple[Any, list[Any]]:
        """Return the page's form and formsets as they were sent, to be read and never saved."""
        change = record is not None
        form = self.get_form(request, record, change=change)(request.POST, instance=record)
        form.asks = False
        form.is_valid()
        formsets, _inlines = self._create_formsets(request, form.instance, change)  # type: ignore[attr-defined]  # private
        return form, formsets

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        form.user = request.user
        return form

    def _added_before(self, request: HttpRequest) -> HttpResponse | None:
        """Return a redirect to the record that this very page already added; None if it hasn't."""
        sent = sent_from(request.POST)
        if sent is None or not self.has_add_permission(request):
            return None
        if not (record := self.model._default_manager.filter(added_on_page=sent).first()):
            return None
        if IS_POPUP_VAR in request.POST:
            to_field = request.POST.get(TO_FIELD_VAR)
            if to_field and not self.to_field_allowed(request, to_field):
                raise DisallowedModelAdminToField(f"{to_field} can't be referenced.")
            return self.response_add(request, record)
        messages.info(request, f"{record} was already added. It was not added again.")
        return redirect(self._page("change"), record.pk)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._or_back(request, partial(super().delete_view, request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST":
            data: Any = request.POST.copy()
            keys = data.getlist(ACTION_CHECKBOX_NAME)
            data.setlist(ACTION_CHECKBOX_NAME, [key for key in keys if is_key(key)])
            request.POST = data
        return self._or_back(request, partial(super().changelist_view, request, *args, **kwargs))

    def _or_back(self, request: HttpRequest, view: Callable[[], Any]) -> Any:
        """Return the view's answer, or the list with the reason why its action was refused."""
        try:
            return view()
        except (Refused, ProtectedError, DatabaseError) as error:
            if request.method != "POST":
                raise
            messages.error(request, refusal_in_words(error))
            return redirect(self._page("changelist"))

    def _page(self, name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"

    @admin.action(description="Deactivate selected %(verbose_name_plural)s", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: RecordQuerySet[Record]) -> None:
        self._set_active(request, queryset, False)

    @admin.action(description="Activate selected %(verbose_name_plural)s", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: RecordQuerySet[Record]) -> None:
        self._set_active(request, queryset, True)

    def _set_active(self, request: HttpRequest, queryset: Any, active: bool) -> None:
        changed = len(queryset.filter(is_active=not active).change(is_active=active))
        did, state = ("activated", "active") if active else ("deactivated", "inactive")
        message = f"{changed} {model_ngettext(queryset, changed)} {did}."
        if others := queryset.count() - changed:
            message += f" {others} {'was' if others == 1 else 'were'} already {state}."
        messages.success(request, message)
