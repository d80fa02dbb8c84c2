"""Events that name companies by what tells these from others of their name.

The log holds names as they were. Which of them another company has as well is known only when they
are shown: all that one page shows is asked at once, by the index of name keys.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from pm.models import InsuranceCompany
from sync.models import SyncEvent
from sync.roles import may_see
from sync.rules.table import COMPANY
from sync.screens.wording.records import told_apart, told_from

Companies = dict[int, InsuranceCompany]

NEEDED = ("name", "payer_id", *InsuranceCompany.address_fields)


def tell_apart(user: Any, events: Iterable[SyncEvent]) -> list[SyncEvent]:
    """Return `events`, their companies named as pickers do where the name alone doesn't tell.

    That is where another one has it, and where the company is deleted or has another name by now.
    Where `user` may not see companies, all are named as they were. These copies of the events
    change, never what is stored. A reference to a company has it beside its text, as "told".
    """
    shown = list(events)
    keys = {key for event in shown for key in _companies_in(event)}
    if not keys or not may_see(user, COMPANY):
        return shown
    companies = _read(keys)
    for event in shown:
        if event.source_model == COMPANY:
            event.source_text = _told(event.source_text, companies.get(event.source_id))
        if event.target_model == COMPANY:
            event.target_text = _told(event.target_text, companies.get(event.target_id or 0))
        for change in _moves(event):
            _tell_move(change, companies)
    return shown


def _companies_in(event: SyncEvent) -> Iterator[int]:
    for label, key in (
        (event.source_model, event.source_id),
        (event.target_model, event.target_id),
    ):
        if label == COMPANY and key is not None:
            yield key
    for change in _moves(event):
        yield from (company["id"] for company in change if company)


def _moves(event: SyncEvent) -> Iterator[list[Any]]:
    """Yield each change of a plan's company: the references before and after it."""
    for changes in (event.source_changes, event.changes):
        if "company" in changes:
            yield changes["company"]


def _read(keys: set[int]) -> Companies:
    """Return those that are there, each with whether it shares its name, and the deleted ones."""
    namesakes = InsuranceCompany.objects.filter(name_key=OuterRef("name_key"))
    shares_name = Exists(namesakes.exclude(pk=OuterRef("pk")))
    there = InsuranceCompany.objects.only(*NEEDED).annotate(shares_name=shares_name).in_bulk(keys)
    return there | _deleted(gone) if (gone := keys - there.keys()) else there


def _deleted(keys: set[int]) -> Companies:
    """Return companies as the log kept them when they were deleted."""
    events = SyncEvent.objects.filter(source_model=COMPANY, source_id__in=keys)
    kept = events.filter(undo__has_key="deleted").values_list("source_id", "undo__deleted")
    return {
        key: InsuranceCompany(**{name: columns[name] for name in NEEDED}) for key, columns in kept
    }


def _told(text: str, company: InsuranceCompany | None) -> str:
    if company is None or (text == company.name and not getattr(company, "shares_name", True)):
        return text
    return text + told_apart(company).removeprefix(company.name)


def _tell_move(change: list[Any], companies: Companies) -> None:
    """Name the companies between which a plan moved: two of one name in short."""
    named = [reference for reference in change if reference]
    known: list[Any] = [companies.get(reference["id"]) for reference in named]
    is_to_namesake = len(named) == 2 and named[0]["text"] == named[1]["text"]
    if is_to_namesake and all(known):
        for reference, company, told in zip(named, known, told_from(*known), strict=True):
            reference["told"] = reference["text"] + told.removeprefix(company.name)
    else:
        for reference, company in zip(named, known, strict=True):
            reference["told"] = _told(reference["text"], company)
