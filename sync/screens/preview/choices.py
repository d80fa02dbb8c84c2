"""Where a record that is added may go in the other list, for its user to choose."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from kareo.records.asking.answers import PRESET, VERSION, Answers, choice_of, record_key
from pm.models import InsuranceCompany
from sync.matching.look_alikes import Likeness
from sync.pairs.sides import side_of
from sync.rules import Outcome
from sync.rules.doubts import Doubt, is_in_use, orphans_for, to_preset, version_shown, very_same
from sync.screens.wording.records import likeness_in_words, record_kind

MOST_CHOICES = 20  # a company beyond these is chosen by typing its name


@dataclass(frozen=True, slots=True)
class Choice:
    """One place to go; `value` is for `Answers.choice`.

    It names no record where the rules decide: they decide anew, whatever is typed later.
    """

    value: str
    text: str
    checked: bool


def choices_of(outcome: Outcome) -> list[Choice]:
    """Return where an added record may go; [] where there is one place.

    The one it goes to is checked. None is where that would be a guess, which Save asks about: the
    oldest of several companies, or a new counterpart beside several orphans that are the very same.
    """
    match, orphans = outcome.match, orphans_for(outcome.source, outcome.match)
    if not orphans and (match is None or len(match.here) < 2):
        return []
    same = [alike.record for alike in orphans if alike.rank is Likeness.SAME]
    same = very_same(same, match)
    preset = to_preset(same)
    linked = record_key(outcome.target) if outcome.links_orphans and outcome.target else ""
    choices = _of_new_ones(outcome, {record_key(orphan) for orphan in same})
    for alike in orphans:
        kind, key = record_kind(alike.record._meta.label), record_key(alike.record)
        value = f"{key}{VERSION}{version_shown(alike.record)}"
        value = PRESET + value if alike.record is preset else value
        why = likeness_in_words(alike) + but_inactive(alike.record)
        text = f"Link it with {kind} {alike.record} ({why})"
        choices.append(Choice(value, text, key == linked))
    return choices


def _of_new_ones(outcome: Outcome, same: Collection[str]) -> list[Choice]:
    """Return the choices of a new counterpart: under each company there is, or with its company.

    Whoever takes one leaves the orphans that are the very `same`, and isn't asked about them.
    """
    match, answers = outcome.match, outcome.source.answers or Answers()
    here = sorted(match.here[:MOST_CHOICES], key=attrgetter("pk")) if match else []
    there: list[InsuranceCompany | None] = [*here] or [None]
    goes_to, by_rule = (match.company, match.by_rule) if match else (None, None)
    is_guess = match is not None and match.is_guess
    is_chosen = match is not None and match.is_chosen
    is_open = outcome.links_orphans or is_guess or not (is_chosen or answers.left.issuperset(same))
    new = "A new company and plan" if match else "A new insurance"
    choices = []
    for company in there:
        checked = company is goes_to and not is_open
        key = record_key(company) if company and company is not by_rule else ""
        # What is checked stays what was sent: the page may just have come upon an orphan.
        value = choice_of(key, answers.left.intersection(same) if checked else same)
        text = f"A new plan under {company.picker_text}" if company else new
        text += number_among(company, here) if company else ""
        choices.append(Choice(value, text, checked))
    return choices


def but_inactive(orphan: Any) -> str:
    """Add to what is said of an orphan why it is never preset, where it isn't in use."""
    if is_in_use(orphan):
        return ""
    return ", but its company is inactive" if orphan.is_active else ", but it is inactive"


def number_among(company: InsuranceCompany, here: Sequence[InsuranceCompany]) -> str:
    """Return the number of `company` where nothing else tells it apart from another one `here`."""
    same = [c for c in here if (c.name_key, c.payer_id) == (company.name_key, company.payer_id)]
    return f" (no. {company.pk})" if len(same) > 1 else ""


def is_guess(outcome: Outcome) -> bool:
    """Whether it takes the oldest of several companies, unless its user chooses one."""
    return outcome.match is not None and outcome.match.is_guess and not outcome.links_orphans


def has_asked_which(outcome: Outcome, asked: Collection[str]) -> bool:
    """Whether which company it takes is a guess that these questions, by their ids, were about."""
    match = outcome.match
    return is_guess(outcome) and Doubt(match.company, others=match.others).id in asked  # type: ignore[union-attr]  # a guess has one


class OpenChoice(NamedTuple):
    """What a page says where nothing is preset; all empty where something is."""

    choose: str = ""  # between what
    unless: str = ""  # what the effects of the outcome are, which are to follow
    in_short: str = ""  # beside Save,
    asked: str = ""  # and once Save has asked


NOTHING_OPEN = OpenChoice()


def open_choice(outcome: Outcome, choices: Sequence[Choice]) -> OpenChoice:
    """Say between what to choose, and what a second Save does, unless one is preset."""
    if not choices or any(choice.checked for choice in choices):
        return NOTHING_OPEN
    match, there = outcome.match, side_of(outcome.source).other
    if not match or not is_guess(outcome):
        choose = f"Choose whether to link it: {there.place} has this name and address already,"
        return OpenChoice(
            f"{choose} without a counterpart.",
            "Without a choice, a second Save adds a new one:",
            "Choose whether to link it.",
            "Not saved: choose whether to link it, or save again for a new one.",
        )
    count = len(match.here)
    choose = f"Choose which company it goes under: {there.place} has {count:,} at this address"
    choose += f", and none is called {match.typed}." if match.typed else "."
    if count > MOST_CHOICES:
        choose += f" These are the {MOST_CHOICES} oldest; for another one, type its name."
    return OpenChoice(
        choose,
        "Without a choice, a second Save takes the oldest:",
        "Choose which company it goes under.",
        f"Not saved: choose a company, or save again for {match.company}.",
    )
