"""The form of a record: it refuses an out-of-date copy."""

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypedDict, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import InlineForeignKeyField
from django.urls import reverse
from django.utils.formats import date_format, localize
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timezone import localtime

from kareo.pages.forms.pickers import PickerField
from kareo.pages.forms.words import ended
from kareo.records import Record, Refused
from kareo.records.acting import may_see
from kareo.records.asking.answers import Answers, Question
from kareo.records.registry import additions_to, fixed_fields

R = TypeVar("R", bound=Record)
Parent = TypeVar("Parent", bound=Record)

INCOMPLETE = "This page is incomplete, so nothing was saved. Reload it and repeat your change."
# What reading a `seen` that no page of ours sent may raise.
UNREADABLE = (ValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


class Seen(TypedDict):
    """What a page shows of a record: {field: [value, its text]}."""

    version: int
    fields: dict[str, list[object]]


class PageField(forms.CharField):
    """A hidden field about the page itself: its value isn't a change to the record."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, strip=False)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RecordForm(forms.ModelForm[R]):
    """A form that knows what its user saw.

    `seen` holds the record as it was when the page was made. `choice` names what the user chose for
    it in the other list, and `confirmed` the questions that were already asked. `refusal`, where
    set, is why a save of this very form was refused, and `asks` says whether because of a question.
    `user` fills the form in. `called` holds what fields are called beside those of other forms.
    """

    refusal: str = ""
    asks = False
    user: Any = None
    called: ClassVar[Mapping[str, str]] = {}

    seen = PageField()
    choice = PageField()
    confirmed = PageField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._confirmed: frozenset[str] = frozenset()
        self._came_up: dict[str, None] = {}
        for name, field in self.fields.items():
            if isinstance(field, PickerField):
                relation: Any = self.instance._meta.get_field(name)
                field.known = relation.get_cached_value(self.instance, default=None)
                field.user = self.user
        if self.instance.pk is None:
            return
        self.initial["seen"] = as_seen(self.instance)
        for name, why in fixed_fields([self.instance]).get(self.instance.pk, {}).items():
            if fixed := self.fields.get(name):
                fixed.disabled, fixed.help_text = True, why

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.instance.pk is not None:
            self._refuse_fixed()
            self._refuse_outdated(data.get("seen", ""))
        if self.refusal and not self.asks:
            raise ValidationError(self.refusal, code="refused")
        return data

    def _post_clean(self) -> None:
        self._confirmed = frozenset(self.cleaned_data.get("confirmed", "").split())
        choice = self.cleaned_data.get("choice", "")
        self.instance.answers = Answers(self.user, self._confirmed, choice)
        super()._post_clean()  # type: ignore[misc]  # private to Django's forms
        # A valid form is saved at first: its save finds out, once and under the lock, what to ask
        # of what others have. What is odd in itself is asked before.
        questions = [] if self.errors else self.instance.questions(self.typed_fields())
        if self.refusal or self.asks or not self._confirmed.issuperset(q.id for q in questions):
            try:
                questions += self._questions_about_others()
            except Refused as refused:
                self.add_error(None, ValidationError(str(refused), code="refused"))
                return
        self.ask(questions)
        if self.refusal and not self.errors:
            self.add_error(None, ValidationError(self.refusal, code="question"))

    def _get_validation_exclusions(self) -> set[str]:
        """Leave out the other records chosen in the form: its own fields have just read them."""
        read = {
            name
            for name, value in self.cleaned_data.items()
            if isinstance(value, Model) and isinstance(self.fields[name], forms.ModelChoiceField)
        }
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # private to Django's forms
        return excluded | read

    def _update_errors(self, errors: ValidationError) -> None:
        """Add those of the record, which lacks what was typed wrong and would only ask for it."""
        for name in self.errors.keys() & self.fields.keys():
            errors.error_dict.pop(name, None)
        for name, wrong in errors.error_dict.items():
            if any(error.code == "unique" for error in wrong) and (said := self._who_has(name)):
                errors.error_dict[name] = [ValidationError(said, code="taken")]
        super()._update_errors(errors)  # type: ignore[misc]  # private to Django's forms

    def _who_has(self, name: str) -> str:
        """Say which other record has what is typed in a field that tells records apart."""
        record: Any = self.instance
        typed = {name: getattr(record, name)}
        other = type(record)._default_manager.exclude(pk=record.pk).filter(**typed).first()
        said = (
            f"has this {record._meta.get_field(name).verbose_name}. Type another, or open that one."
        )
        return in_words(Question("", said, other), self.user) if other else ""

    def typed_fields(self) -> list[str]:
        """Return the names of the fields that the user changed."""
        return list(self.changed_data)

    def _questions_about_others(self) -> list[Question]:
        record = self.instance
        added = additions_to(type(record)).questions(record)
        return [*record.doubts(self.typed_fields()), *added]

    def ask(self, questions: Iterable[Question]) -> None:
        """Refuse once where there is a question; the next page says that it was asked."""
        came_up = {question.id: question for question in questions}
        self._came_up |= dict.fromkeys(came_up)
        if new := [each for key, each in came_up.items() if key not in self._confirmed]:
            self.put("confirmed", " ".join(self._came_up))
            texts = [in_words(question, self.user) for question in new]
            self.add_error(None, [ValidationError(text, code="question") for text in texts])

    def put(self, name: str, value: object) -> None:
        """Let the next page hold `value` instead of what was sent."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data[self.add_prefix(name)] = value
        self.data = data

    def _refuse_fixed(self) -> None:
        """Refuse what was typed into a field that became fixed after the page was made."""
        for name, field in self.fields.items():
            if field.disabled and self[name].data not in (None, self[name].initial):
                self.add_error(name, str(field.help_text))

    def _refuse_outdated(self, seen: str) -> None:
        """Refuse a form made before the record was last saved, and say what changed since.

        The next page holds what this user typed and, in all other fields, what is stored now: a
        second save undoes nothing that someone else changed.
        """
        now = as_seen(self.instance)
        try:
            then: Any = json.loads(seen)  # what any browser sent
            current: Seen = json.loads(now)
            json.dumps(then, ensure_ascii=False).encode()  # what can't be shown wasn't seen
            outdated = then["version"] != current["version"]
            changes = {
                name: (*then["fields"][name], *stored)
                for name, stored in current["fields"].items()
                if name in self.fields
                and then["fields"][name] != stored
                and not isinstance(
                    self.fields[name], InlineForeignKeyField
                )  # the page's own record
            }
            typed = {name for name, (value, _, _, _) in changes.items() if self._typed(name, value)}
        except UNREADABLE as error:
            raise ValidationError(INCOMPLETE, code="incomplete") from error
        if not outdated or not self.has_changed():
            return
        self.put("seen", now)
        theirs, both = [], []
        for name, (_value, text, value_now, text_now) in changes.items():
            label = capfirst(called(self, name))
            if name in typed:
                both.append(f"Both of you changed {label}: it is now {text_now or 'empty'}")
            else:
                is_date = isinstance(self.fields[name], forms.DateField)
                self.put(name, (text_now if is_date else value_now) or "")
                theirs.append(f"{label} was {text or 'empty'} and is now {text_now or 'empty'}")
        said = [changed_meanwhile(self.instance), *map(ended, [*theirs, *both])]
        raise ValidationError([ValidationError(text, code="outdated") for text in said])

    def _typed(self, name: str, value: object) -> bool:
        """Return whether the user changed this field from `value`, which the page showed."""
        if isinstance(value, list | dict):
            raise ValueError("A field holds one value.")
        field = self.fields[name]
        if not isinstance(field, forms.ModelChoiceField):
            value = field.to_python(value)
        return field.has_changed(value, self[name].data)


def in_words(question: Question, user: Any) -> str:
    """Return what to ask `user`, with a link to the record that it is about if that may be seen."""
    if (record := question.about) is None:
        return question.text
    opts = record._meta
    if user and may_see(user, opts.label):
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[record.pk])
        return format_html('<a href="{}">{}</a> {}', url, record, question.text)
    return f"Another {opts.verbose_name} {question.text}"


