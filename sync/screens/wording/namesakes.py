"""Records told apart from others of their name, for those who may see them.

The log holds names as they were. Which of them another record has as well is known only when they
are shown: all that one page shows is asked at once, companies by the index of name keys.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kareo.pages.forms.pickers import told_apart
from kareo.records import Record
from pm.models import InsuranceCompany
from sync.models import SyncEvent
from sync.pairs.translation import Changes
from sync.roles import may_see
from sync.rules.table import COMPANY
from sync.screens.wording.records import field_of, told_from
from sync.screens.wording.sight import hide

Known = dict[int, Any]  # records of one model, by their keys
Move = tuple[type[Record], list[Any]]  # a change between records of this model

NEEDED = ("name", "payer_id", *InsuranceCompany.address_fields)


def tell_apart(user: Any, events: Iterable[SyncEvent]) -> list[SyncEvent]:
    """Return `events`, their records named as pickers do where the name alone doesn't tell.

    Of a company that is where another one has its name, and where it is deleted; one that has
    another name by now is told by that, as its place and payer ID may be new as well. Of others it
    is where a change is from one to another of its name. What `user` may not see is not named at
    all. These copies of the events change, never what is stored. A reference to a record has it
    beside its text, as "told".
    """
    shown = list(events)
    moves: list[Move] = []
    for event in shown:
        moves += _moves(user, event.source_model, event.source_changes)
        moves += _moves(user, event.target_model, event.changes)
    named = {key for event in shown for key in _companies_in(event)}
    companies = _tell_moves(moves, named if may_see(user, COMPANY) else set())
    for event in shown:
        if event.source_model == COMPANY:
            event.source_text = _told(event.source_text, companies.get(event.source_id))
        if event.target_model == COMPANY:
            event.target_text = _told(event.target_text, companies.get(event.target_id or 0))
    hide(user, shown)
    return shown


def tell_changes(user: Any, model_label: str, changes: Changes) -> Changes:
    """Return `changes` of a record that no event has yet, told apart as those of events are."""
    _tell_moves(list(_moves(user, model_label, changes)), set())
    return changes


def _companies_in(event: SyncEvent) -> Iterator[int]:
    for label, key in (
        (event.source_model, event.source_id),
        (event.target_model, event.target_id),
    ):
        if label == COMPANY and key is not None:
            yield key


def _moves(user: Any, model_label: str, changes: Changes) -> Iterator[Move]:
    """Yield each change between records that `user` may see."""
    for name, change in changes.items():
        if any(isinstance(value, dict) for value in change):
            model = getattr(field_of(model_label, name), "related_model", None)
            if model and may_see(user, model._meta.label):
                yield model, change


def _tell_moves(moves: Sequence[Move], companies: set[int]) -> Known:
    """Tell apart what `moves` refer to. Return their companies, and the others of these keys."""
    keys: dict[type[Record], set[int]] = {InsuranceCompany: set(companies)}
    for model, change in moves:
        if model is InsuranceCompany or _is_to_namesake(change):
            keys.setdefault(model, set()).update(each["id"] for each in change if each)
    known = {model: _read(model, wanted) for model, wanted in keys.items() if wanted}
    for model, change in moves:
        _tell_move(model, change, known.get(model, {}))
    return known.get(InsuranceCompany, {})


def _is_to_namesake(change: Sequence[Any]) -> bool:
    return all(change) and change[0]["text"] == change[1]["text"]


def _read(model: type[Record], keys: set[int]) -> Known:
    """Return those that are there; companies with whether they share a name, and deleted ones."""
    if model is not InsuranceCompany:
        return model._default_manager.select_related(*model.read_along).in_bulk(keys)
    there: Known = {}
    for key, (company, shares_name) in InsuranceCompany.objects.told_by(NEEDED, keys).items():
        company.shares_name = shares_name  # type: ignore[attr-defined]  # read by _told
        there[key] = company
    return there | _deleted(gone) if (gone := keys - there.keys()) else there


def _deleted(keys: set[int]) -> Known:
    """Return companies as the log kept them when they were deleted."""
    events = SyncEvent.objects.filter(source_model=COMPANY, source_id__in=keys)
    kept = events.filter(undo__has_key="deleted").values_list("source_id", "undo__deleted")
    return {
        key: InsuranceCompany(pk=key, **{name: columns[name] for name in NEEDED})
        for key, columns in kept
    }


def _tell_move(model: type[Record], change: list[Any], known: Known) -> None:
    """Name the records of a change: two of one name by what tells them from each other."""
    named = [reference for reference in change if reference]
    found = [known.get(reference["id"]) for reference in named]
    told: Sequence[str] = ("", "")
    if _is_to_namesake(change) and all(found):
        told = told_from(*found)
    for reference, record, apart in zip(named, found, told, strict=False):
        if model is InsuranceCompany:
            reference["told"] = _told(reference["text"], record, apart)
        elif apart:
            reference["told"] = apart


def _told(text: str, company: Any, apart: str = "") -> str:
    """Return the name that `company` had, with what tells it `apart` from others of that name."""
    if company is None:
        return text
    is_deleted = company._state.adding  # made of what the log kept
    if text != company.name:
        return f"{text} ({'deleted as' if is_deleted else 'now'} {company.name})"
    if apart or is_deleted or company.shares_name:
        return apart or told_apart(company)
    return text
