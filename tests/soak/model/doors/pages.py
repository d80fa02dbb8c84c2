"""What a user does on the admin's pages, as a browser without scripts sends it."""

from functools import cached_property, partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib.auth import get_user_model
from django.contrib.messages import ERROR, get_messages
from django.test import Client
from django.urls import reverse

from kareo.pages.sending.once import PAGE, new_page_id
from kareo.records import Refused
from pm.admin.companies import CONFIRMED
from sync.screens.preview.sending import ASKED
from tests.screens import page_values
from tests.soak.model.comparing import Keys
from tests.soak.model.doors import shell
from tests.soak.model.doors.shell import chosen, keys_of
from tests.soak.model.reference.asking import Question
from tests.soak.model.reference.rows import COMPANY, INSURANCE, KINDS, PLAN, POLICY
from tests.soak.model.reference.step import Step
from tests.soak.model.reference.vocabulary import ADDRESS

ONCE_IS_ENOUGH = 2  # times that a page is sent: it asks once
HOW = {"chosen": "", "preset": "same ", "left": "not "}


class NotSaved(Refused):
    """Raised where a page is shown again: it says why."""


class Browser:
    """One user's, logged in when the first page of a history is opened."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    @cached_property
    def user(self) -> Any:
        return get_user_model().objects.create(username="admin", is_staff=True, is_superuser=True)

    @cached_property
    def client(self) -> Client:
        client = Client()
        client.force_login(self.user)
        return client

    def do(self, step: Step) -> Any:
        """Do a settled step. Raises what the program raises, or NotSaved."""
        return getattr(self, f"_{step.op}")(step)

    def _add(self, step: Step) -> list[Question]:
        typed = self._typed(step.label, step.values)
        if step.choice:
            typed["choice"] = HOW[step.more.get("how", "chosen")] + chosen(step, self.keys)
        if step.more.get("same_address"):
            typed |= {"same_address": "on", **dict.fromkeys(ADDRESS, "")}
        if "plan" in step.more:
            plan = self._typed(PLAN, step.more["plan"])
            typed |= {f"plans-0-{name}": value for name, value in plan.items()}
        return self._saved(self._url(step.label, "add"), typed, step)

    def _edit(self, step: Step) -> list[Question]:
        typed = self._typed(step.label, step.values)
        if step.more.get("plans_too"):
            typed["plans_too"] = "on"
        return self._saved(self._page_of(step), typed, step)

    def _saved(self, url: str, typed: dict[str, Any], step: Step) -> list[Question]:
        """Fill in the page and send it until it is saved; return what it asked."""
        response = self.client.get(url)
        assert response.status_code == 200, (url, response.status_code)
        if "row" in step.more:
            typed = typed | self._row(response, step)
        asked: set[str] = set()
        for _ in range(ONCE_IS_ENOUGH):
            values = page_values(response) | typed
            response = self.client.post(url, {n: v for n, v in values.items() if v is not None})
            if response.status_code == 302:
                break
            asked |= _confirmed(response)
        else:
            raise NotSaved(str(_errors(response)))
        return sorted(self._question(each) for each in asked)

    def _row(self, response: Any, step: Step) -> dict[str, Any]:
        """Return what is typed into a row of a patient's page for one of the policies."""
        values = dict(step.more["row"])
        what, number = values.pop("what"), values.pop("number")
        typed = self._typed(POLICY, values)
        [inline] = response.context["inline_admin_formsets"]
        rows = sorted(inline.formset.initial_forms, key=lambda row: int(row.instance.pk))
        if what != "new" and not rows:
            return {}
        if what != "new":
            prefix = rows[number % len(rows)].prefix
            if what == "delete":
                return {f"{prefix}-DELETE": "on"}
        else:
            count = len(inline.formset.initial_forms)
            prefix = f"policies-{count}"
            typed["is_active"] = "on" if values.get("is_active", True) else None
            typed = {"rank": "primary", **typed, "relationship": "self", "id": ""}
            typed = {"TOTAL_FORMS": str(count + 1), **typed}
        total = typed.pop("TOTAL_FORMS", None)
        sent = {f"{prefix}-{name}": value for name, value in typed.items()}
        return sent | ({"policies-TOTAL_FORMS": total} if total else {})

    def _delete(self, step: Step) -> None:
        url = self._url(step.label, "delete", self.keys.record(step.label, step.which[0]))
        self._done(url, post="yes")

    def _list(self, step: Step) -> None:
        selected: dict[str, Any] = {"_selected_action": keys_of(step, self.keys)}
        sent = {"action": step.more["action"], "post": "yes", CONFIRMED: "yes", **selected}
        self._done(self._url(step.label, "changelist"), **sent)

    def _moved(self, step: Step) -> None:
        """See what moving does, and do it."""
        url, to = self._url(PLAN, "changelist"), self.keys.record(*(step.choice or ("", 0)))
        sent: dict[str, Any] = {"_selected_action": keys_of(step, self.keys), "company": to}
        sent |= {"action": "move_plans", "index": 0}
        shown = self.client.post(url, sent).context["shown"]
        if shown is None:
            raise NotSaved("nowhere to move to")
        self._done(url, **sent, _seen=shown.fingerprint, _move="1")

    def _link(self, step: Step) -> None:
        counterpart = self.keys.record(*step.choice) if step.choice else ""
        self._done(self._sync("link", step), counterpart=counterpart)

    def _repair(self, step: Step) -> None:
        seen = {True: "pair", False: "orphan", None: ""}[step.more["is_linked"]]
        send = partial(self._done, self._sync("repair", step), may_do_nothing=True, seen_as=seen)
        if asked := parse_qs(urlsplit(send()).query).get(ASKED):  # which is asked once
            confirmed: dict[str, Any] = {ASKED: asked[0]}
            send(**confirmed)

    def _names(self, step: Step) -> None:
        key = self.keys.record(COMPANY, step.which[0])
        self._done(reverse("sync:repair_company", args=[key]))

    def _outdated(self, step: Step) -> str:
        """Open a page, let somebody else save or delete the record, then type and send it."""
        url = self._page_of(step)
        page = self.client.get(url)
        shell.do(step, self.keys)
        values = page_values(page) | {"notes": "Typed too late."}
        response = self.client.post(url, {n: v for n, v in values.items() if v is not None})
        is_gone = step.more["deletes"]  # then the browser is sent to another page
        return "saved" if response.status_code == 302 and not is_gone else "refused"

    def _done(self, url: str, may_do_nothing: bool = False, **sent: Any) -> str:
        """Press a button; return where that leads.

        Raises NotSaved where its page says that nothing was done.
        """
        response = self.client.post(url, {PAGE: new_page_id(self.user), **sent})
        # Only what this page says: what was said before is kept until a page shows it.
        said = get_messages(response.wsgi_request)._queued_messages  # type: ignore[union-attr]  # private
        errors = [str(each) for each in said if each.level == ERROR]
        if response.status_code != 302 or (errors and not may_do_nothing):
            raise NotSaved(f"{response.status_code} {errors}")
        return response.url  # type: ignore[attr-defined, no-any-return]  # a redirect's

    def _typed(self, label: str, values: Any) -> dict[str, Any]:
        """Return `values` as a browser sends them; None is not sent."""
        typed: dict[str, Any] = {}
        for name, value in values.items():
            if isinstance(value, bool):
                typed[name] = "on" if value else None
            elif of := KINDS[label].relations.get(name):
                typed[name] = "" if value is None else self.keys.record(of, value)
            else:
                typed[name] = "" if value is None else value
        return typed

    def _question(self, said: str) -> Question:
        """Return a question as the reference has it, by its id on the page."""
        kind, _, rest = said.partition(":")
        if kind in ("oldest", "inactive"):
            label, key, *_digest = rest.split(":")
            return kind, label, self.keys.row(label, int(key))
        if kind == "twice":
            key, *rank = rest.split(":")
            label = PLAN if rank else INSURANCE
            return kind, label, self.keys.row(label, int(key)), *rank
        label, key, *more = said.split(":")
        return "", label, self.keys.row(label, int(key)), *(more or [""])

    def _page_of(self, step: Step) -> str:
        return self._url(step.label, "change", self.keys.record(step.label, step.which[0]))

    def _sync(self, name: str, step: Step) -> str:
        noun = step.label.partition(".")[2].lower()
        return reverse(f"sync:{name}", args=[noun, self.keys.record(step.label, step.which[0])])

    def _url(self, label: str, page: str, *args: Any) -> str:
        return reverse(f"admin:{label.lower().replace('.', '_')}_{page}", args=args)


def _forms(response: Any) -> list[Any]:
    rows = [form for each in response.context["inline_admin_formsets"] for form in each.formset]
    return [response.context["adminform"].form, *rows]


def _confirmed(response: Any) -> set[str]:
    """Return the ids of what the page has asked, which it sends along the next time."""
    return {
        each for form in _forms(response) for each in str(form["confirmed"].value() or "").split()
    }


def _errors(response: Any) -> list[Any]:
    return [dict(form.errors) for form in _forms(response) if form.errors]
