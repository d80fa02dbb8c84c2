"""The first plan that is typed with a company which is there already: that one may get it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from pm.models import InsuranceCompany
from sync.matching.look_alikes import Likeness
from sync.rules.table import PLAN
from sync.screens.after_save.next_steps import may
from sync.screens.preview.alike import AlikeLine

ADDRESS = InsuranceCompany.address_fields


def with_first_plan(
    alike: Sequence[AlikeLine], form: Any, rows: Sequence[Any], user: Any
) -> list[AlikeLine]:
    """Let the active companies lead to a plan of theirs, begun with the one that is typed.

    `form` is of the company that is added, `rows` of its first plan, if any.
    """
    named = [row for row in rows if row.typed_in("name")]
    if not named or not may(user, "add", PLAN):
        return [*alike]
    return [_with_plan(each, form, named[0]) if each.record.is_active else each for each in alike]


def _with_plan(alike: AlikeLine, form: Any, row: Any) -> AlikeLine:
    there, typed = alike.record, form.instance
    known = {name: row[name].value() for name in ("name", "phone")} | _address(row, typed, there)
    query = urlencode({name: value for name, value in known.items() if value})
    url = f"{reverse('admin:pm_insuranceplan_add')}?company={there.pk}&{query}"
    return replace(alike, plan_url=url, takes_all=not form.errors and _has_all(alike, typed))


def _address(row: Any, typed: InsuranceCompany, there: InsuranceCompany) -> dict[str, Any]:
    """Return the plan's address; as the company's again only where both companies have the same."""
    own = {name: row[name].value() for name in ADDRESS}
    if any(own.values()) or not row.typed_in("same_address"):
        return own
    is_same = bool(there.address_key) and there.address_key == typed.address_key
    return {"same_address": "on"} if is_same or not row.taken else row.taken


def _has_all(alike: AlikeLine, typed: InsuranceCompany) -> bool:
    """Return whether nothing was typed of the company that the one which is there doesn't have."""
    changes = typed.changes_since(alike.record)
    others = {name for name, (_there, now) in changes.items() if now} - {"name", *ADDRESS}
    return alike.rank is Likeness.SAME and not others
