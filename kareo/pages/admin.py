"""What the admin pages of all records share."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import DatabaseError
from django.db.models import Field, ForeignKey
from django.http import HttpRequest, HttpResponse

from kareo.pages.back import WayBack
from kareo.pages.deleting import DeletesUnused
from kareo.pages.forms.fieldsets import Fieldset
from kareo.pages.forms.inputs import INPUTS
from kareo.pages.forms.pickers import Picker, PickerField
from kareo.pages.forms.records import Parent, R, RecordForm, RecordFormSet, some_are_unasked
from kareo.pages.forms.words import InOurWords
from kareo.pages.lists.pages import RecordListAdmin
from kareo.records import Record, Refused, Unanswered, saving
from kareo.records.refusals import refusal_in_words

# Without `choice`: the app that lets the user choose shows that field itself.
HIDDEN_FIELDS = ("seen", "confirmed")
HISTORY = (("origin", "version"), ("created_at", "created_by"), ("updated_at", "updated_by"))
ABOUT_THIS_RECORD: Fieldset = ("About this record", {"classes": ("collapse",), "fields": HISTORY})


class RecordFormMixin(InOurWords[R]):
    """Adds a record form's hidden fields; a picker of another record can't delete it."""

    formfield_overrides = INPUTS

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Picker(db_field, self.admin_site))
            kwargs.setdefault("form_class", PickerField)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        elif field:  # browsers would fill in the address of whoever types
            field.widget.attrs.setdefault("autocomplete", "off")
        return field

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Fieldset]:
        (name, options), *others = super().get_fieldsets(request, obj)
        return [(name, {**options, "fields": (*options["fields"], HIDDEN_FIELDS)}), *others]


class RecordInline(RecordFormMixin[R], admin.StackedInline[R, Parent]):
    form: type[RecordForm[R]] = RecordForm
    formset: type[RecordFormSet[R, Parent]] = RecordFormSet
    extra = 0
    max_num = 100

    def get_formset(
        self, request: HttpRequest, obj: Parent | None = None, **kwargs: Any
    ) -> type[RecordFormSet[R, Parent]]:
        most = {"absolute_max": self.max_num, "validate_max": True}
        formset: type[RecordFormSet[R, Parent]] = super().get_formset(request, obj, **most | kwargs)  # type: ignore[assignment]  # made of our own
        formset.form.user = request.user
        formset.form.asks = hasattr(request, "refusal") or hasattr(request, "asks")
        return formset


def _shows_form(response: HttpResponse) -> bool:
    return "adminform" in (getattr(response, "context_data", None) or {})


class RecordAdmin(RecordFormMixin[R], WayBack[R], DeletesUnused[R], RecordListAdmin[R]):
    """The admin page of a record.

    The reason why a save was refused shows on the form, which keeps what was typed.
    """

    form: type[RecordForm[R]] = RecordForm
    readonly_fields = flatten(HISTORY)

    def get_fieldsets(self, request: HttpRequest, obj: R | None = None) -> list[Fieldset]:
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, ABOUT_THIS_RECORD] if obj else fieldsets

    def log_addition(self, *args: Any) -> Any:
        """Write no log entry: whoever follows the signals keeps the history."""

    log_change: Any = log_addition
    log_deletions: Any = log_addition

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            response = super().changeform_view(request, object_id, form_url, extra_context)
            if _shows_form(response) and some_are_unasked(response.context_data):  # type: ignore[attr-defined]  # a page's
                request.asks = True  # type: ignore[attr-defined]  # read by get_form
                response = super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, DatabaseError) as error:
            if request.method != "POST":
                raise
            request.asks = isinstance(error, Unanswered)  # type: ignore[attr-defined]  # read by get_form
            return self.show_again(request, refusal_in_words(error, request.user), object_id)
        return response

    def show_again(
        self, request: HttpRequest, why: str, object_id: str | None = None
    ) -> HttpResponse:
        """Return the page with what was typed on it, which wasn't saved."""
        request.refusal = why  # type: ignore[attr-defined]  # read by get_form
        # The form isn't valid now, so nothing is written. Hence no transaction, which would have to
        # wait for a busy database again.
        return self._changeform_view(request, object_id, "", None)  # type: ignore[attr-defined, no-any-return]  # private

    def save_related(
        self, request: HttpRequest, form: Any, formsets: list[RecordFormSet[Any, R]], change: bool
    ) -> None:
        """Save the rows of the page, having taken the locks of all of them first, in one order."""
        for formset in formsets:
            if records := [row.instance for row in formset.forms if row.has_changed()]:
                saving.send(sender=formset.model, records=records, using=formset.queryset.db)
        super().save_related(request, form, formsets, change)

    def filled_in(
        self, request: HttpRequest, record: R | None
    ) -> tuple[RecordForm[R], list[RecordFormSet[Record, R]]]:
        """Return the page's form and formsets as they were sent, to be read and never saved."""
        change = record is not None
        form = self.get_form(request, record, change=change)(request.POST, instance=record)
        form.is_valid()
        formsets, _inlines = self._create_formsets(request, form.instance, change)  # type: ignore[attr-defined]  # private
        return form, formsets

    def get_form(
        self, request: HttpRequest, obj: R | None = None, change: bool = False, **kwargs: Any
    ) -> type[RecordForm[R]]:
        form: type[RecordForm[R]] = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[assignment]  # made of our own
        form.refusal = getattr(request, "refusal", "")
        form.asks = getattr(request, "asks", False)
        form.user = request.user
        return form

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._or_back(request, partial(super().delete_view, request, *args, **kwargs))
