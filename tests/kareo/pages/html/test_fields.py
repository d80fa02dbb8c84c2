"""Fields drawn without templates look, to the byte, as Django's templates draw them."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorList
from django.test import Client
from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe

from kareo.pages.html.fields import DRAWN, FormRenderer
from tests.factories import PlanFactory
from tests.screens import change_url

OURS, DJANGOS = FormRenderer(), DjangoTemplates()
HOSTILE = "<b>\"Smith & 'Sons'\"</b>\n"
CHOICES: list[Any] = [
    ("", "---------"),
    ("TX", "Texas"),
    (7, 7),
    ("<", HOSTILE),
    ("lazy", lazystr("a & b")),
    (HOSTILE, [("in", "a group"), (date(2026, 2, 1), date(2026, 1, 2))]),
]
WIDGETS: list[forms.Widget] = [
    forms.TextInput(),
    forms.TextInput({"title": HOSTILE, "size": 20, "required": True, "disabled": False}),
    forms.TextInput({"class": mark_safe("a&amp;b"), "data-<": lazystr("<lazy>")}),
    forms.HiddenInput(),
    forms.NumberInput({"min": 0}),
    forms.EmailInput(),
    forms.PasswordInput(render_value=True),
    forms.DateInput(),
    forms.TimeInput(),
    forms.CheckboxInput(),
    forms.Textarea({"cols": 40}),
    forms.Select(choices=CHOICES),
    forms.SelectMultiple(choices=CHOICES),
    forms.NullBooleanSelect(),
    forms.RadioSelect(choices=CHOICES),
    AdminDateWidget(),
]
VALUES = ["", None, "TX", 7, 0, 1234567, True, False, HOSTILE, mark_safe("<i>"), date(2026, 2, 1)]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_widget(widget: forms.Widget, value: Any) -> None:
    def drawn(renderer: Any) -> str:
        attrs = {"id": "id_x", "aria-describedby": HOSTILE}
        return widget.render(f"x{HOSTILE}", value, attrs, renderer)

    assert drawn(OURS) == drawn(DJANGOS)


def test_a_drop_down_whose_options_have_a_template_of_their_own() -> None:
    class Odd(forms.Select):
        option_template_name = "django/forms/widgets/checkbox_option.html"

    select = Odd(choices=CHOICES)

    assert select.render("x", "TX", {}, OURS) == select.render("x", "TX", {}, DJANGOS)


@pytest.mark.parametrize("errors", [[], [HOSTILE], ["one", mark_safe("<b>two</b>")]])
def test_errors(errors: list[str]) -> None:
    ours, djangos = (ErrorList(errors, renderer=renderer) for renderer in (OURS, DJANGOS))

    assert str(ours) == str(djangos)
    assert ours.as_ul() == djangos.as_ul()


class OneOfEach(forms.Form):
    name = forms.CharField(label=HOSTILE)
    safe = forms.CharField(label=mark_safe("a <i>b</i>"))
    other = forms.CharField(label="  Is this it?  ", required=False)
    state = forms.ChoiceField(choices=CHOICES)


@pytest.mark.parametrize("auto_id", ["id_%s", False])
@pytest.mark.parametrize("name", OneOfEach.base_fields)
def test_a_label(name: str, auto_id: str | bool) -> None:
    def drawn(renderer: Any) -> str:
        form = OneOfEach(auto_id=auto_id, renderer=renderer)
        return form[name].label_tag(attrs={"class": HOSTILE})

    assert drawn(OURS) == drawn(DJANGOS)


def test_each_template_that_is_drawn_is_one_of_djangos() -> None:
    for name in DRAWN:
        assert DJANGOS.get_template(name)


@pytest.mark.django_db
def test_a_page_needs_none_of_these_templates(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    get_template = DjangoTemplates.get_template

    def note(renderer: DjangoTemplates, name: str) -> Any:
        asked.append(name)
        return get_template(renderer, name)

    monkeypatch.setattr(DjangoTemplates, "get_template", note)

    plan = PlanFactory()
    for url in (reverse("admin:pm_insurancecompany_add"), change_url(plan)):
        assert b"TX" in admin_client.get(url).content

    assert "admin/widgets/related_widget_wrapper.html" in asked
    assert not DRAWN.keys() & set(asked)
