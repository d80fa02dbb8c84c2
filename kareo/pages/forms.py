"""The form of a record: it refuses an out-of-date copy and is never sent twice."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.timezone import localtime

from kareo.records import Record, Refused
from kareo.records.registry import Answers, Question, additions_to, fixed_fields

# What reading a hidden field raises that no page of ours sent.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


class PageField(forms.CharField):
    """A hidden field about the page itself: what it holds is no change to the record."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, strip=False)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RecordForm(forms.ModelForm[Any]):
    """A form that knows what its user saw.

    `seen` carries the record as it stood when the page was made; `page_id` names the page on which
    a record is added. `choice` names what the user chose for it in the other list, and `confirmed`
    the questions that were put already. `refusal`, where set, is why an attempt to save this very
    form was refused. `user` is whoever fills it in; a form that is only read `asks` nothing.
    """

    refusal: str = ""
    user: Any = None
    asks = True

    seen = PageField()
    page_id = PageField()
    choice = PageField()
    confirmed = PageField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # As it was sent, whatever is put into it later.
        self.page_sent = sent_from(self.data, self.prefix) if self.is_bound else None
        if self.instance.pk is None:
            self.initial["page_id"] = uuid.uuid4()
            return
        self.initial["seen"] = as_seen(self.instance)
        for name, why in fixed_fields([self.instance]).get(self.instance.pk, {}).items():
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].help_text = why

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.instance.pk is None:
            self.instance.added_on_page = self.page_sent
        else:
            self._refuse_fixed()
            self._refuse_outdated(data.get("seen", ""))
        if self.refusal:
            raise ValidationError(self.refusal, code="refused")
        return data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # private to Django's forms
        self.instance.answers = Answers(
            self.user,
            frozenset(self.cleaned_data.get("confirmed", "").split()),
            self.cleaned_data.get("choice", ""),
        )
        if self.asks and (self.refusal or not self.errors):
            self._ask()

    def _get_validation_exclusions(self) -> set[str]:
        """Leave out the other records named in the form: its own fields have just read them."""
        read = {
            name
            for name, value in self.cleaned_data.items()
            if isinstance(value, Model) and isinstance(self.fields[name], forms.ModelChoiceField)
        }
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # private to Django's forms
        return excluded | read

    def _ask(self) -> None:
        """Refuse once where there is a question; the page that follows says that it was asked."""
        record = self.instance
        try:
            questions: Sequence[Question] = additions_to(type(record)).questions(record)
        except Refused as refused:
            self.add_error(None, ValidationError(str(refused), code="refused"))
            return
        new = [question for question in questions if question.id not in record.answers.confirmed]
        if new:
            self.put("confirmed", " ".join(question.id for question in questions))
            self.add_error(None, [ValidationError(q.text, code="question") for q in new])

    def put(self, name: str, value: str) -> None:
        """Let the page that follows hold `value`, whatever was sent."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data[self.add_prefix(name)] = value
        self.data = data

    def _refuse_fixed(self) -> None:
        """Say so where a field was typed into that was fixed after the page was made."""
        for name, field in self.fields.items():
            typed = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if field.disabled and typed not in (None, self.get_initial_for_field(field, name)):
                self.add_error(name, str(field.help_text))

    def _refuse_outdated(self, seen: str) -> None:
        """Refuse a form made before the record was last saved, and say what changed since.

        The page that follows holds what this user typed and, in all other fields, what is stored
        now: saving again puts nothing back that someone else changed.
        """
        now = as_seen(self.instance)
        try:
            then, current = json.loads(seen), json.loads(now)
            json.dumps(then, ensure_ascii=False).encode()  # what can't be shown wasn't seen
            outdated = then["version"] != current["version"]
            changes = {
                name: (*_shown_then(then["fields"][name]), *stored)
                for name, stored in current["fields"].items()
                if name in self.fields and then["fields"][name] != stored
            }
            typed = {name for name, (value, *_) in changes.items() if self._typed(name, value)}
        except (ValidationError, *UNREADABLE) as error:
            raise ValidationError(
                "This page is incomplete, so nothing was saved. Load it again and repeat your"
                " change.",
                code="incomplete",
            ) from error
        if not outdated or not self.has_changed():
            return
        self.put("seen", now)
        theirs, both = [], []
        for name, (_value, text, value_now, text_now) in changes.items():
            label = capfirst(self.fields[name].label or name)
            if name in typed:
                both.append(f"Both of you changed {label}: it is now {text_now or 'empty'}.")
            else:
                self.put(name, value_now or "")
                theirs.append(f"{label} was {text or 'empty'} and is now {text_now or 'empty'}.")
        raise ValidationError([changed_meanwhile(self.instance), *theirs, *both], code="outdated")

    def _typed(self, name: str, value: Any) -> bool:
        """Return whether the user changed this field from `value`, which the page showed."""
        bound, field = self[name], self.fields[name]
        if not isinstance(field, forms.ModelChoiceField):
            value = field.to_python(value)
        return field.has_changed(value, bound.data)


def _shown_then(entry: Any) -> tuple[Any, Any]:
    """Return a field's value and its text as a page once showed them. Raises ValueError."""
    value, text = entry
    if isinstance(value, list | dict):
        raise ValueError("A field holds one value.")
    return value, text


def sent_from(data: Mapping[str, Any], prefix: str | None = None) -> uuid.UUID | None:
    """Return an id of the page and all that was typed on it; None where the page gave no id.

    Equal for a form sent twice by a double click. Another one for a page that was gone back to and
    filled in anew, and for each row of a page with several.
    """
    page = data.get(f"{prefix}-page_id" if prefix else "page_id", "")
    try:
        page_id = uuid.UUID(page)
    except ValueError:
        return None
    typed = sorted((name, data[name]) for name in data if not name.startswith(("_", "csrf")))
    return uuid.uuid5(page_id, json.dumps([prefix, typed], cls=DjangoJSONEncoder))


def as_seen(record: Record) -> str:
    """Return what a page shows of `record`, for its hidden field: {field: [value, its text]}."""
    fields = {
        field.name: [getattr(record, field.attname), _text_of(record, field)]
        for field in record.entered_fields()
    }
    return json.dumps({"version": record.version, "fields": fields}, cls=DjangoJSONEncoder)


def _text_of(record: Record, field: Any) -> Any:
    value = record.value_of(field)
    return value["text"] if field.is_relation and value else value


def changed_meanwhile(record: Record) -> str:
    """Say who saved `record`, and what to do next."""
    who = record.updated_by or "Someone"
    when = localtime(record.updated_at).strftime("%H:%M")
    return (
        f"{who} saved this {record._meta.verbose_name} at {when}, after you opened it. Nothing of"
        " yours is saved yet; what you typed is still here, beside their changes. Check it and"
        " save again."
    )


class RecordFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    """The rows of a page, some of which may have been changed or deleted meanwhile."""

    _should_delete_form: Callable[[forms.ModelForm[Any]], bool]

    def clean(self) -> None:
        super().clean()
        model: Any = self.model
        for form in self.initial_forms:
            if model._meta.pk.name in form.errors:
                raise ValidationError(
                    f"A {model._meta.verbose_name} on this page was deleted by someone else"
                    " meanwhile. Nothing was saved yet. Note what you typed and load the page"
                    " again.",
                    code="gone",
                )
            # Django doesn't look at the errors of a row that is ticked for deletion.
            if self.can_delete and self._should_delete_form(form) and form.non_field_errors():
                raise ValidationError(form.non_field_errors().as_data())
