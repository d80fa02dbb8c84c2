"""What the admin pages of all records share."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR, BaseModelAdmin
from django.contrib.admin.utils import lookup_spawns_duplicates
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import DatabaseError, DataError, connections
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kareo.pages.forms import RecordForm, RecordFormSet, sent_from
from kareo.pages.lists import RecordChangeList
from kareo.pages.pickers import Picker, is_key
from kareo.pages.search import matching
from kareo.records import Record, RecordQuerySet, Refused, saving
from kareo.records.refusals import refusal_in_words
from kareo.records.registry import additions_to

logger = logging.getLogger(__name__)

# `choice` isn't among them: whoever lets the user choose shows it.
HIDDEN_FIELDS = ("seen", "page_id", "confirmed")
ABOUT_THIS_RECORD = (
    "About this record",
    {
        "classes": ("collapse",),
        "fields": (
            ("origin", "version"),
            ("created_at", "created_by"),
            ("updated_at", "updated_by"),
        ),
    },
)


class RecordFormMixin(BaseModelAdmin[Any]):
    """Sends a record form's hidden fields along; deletes nothing from a picker."""

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


# What a list raises for a filter that no page makes.
WRONG_FILTER = (ValueError, OverflowError, DataError)


class ListMixin(BaseModelAdmin[Any]):
    """Answers a list URL that no filter of the page makes, as Django answers a wrong one."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        view: Any = super()
        try:
            return view.changelist_view(request, extra_context)
        except WRONG_FILTER:
            if request.method == "POST" and self._makes_a_list(request):
                raise  # it was the action's
            logger.warning("No list for %r", request.GET.urlencode(), exc_info=True)
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")

    def _makes_a_list(self, request: HttpRequest) -> bool:
        admin_page: Any = self
        try:
            admin_page.get_changelist_instance(request)
        except WRONG_FILTER:
            return False
        return True


class RecordAdmin(RecordFormMixin, ListMixin, admin.ModelAdmin[Any]):
    """The admin page of a record.

    Its history is the sync log's, so Django's own log entries are not written. Whatever refuses a
    save shows on the form, which keeps what was typed.
    """

    form = RecordForm
    actions = ("deactivate", "activate")
    readonly_fields = (
        "origin",
        "version",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
    )
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, ABOUT_THIS_RECORD] if obj else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Search for what is on the card; a picker offers active records only."""
        found, fields = queryset, self.get_search_fields(request)
        if fields and search_term:
            found = queryset.filter(matching(search_term, fields, self.model))
        duplicates = any(lookup_spawns_duplicates(self.opts, name) for name in fields)
        match = request.resolver_match
        if match and match.url_name == "autocomplete":
            found = found.filter(is_active=True)
        return found, duplicates

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (*additions_to(self.model).filters, *super().get_list_filter(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return RecordChangeList

    def _get_base_actions(self) -> Any:
        added = [self.get_action(action) for action in additions_to(self.model).actions]
        return [*super()._get_base_actions(), *added]  # type: ignore[misc]  # private to Django's admin

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Where something stands in the way, say that, not that its deletion isn't permitted."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, set() if protected else perms_needed, protected

    # The sync log is the history, from every path.
    def log_addition(self, *args: Any) -> Any:
        return None

    def log_change(self, *args: Any) -> Any:
        return None

    def log_deletions(self, *args: Any) -> Any:
        return None

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
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
            request.refusal = refusal_in_words(error)  # type: ignore[attr-defined]  # read by get_form
            # Without a transaction, for which a busy database would have to be waited again:
            # the form is not valid now, so nothing is written.
            return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined]  # private

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows of the page, with the locks of all of them taken first, in one order."""
        for formset in formsets:
            records = [row.instance for row in formset.forms if row.has_changed()]
            if records:
                saving.send(sender=formset.model, records=records, using=formset.queryset.db)
        super().save_related(request, form, formsets, change)
        connection = connections[self.get_queryset(request).db]
        if connection.vendor == "postgresql":
            # Now, not at the end of the transaction, when the page already says that it was saved.
            connection.check_constraints()

    def filled_in(self, request: HttpRequest, record: Any) -> tuple[Any, list[Any]]:
        """Return the page's form and formsets as they were sent, to be read and never saved."""
        form = self.get_form(request, record, change=record is not None)(
            request.POST, instance=record
        )
        form.asks = False
        form.is_valid()
        formsets, _inlines = self._create_formsets(  # type: ignore[attr-defined]  # private to Django's admin
            request, form.instance, change=record is not None
        )
        return form, formsets

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        form.user = request.user
        return form

    def _added_before(self, request: HttpRequest) -> HttpResponse | None:
        """Return the way to the record that this very page added already, None for a new page."""
        sent = sent_from(request.POST)
        if sent is None or not self.has_add_permission(request):
            return None
        record = self.model._default_manager.filter(added_on_page=sent).first()
        if record is None:
            return None
        if IS_POPUP_VAR in request.POST:
            to_field = request.POST.get(TO_FIELD_VAR)
            if to_field and not self.to_field_allowed(request, to_field):
                raise DisallowedModelAdminToField(f"No other record refers to {to_field}.")
            return self.response_add(request, record)
        messages.info(request, f"{record} was added already; it was not added a second time.")
        return HttpResponseRedirect(self._url("change", record.pk))

    def _url(self, page: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        view = super().delete_view
        return self._or_back(request, lambda: view(request, object_id, extra_context))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        view = super().changelist_view
        if request.method == "POST":
            chosen: Any = request.POST.copy()
            keys = chosen.getlist(ACTION_CHECKBOX_NAME)
            chosen.setlist(ACTION_CHECKBOX_NAME, [key for key in keys if is_key(key)])
            request.POST = chosen
        return self._or_back(request, lambda: view(request, extra_context))

    def _or_back(self, request: HttpRequest, view: Callable[[], Any]) -> Any:
        """Return the view's answer, or the list with the reason why its action was refused."""
        try:
            return view()
        except (Refused, ProtectedError, DatabaseError) as error:
            if request.method != "POST":
                raise
            messages.error(request, refusal_in_words(error))
            return HttpResponseRedirect(self._url("changelist"))

    @admin.action(
        description="Deactivate the selected %(verbose_name_plural)s", permissions=["change"]
    )
    def deactivate(self, request: HttpRequest, queryset: RecordQuerySet[Record]) -> None:
        self._set_active(request, queryset, False)

    @admin.action(
        description="Activate the selected %(verbose_name_plural)s", permissions=["change"]
    )
    def activate(self, request: HttpRequest, queryset: RecordQuerySet[Record]) -> None:
        self._set_active(request, queryset, True)

    def _set_active(
        self, request: HttpRequest, queryset: RecordQuerySet[Record], active: bool
    ) -> None:
        changed = queryset.filter(is_active=not active).change(is_active=active)
        names = self.opts.verbose_name if len(changed) == 1 else self.opts.verbose_name_plural
        did, state = ("activated", "active") if active else ("deactivated", "inactive")
        before = queryset.count() - len(changed)
        already = f" {before} already {'was' if before == 1 else 'were'} {state}." if before else ""
        messages.success(request, f"{len(changed)} {names} {did}.{already}")
