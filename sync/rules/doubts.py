"""What makes it doubtful that an added record is meant: something like it is there already."""

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ehr.models import Insurance
from kareo.records import Record
from kareo.records.asking.answers import Answers, record_key
from kareo.records.texts.names import name_key
from pm.models import InsuranceCompany, InsurancePlan
from sync.matching.companies import Match
from sync.matching.look_alikes import (
    Likeness,
    LookAlike,
    Shared,
    counterparts,
    look_alikes,
    same,
    same_orphans,
    shared_by,
)
from sync.pairs.sides import PM
from sync.roles import may_see_other_list


@dataclass(frozen=True, slots=True)
class Doubt:
    """A record that whoever adds one is asked about once.

    It has the same name and address; or, of two companies without an address, the name and what is
    `shared`. It is of the same kind; or, `is_orphan`, it is a record of the other side without a
    counterpart, with which the added one may be linked, and which the page that asks `is_preset` to
    link. Or it is an inactive company of that name at an insurance's address, beside which PM would
    get a second one. Or it is the company that an insurance goes under for being the oldest at its
    address: `others`, none of which has the typed name either, are there too.
    """

    record: Any
    is_orphan: bool = False
    is_preset: bool = False
    shared: Mapping[Shared, str] = field(default_factory=dict)
    others: Sequence[InsuranceCompany] = ()

    @property
    def id(self) -> str:
        """Another one as soon as what is asked says something else."""
        key = record_key(self.record)
        if self.others:
            here = [[company.pk, company.name_key] for company in (self.record, *self.others)]
            return f"oldest:{key}:{sha256(json.dumps(here).encode()).hexdigest()[:16]}"
        return key if is_in_use(self.record) else f"{key}:inactive"


def doubts_about(
    record: Any, made: Sequence[Record], is_linked: bool, match: Match | None = None
) -> list[Doubt]:
    """Return the doubts about `record`, which is added and has `made` these on the other side.

    `match` is what stands at its address. No doubts about the other list where the user may not see
    it, or where the record `is_linked` with one of its orphans anyway.
    """
    if isinstance(record, InsuranceCompany):
        without = not record.address_key
        return [
            Doubt(other, shared=shared_by(record, other) if without else {})
            for other in same(record)
        ]
    if not isinstance(record, InsurancePlan | Insurance):
        return []
    alike = {other.pk: other for other in same(record)}
    if isinstance(record, Insurance):  # also those whose plan is the same as the plan it makes
        plans = [twin.pk for plan in made if isinstance(plan, InsurancePlan) for twin in same(plan)]
        for link in PM.links_of(plans).values():
            alike.setdefault(link.insurance_id, link.insurance)
    found = [Doubt(other) for other in alike.values()]
    if is_linked or record.before is not None or not _sees_other_list(record):
        return found
    if match and match.company and match.is_guess:
        found.insert(0, Doubt(match.company, others=match.others))
    orphans = orphans_same_as(record, match)
    if match and record.answers and not orphans:  # the button of an orphan asks in its own words
        found += [Doubt(company) for company in match.put_away]
    return found + _doubts_about_orphans(record, match, orphans)


def _doubts_about_orphans(record: Any, match: Match | None, orphans: Sequence[Any]) -> list[Doubt]:
    answers = record.answers or Answers()
    preset = None if answers.is_chosen else _preset_of(orphans, match, answers)
    return [
        Doubt(orphan, is_orphan=True, is_preset=orphan is preset)
        for orphan in orphans
        if record_key(orphan) not in answers.left
    ]


def still_offered(orphan: Any, record: Any, match: Match | None = None) -> Any:
    """Return the `orphan` that was chosen for `record`, unless a page wouldn't offer it any more.

    Or has shown another version of it. Outside of a page any orphan may be chosen.
    """
    if orphan is None or record.typed_by is None:
        return orphan
    offered = [alike.record for alike in orphans_for(record, match)]
    return next((each for each in offered if each == orphan and is_as_shown(each, record)), None)


def is_as_shown(orphan: Any, record: Any) -> bool:
    """Whether the `orphan` still is what the page that adds `record` has shown, if it said what."""
    shown = record.answers.chosen_version if record.answers else ""
    return shown in ("", version_shown(orphan))


