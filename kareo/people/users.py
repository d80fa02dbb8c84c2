"""Users, as a practice administrator manages them. Only a superuser makes superusers.

A user has a role, which is a group. Whoever has several, or rights of his own, got them from a
superuser, and keeps them.
"""

from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashWidget, UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.contrib.messages.storage import default_storage
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.forms.utils import flatatt
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from kareo.pages.forms.fieldsets import Fieldset
from kareo.pages.scripts import OnlyUsedScripts
from kareo.pages.sending.once import once
from kareo.people.noting import FIRST_ROLE
from kareo.people.roles import told_roles
from kareo.people.words import DIFFER, PasswordForm, UnderThePassword, use_our_words

LAST_LOG_IN = "Last log-in"
BY_NAME = Lower("username")  # else all capitals stand first, as the database has its letters
WHO = (("first_name", "last_name"), "username")
# What users can't take away from themselves, for nobody may be left who gives it back.
KEPT = {
    "is_active": "You can't deactivate yourself: another administrator can.",
    "role": "You can't change your own role: another administrator can.",
    "is_superuser": "You can't take this away from yourself: another superuser can.",
    "is_staff": "You can't take this away from yourself: another superuser can.",
}

OWN_USER = "your own user: go back, and untick your own user"  # where all of the ticked stay

admin.site.unregister(User)