def called(form: forms.BaseForm, name: str) -> str:
    """Return what people call a field in a sentence about its whole page."""
    own: dict[str, str] = getattr(form, "called", {})  # Django's forms have none
    return own.get(name) or capfirst(str(form.fields[name].label or name))


def some_are_unasked(shown: Mapping[str, Any]) -> bool:
    """Return whether one form of a page that is `shown` asks, and another is right so far.

    What that one has to ask may be found out by a save, which doesn't come to pass.
    """
    rows = [row for inline in shown["inline_admin_formsets"] for row in inline.formset.forms]
    forms = [shown["adminform"].form, *(row for row in rows if row.has_changed())]
    wrong = [form.errors.as_data() for form in forms if form.errors]  # Django's of a reader: {}
    errors = [error for each in wrong for found in each.values() for error in found]
    return len(wrong) < len(forms) and any(error.code == "question" for error in errors)


def as_seen(record: Record) -> str:
    """Return what a page shows of `record`, for its hidden field: {field: [value, its text]}."""
    fields: dict[str, list[object]] = {}
    for field in record.entered_fields():
        value = record.value_of(field)
        text = value["text"] if field.is_relation and value else value
        if isinstance(value, datetime.date):
            text = localize(value)
        fields[field.name] = [getattr(record, field.attname), text]
    return json.dumps({"version": record.version, "fields": fields}, cls=DjangoJSONEncoder)


def changed_meanwhile(record: Record, *, is_sent: bool = True) -> str:
    """Say who saved `record`, and what to do next; or, before the page is sent, what comes."""
    who = record.updated_by or "Someone"
    when = date_format(localtime(record.updated_at), "TIME_FORMAT")
    said = f"{who} saved this {record._meta.verbose_name} at {when}, after you opened it."
    if not is_sent:
        return f"{said} Save shows you theirs next to yours first. Nothing that you typed is lost."
    return (
        f"{said} Your changes aren't saved yet. What you typed is still here, next to theirs. Check"
        " it and save again."
    )


class RecordFormSet(forms.BaseInlineFormSet[R, Parent, forms.ModelForm[R]]):
    """The rows of a page, some of which may have been changed or deleted meanwhile."""

    default_error_messages: ClassVar[Any] = {
        **forms.BaseInlineFormSet.default_error_messages,
        "missing_management_form": INCOMPLETE,
        "too_many_forms": "This page holds at most %(num)d rows. Remove some and save again.",
    }

    # Set by Django, and never None in an inline.
    form: type[RecordForm[R]]
    model: type[R]
    queryset: QuerySet[R]

    @cached_property
    def empty_form(self) -> Any:
        """The row that a script copies; Django would make it anew each time it is asked for."""
        return super().empty_form

    def clean(self) -> None:
        super().clean()
        for form in self.initial_forms:
            if self.model._meta.pk.name in form.errors:
                raise ValidationError(
                    f"One {self.model._meta.verbose_name} on this page was deleted by someone else"
                    " meanwhile. Nothing is saved yet. Note what you typed and reload the page.",
                    code="gone",
                )
            # Django ignores the errors of a row that is checked for deletion.
            if form.cleaned_data.get(DELETION_FIELD_NAME) and form.non_field_errors():
                raise ValidationError(form.non_field_errors().as_data())