def version_shown(orphan: Any) -> str:
    """Return which version of an `orphan` a page shows; a plan's has its company's as well."""
    company = f".{orphan.company.version}" if isinstance(orphan, InsurancePlan) else ""
    return f"{orphan.version}{company}"


def preset_orphan(record: Any, match: Match | None = None) -> Any:
    """Return the orphan with which the page that adds `record` presets to link it, if any.

    Found anew by what is typed and stored now; `Outcome.takes_choice` says whether it is still what
    the page showed. Outside of a page nothing is ever preset.
    """
    answers = record.answers
    if not answers or not answers.is_preset or not _sees_other_list(record):
        return None
    orphan = _preset_of(orphans_same_as(record, match), match, answers)
    return orphan if orphan is not None and is_as_shown(orphan, record) else None


def _preset_of(orphans: Sequence[Any], match: Match | None, answers: Answers) -> Any:
    """Return which of the same `orphans` a page presets, unless it was left."""
    orphan = to_preset(very_same(orphans, match))
    return None if orphan is None or record_key(orphan) in answers.left else orphan


def to_preset(same: Sequence[Any]) -> Any:
    """Return which of the very same orphans a page may preset: the only one, where it is in use.

    A link brings an inactive one to life: nobody does that without choosing it.
    """
    return same[0] if len(same) == 1 and is_in_use(same[0]) else None


def is_in_use(record: Any) -> bool:
    """Whether it is active, and a plan's company, too."""
    company = record.company if isinstance(record, InsurancePlan) else record
    return bool(record.is_active and company.is_active)


def very_same(orphans: Iterable[Any], match: Match | None) -> list[Any]:
    """Leave out those of `orphans` that are the same only under one of several other companies."""
    if match is None or match.company is None or match.by_rule:
        return list(orphans)
    typed = name_key(match.typed)
    return [orphan for orphan in orphans if orphan.company.name_key == typed]


def orphans_same_as(record: Any, match: Match | None = None) -> list[Any]:
    """Return the orphans on the other side that are the very same as `record`, which is added.

    `match` is what stands at the address of an insurance.
    """
    return same_orphans(record, _names(match) if match else ())


def _as_named(record: Any, match: Match | None) -> list[Any]:
    """Return an added `record` as it was typed and, where PM has another name for it, as that."""
    if match is None:
        return [record]
    named = []
    for name in {name_key(name): name for name in _names(match)}.values():
        named.append(copy(record))
        named[-1].company_name = name
        named[-1].derive()
    return named


def _names(match: Match) -> list[str]:
    return [match.typed, *([match.company.name] if match.company else [])]


def _sees_other_list(record: Record) -> bool:
    user = record.typed_by
    return user is None or may_see_other_list(user, record._meta.label)


def alike_already(record: Record, made: Sequence[Record]) -> list[LookAlike]:
    """Return the stored records of its own kind that `record` looks like, the likest first.

    Of an insurance also those whose plan looks like the plan that is `made` for it.
    """
    found = {alike.record.pk: alike for alike in look_alikes(record)}
    for plan in made:
        if isinstance(record, Insurance) and isinstance(plan, InsurancePlan):
            for alike in look_alikes(plan):
                link = getattr(alike.record, "link", None)  # an orphan has none
                if link and alike.rank <= Likeness.NEAR_BY:
                    found.setdefault(link.insurance.pk, LookAlike(link.insurance, alike.rank))
    return sorted(found.values(), key=lambda alike: alike.rank)


def orphans_for(record: Any, match: Match | None = None) -> list[LookAlike]:
    """Return the orphans at its place that `record`, when it is added, may be linked with.

    The likest first. `match` is what stands at the address of an insurance.
    """
    if record.before is not None or isinstance(record, InsuranceCompany):
        return []
    named = _as_named(record, match)
    alike = [alike for each in named for alike in counterparts(each, at_place=True)]
    found: dict[int, LookAlike] = {}
    for each in sorted(alike, key=lambda alike: (alike.rank, alike.record.pk)):
        found.setdefault(each.record.pk, each)
    return list(found.values())