class RoleForm(forms.ModelForm[User]):
    """A user with a role."""

    role = forms.ModelChoiceField(
        Group.objects.order_by("name"), required=False, empty_label="No role"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_our_words(self.fields)
        roles = list(self.instance.groups.all()) if self.instance.pk else []
        role = self.role_field
        if len(roles) > 1:
            role.disabled, role.empty_label = True, "Several roles"
            role.help_text = "A superuser gave this user several roles. They stay as they are."
            return
        role.help_text = format_html_join("", "{}: {}.<br>", told_roles())
        if roles:
            self.initial["role"] = roles[0].pk

    @property
    def role_field(self) -> "forms.ModelChoiceField[Group]":
        return cast("forms.ModelChoiceField[Group]", self.fields["role"])

    @property
    def gives_role(self) -> bool:
        return "role" in self.changed_data and "groups" not in self.changed_data

    def save_role(self) -> None:
        """Give the user the role that was chosen, unless all groups were."""
        if self.gives_role:
            role: Group | None = self.cleaned_data["role"]
            self.instance.groups.set([role] if role else [])


class NewUserForm(RoleForm, UnderThePassword, UserCreationForm[User]):
    error_messages = DIFFER

    class Meta:
        model = User
        fields = ("first_name", "last_name", "username", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Else the focus goes there whichever field comes first, or is wrong.
        self.fields["username"].widget.attrs.pop("autofocus", None)
        role = self.role_field
        role.required, role.empty_label = True, "Choose what this user does"


class SetPassword(ReadOnlyPasswordHashWidget):
    """The way to a new password, without what is stored of the old one."""

    def render(
        self, name: str, value: object, attrs: dict[str, Any] | None = None, renderer: object = None
    ) -> SafeString:
        return format_html(
            '<div{}><a class="button" href="../password/">Set a new password</a></div>',
            flatatt(attrs or {}),
        )


class UserForm(RoleForm, UserChangeForm[User]):
    changed_by: Any = None

    class Meta(UserChangeForm.Meta):
        labels: ClassVar = {"last_login": LAST_LOG_IN}  # nor does a form have a field of it

    def what_changed(self) -> list[str]:
        """Say what it comes to where the user may do something else now."""
        said = []
        if self.gives_role:
            said.append(f"Role: {self.cleaned_data['role'] or 'none'}.")
        if "is_active" in self.changed_data:
            is_said = self.changed_data == ["is_active"]  # "User nora deactivated."
            if not self.cleaned_data["is_active"]:
                said.append("No more log-in." if is_said else "Deactivated: no more log-in.")
            elif not is_said:
                said.append("Activated.")
        return said

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password" in self.fields:
            self.fields["password"].widget = SetPassword()
        for name in self.fields.keys() & {"groups", "user_permissions"}:
            several: Any = self.fields[name].widget
            # With a way to add one it is inside another. Its own words stand above its boxes.
            getattr(several, "widget", several).verbose_name = str(self.fields[name].label).lower()

    def clean_username(self) -> str:
        """Refuse another user's name in other capitals, too, as for a new user."""
        name: str = self.cleaned_data["username"]
        others = User.objects.exclude(pk=self.instance.pk)
        if "username" in self.changed_data and others.filter(username__iexact=name).exists():
            raise forms.ValidationError(self.fields["username"].error_messages["unique"], "unique")
        return name

    def clean(self) -> dict[str, Any] | None:
        if self.instance == self.changed_by:
            for name in KEPT.keys() & set(self.changed_data):
                if name != "role" or not self.instance.is_superuser:
                    self.add_error(name, KEPT[name])
        return super().clean()


class RoleFilter(RelatedFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title, self.empty_value_display = "role", SafeString("No role")


@admin.register(User)
class StaffAdmin(OnlyUsedScripts[User], UserAdmin[User]):
    """Gives a role, and the right to log in with it; only a superuser can reach another one."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = PasswordForm
    add_form_template = None
    list_display = ("user_name", "name", "role", "is_active", "last_log_in")
    ordering = (BY_NAME,)
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    list_filter = ("is_active", ("groups", RoleFilter))
    search_help_text = "Search by name or user name."
    readonly_fields = ("last_login", "date_joined")  # what happened isn't edited
    add_fieldsets = ((None, {"fields": (*WHO, "password1", "password2", "role", "is_active")}),)
    fieldsets = (
        (None, {"fields": (*WHO, "password", "role", "is_active")}),
        ("More", {"classes": ("collapse",), "fields": ("email", ("last_login", "date_joined"))}),
    )
    for_readers: list[Fieldset] = [(None, {"fields": (*WHO, "role", "is_active")}), fieldsets[1]]
    for_superusers: Fieldset = (
        "Rights beside the role",
        {
            "classes": ("collapse",),
            "fields": ("is_staff", "is_superuser", "groups", "user_permissions"),
        },
    )

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list[Fieldset]:
        if obj and not self.has_change_permission(request, obj):
            return self.for_readers
        fieldsets = list(super().get_fieldsets(request, obj))
        return [*fieldsets, self.for_superusers] if obj and request.user.is_superuser else fieldsets

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.changed_by = request.user
        return form

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and within_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        may = super().has_delete_permission(request, obj) and within_reach(request, obj)
        return may and obj != request.user

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        found: Any = super().get_deleted_objects(objs, request)  # typed as without what is nested
        lines, counts, missing, protected = found
        # Rows that only relate two tell nobody.
        lines = [line for line in lines if not isinstance(line, list)]
        return lines, counts, {OWN_USER} if request.user in objs else missing, protected

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users = super().get_queryset(request).prefetch_related("groups")
        writes = self.has_change_permission(request) or self.has_delete_permission(request)
        out_of_reach = writes and not request.user.is_superuser
        return users.filter(is_superuser=False) if out_of_reach else users

    def save_model(self, request: HttpRequest, obj: User, form: RoleForm, change: bool) -> None:
        """Let the user in, where new or given a role: all that there is here is for staff."""
        if "is_staff" not in form.changed_data and form.cleaned_data.get("role"):
            obj.is_staff = obj.is_staff or "role" in form.changed_data
        if not change and (role := form.cleaned_data.get("role")):
            setattr(obj, FIRST_ROLE, role)  # one entry of the access log tells of both
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: RoleForm, formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        form.save_role()
        if isinstance(form, UserForm):
            request.what_changed = form.what_changed()  # type: ignore[attr-defined]  # read below

    def note_saved(self, request: HttpRequest, record: User) -> None:
        super().note_saved(request, record)
        if said := getattr(request, "what_changed", []):
            level, text = request.saying  # type: ignore[attr-defined]  # by what is above
            self._note(request, format_html("{} {}", text, " ".join(said)), level)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go back to the list: Django's own goes on to what its page doesn't ask for."""
        self.note_saved(request, obj)
        return super(UserAdmin, self).response_add(request, obj, post_url_continue)

    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return once(request, partial(self._set_password, request, *args, **kwargs))

    def _set_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Do as Django does, and say whose was set, where it says that one was changed."""
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        if answer.status_code == HTTPStatus.FOUND:
            request._messages = default_storage(request)  # type: ignore[attr-defined]  # as its middleware sets it
            user = self.get_object(request, unquote(id))
            messages.success(request, f"The password of {user} was set.")
        return answer

    @admin.display(description="User name", ordering=BY_NAME)
    def user_name(self, user: User) -> str:
        return user.username

    @admin.display(description="Name")
    def name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description="Role")
    def role(self, user: User) -> str:
        if user.is_superuser:
            return "Superuser"
        roles = list(user.groups.all())
        return roles[0].name if len(roles) == 1 else "Several" if roles else ""

    @admin.display(description=LAST_LOG_IN, ordering="last_login")
    def last_log_in(self, user: User) -> str:
        last = user.last_login
        return date_format(localtime(last), "DATETIME_FORMAT") if last else "never"


def within_reach(request: HttpRequest, user: User | None) -> bool:
    return user is None or request.user.is_superuser or not user.is_superuser
