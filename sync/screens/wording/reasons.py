"""Reasons as sentences: see `sync.rules.reasons` for what each code's values are."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

from sync.pairs.sides import Side, side_at
from sync.rules.reasons import Code, Reason, Why
from sync.screens.wording.records import counted, field_name, listed, record_kind

PARTS = {"box": "PO box", "street": "street", "zip": "ZIP", "city": "city", "state": "state"}
WHY = {
    Why.SAME_NAME: "the one with the same name",
    Why.OLDEST_OF_NAME: "the oldest with that name",
    Why.OTHER_NAME: "the one that is also called so",
    Why.CHOSEN: "as you chose",
    Why.OLDEST: "the oldest",
}


def reason_in_words(reason: Reason, source_model: str, *, was: bool = False) -> str:
    """Return `reason`, of an event about a record of `source_model`, in words for its user.

    What there `was`, where it is told afterwards, is told in the past.
    """
    reason = {**reason, "was": was}
    said = [*SENTENCES[Code(reason["code"])](reason, side_at(source_model))]
    if "file" in reason:
        said.append(_imported(reason))
    return " ".join(said)


def _matched(reason: Reason, _here: Side) -> Iterator[str]:
    company, typed = reason["company"]["text"], reason["typed"]
    others, why = reason.get("others", 0), Why(reason["why"]) if "why" in reason else None
    also = _first_few(_texts(reason.get("also", [])), others, ", ")
    if merged := reason.get("merged"):
        yield f"{merged['text']}, which is at this address, was merged into {company}."
    if why == Why.CHOSEN:
        yield f"Under {company}, {WHY[why]}."
        return
    if why == Why.OLDEST:
        yield f"Under {company}, {WHY[why]} of {others + 1:,} at this address (also {also})."
        return
    if reason.get("other_name"):
        there = f" (also there: {also})" if others else ""
        yield f"Under {company}, also called {typed}{there}."
        return
    if not merged:
        same = listed([PARTS[part] for part in reason["same"]])
        yield f"Matches PM company {company}: same {same}."
    if typed and not reason["same_name"]:
        yield f"You typed {typed}; PM lists {company} at this address."
    elif typed and company != typed:
        yield f"It takes the name as PM writes it: {company}."
    if others and why:
        yield (
            f"There are {others + 1} companies at this address; this is {WHY[why]}."
            f" Also there: {also}."
        )


def _only_inactive(reason: Reason, _here: Side) -> Iterator[str]:
    has, is_ = ("had", "was") if reason["was"] else ("has", "is")
    yield (
        f"PM company {reason['company']['text']} {has} this address but {is_} inactive, and"
        " inactive companies don't match."
    )
    yield from _near(reason)


def _no_company(reason: Reason, _here: Side) -> Iterator[str]:
    yield f"No PM company {'had' if reason['was'] else 'has'} this address."
    yield from _near(reason)


def _near(reason: Reason) -> Iterator[str]:
    if near := reason.get("near"):
        place = "building" if "street" in reason["same"] else "PO box"
        named = _first_few(_texts(near), reason["nearby"], "; ")
        yield f"Same {place}, other suite or floor: {named}."


def _no_counterpart(reason: Reason, here: Side) -> Iterator[str]:
    there = here.other
    yield f"This {here.noun} has no {there.noun} in {there.place}: it was deleted there."


def _had_no_counterpart(reason: Reason, here: Side) -> Iterator[str]:
    yield f"It had no {here.other.noun} in {here.other.place}."


def _deactivated(reason: Reason, _here: Side) -> Iterator[str]:
    yield "No longer offered in either system."
    patients, policies = reason["patients"], reason["policies"]
    if not patients and not policies:
        yield "Nobody has it."
    else:
        each = ((patients, "EHR patient"), (policies, "PM policy"))
        who = listed([counted(count, what) for count, what in each if count])
        yield f"{who} still {'has' if patients + policies == 1 else 'have'} it."


def _stale_names(reason: Reason, _here: Side) -> Iterator[str]:
    count = reason["count"]
    names = f"{counted(count, 'EHR name')} still show{'s' if count == 1 else ''}"
    yield f"{names} an old company name."
    if plans := reason.get("plans_stay"):
        yield from _plans_stay({**reason, "count": plans}, _here)
    if plans := reason.get("plans_inactive"):
        yield from _plans_inactive({"count": plans}, _here)


def _plans_stay(reason: Reason, _here: Side) -> Iterator[str]:
    count, linked = reason["count"], reason["count"] - reason.get("orphans", 0)
    stay = "stays" if count == 1 else "stay"
    where = "both pickers" if linked == count else "PM's picker"
    in_ehr = f", and {counted(linked, 'insurance')} in the EHR's" if 0 < linked < count else ""
    yield f"Its {counted(count, 'active plan')} {stay} in {where}{in_ehr}."


def _plans_inactive(reason: Reason, _here: Side) -> Iterator[str]:
    count = reason["count"]
    yield f"Its {counted(count, 'plan')} {'stays' if count == 1 else 'stay'} inactive."


def _plans_too(reason: Reason, _here: Side) -> Iterator[str]:
    count, linked = reason["count"], reason["count"] - reason.get("orphans", 0)
    are = "is" if count == 1 else "are"
    where = ", in PM and in the EHR" if linked == count else " in PM"
    if 0 < linked < count:
        where += f", and {counted(linked, 'insurance')} in the EHR"
    yield f"Its {counted(count, 'active plan')} {are} deactivated{where}."


def _undone(reason: Reason, _here: Side) -> Iterator[str]:
    when = localtime(datetime.datetime.fromisoformat(reason["at"]))
    yield f"Undoes what {reason['actor'] or 'somebody'} did on {date_format(when)}."


def _changed_since(reason: Reason, _here: Side) -> Iterator[str]:
    field = field_name(reason["model"], reason["field"])
    by = f" by {reason['by']}" if reason["by"] else ""
    yield f"Changed since{by}: {field}."


def _used(reason: Reason, _here: Side) -> Iterator[str]:
    kind = reason["by_model"]
    what = "link to the other list" if kind == "sync.InsuranceLink" else record_kind(kind)
    yield f"A{'n' if what[0] in 'aeioE' else ''} {what} uses it by now."


def _needs(reason: Reason, _here: Side) -> Iterator[str]:
    yield f"The {record_kind(reason['model'])} that it goes with was deleted."


def _taken(reason: Reason, _here: Side) -> Iterator[str]:
    if reason["field"] == "rank":
        yield "Another policy of the patient has its rank on these days by now."
    else:
        yield "Another patient has its chart number by now."


def _plain(sentence: str) -> Callable[[Reason, Side], Iterator[str]]:
    return lambda reason, here: iter([sentence] if sentence else [])


SENTENCES: dict[Code, Callable[[Reason, Side], Iterator[str]]] = {
    Code.ADDED: _plain("Added."),
    Code.DELETED: _plain("Deleted."),
    Code.MATCHED: _matched,
    Code.TOO_THIN: _plain("The address is incomplete, so it can't be matched."),
    Code.ONLY_INACTIVE: _only_inactive,
    Code.NO_COMPANY: _no_company,
    Code.LINKED: _plain("Links the two: neither had a counterpart."),
    Code.NO_COUNTERPART: _no_counterpart,
    Code.HAD_NO_COUNTERPART: _had_no_counterpart,
    Code.DEACTIVATED: _deactivated,
    Code.STALE_NAMES: _stale_names,
    Code.PLANS_STAY: _plans_stay,
    Code.PLANS_INACTIVE: _plans_inactive,
    Code.PLANS_TOO: _plans_too,
    Code.TERTIARY: _plain("A tertiary policy stays in PM: the EHR has no field for it."),
    Code.ONLY_IN_PM: _plain("It stays in PM: the EHR has no field for what changed."),
    Code.NOT_ALIKE: _plain("Dismissed as a look-alike: the two aren't the same."),
    Code.MOVED: _plain(""),  # its changes say it
    Code.UNDONE: _undone,
    Code.GONE_SINCE: _plain("It was deleted since."),
    Code.CHANGED_SINCE: _changed_since,
    Code.USED: _used,
    Code.NEEDS: _needs,
    Code.LINKED_SINCE: _plain("Its counterpart has another one by now."),
    Code.TAKEN: _taken,
    Code.IMPORTED: _plain(""),
}


def _imported(reason: Reason) -> str:
    lines = [str(line) for line in reason["lines"]]
    return f"From {reason['file']}, line{'s' if len(lines) > 1 else ''} {listed(lines)}."


def _texts(named: Sequence[dict[str, Any]]) -> list[str]:
    return [record["text"] for record in named]


def _first_few(names: Sequence[str], count: int, separator: str) -> str:
    """Name the first few, and count the rest."""
    more = count - len(names)
    return separator.join([*names, *([f"and {more:,} more"] if more else [])])
