"""What taking a batch back makes of records: each goes back to what the batch found, or stays.

The log says what a batch did. What it changed gets the values that it had, what it created goes,
and what it deleted comes back under its old key; links likewise. A record stays as it is where
somebody has changed since what would go back, or uses what would go; and with it all that the same
events were about, since half of a pair is worse than none. Reads only.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet, prefetch_related_objects

from kareo.records import Person, Record
from kareo.records.rows.making import make
from pm.models import InsurancePolicy
from sync.models import InsuranceLink, SyncEvent
from sync.rules import table
from sync.rules.decision import NOT_PROPAGATED, Cause, Decision, Outcome
from sync.rules.reasons import Code, Reason, because
from sync.rules.undoing.batch import Batch, Past, Ref, value_of_field

Read = Callable[[QuerySet[Any]], list[Any]]
LINK = InsuranceLink._meta.label


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a record stays as it is, as data: see `Code` for the values of each."""

    ref: Ref
    text: str
    reason: Reason


@dataclass(slots=True)
class Undoing:
    """What taking a batch back does, and what stays as it is."""

    decision: Decision
    refused: list[Refusal] = field(default_factory=list)


def undo_batch(batch: Batch, read: Read) -> Undoing:
    """Return what taking `batch` back does."""
    return _Undoing(batch, read).done()


class _Undoing:
    def __init__(self, batch: Batch, read: Read) -> None:
        self._batch = batch
        self._stored: dict[Ref, Any] = {}
        for label in batch.labels:
            model = apps.get_model(label)
            for record in read(model._default_manager.filter(pk__in=batch.keys(label))):
                self._stored[label, record.pk] = record
        links = read(InsuranceLink.objects.filter(pk__in=batch.links))
        self._links_there = {link.pk: link for link in links}
        self._refused: dict[Ref, Refusal] = {}
        self._goes: dict[Ref, Any] = {}
        self._returns: dict[Ref, Any] = {}
        self._changes: dict[Ref, dict[str, Any]] = {}  # {attribute: value}
        self._make: dict[int, InsuranceLink] = {}
        self._end: dict[int, InsuranceLink] = {}

    def done(self) -> Undoing:
        for ref, past in self._batch.pasts.items():
            self._one(ref, past)
        self._look_at_links()
        self._refuse_changed_since()
        self._leave_out()
        while self._refuse_what_cant_be():
            self._leave_out()
        outcomes = list(self._outcomes())
        return Undoing(Decision(Cause.UNDONE, outcomes), list(self._refused.values()))

    def _one(self, ref: Ref, past: Past) -> None:
        record = self._stored.get(ref)
        if past.created or past.deleted is not None:
            if past.created and past.deleted is None and record:
                self._goes[ref] = record
            elif past.deleted is not None and not past.created and not record:
                self._returns[ref] = _made_of(ref, past.deleted | _attributes(ref, past.found))
            return
        if record is None:
            self._refuse(ref, Code.GONE_SINCE)
            return
        changes = {}
        for name, before in past.found.items():
            attname, was = value_of_field(ref, name, before)
            _, left = value_of_field(ref, name, past.left[name])
            now = getattr(record, attname)
            if now == was:
                continue
            if now != left:
                self._refuse(
                    ref, Code.CHANGED_SINCE, model=ref[0], field=name, by=record.updated_by
                )
                return
            changes[attname] = was
        if changes:
            self._changes[ref] = changes

    def _look_at_links(self) -> None:
        for key, (was, is_there, halves) in self._batch.links.items():
            stored = self._links_there.get(key)
            if is_there and not was and stored:
                self._end[key] = stored
            elif was and not is_there and not stored:
                names = {"id": key, "plan_id": halves["plan"], "insurance_id": halves["insurance"]}
                self._make[key] = make(InsuranceLink, **names)

    def _refuse_changed_since(self) -> None:
        """Keep what was created where somebody has changed it since, so that it isn't lost."""
        last = self._batch.events[-1].pk
        later: dict[Ref, Past] = defaultdict(Past)
        for label in {label for label, _key in self._goes}:
            keys = [key for of, key in self._goes if of == label]
            events = SyncEvent.objects.filter(pk__gt=last)
            own = events.filter(source_model=label, source_id__in=keys).exclude(source_changes={})
            theirs = events.filter(target_model=label, target_id__in=keys).exclude(changes={})
            notes = [
                (event.pk, event.source_id, event.source_changes)
                for event in own.exclude(undo__has_key="deleted")
            ]
            notes += [(event.pk, event.target_id or 0, event.changes) for event in theirs]
            for _pk, key, changes in sorted(notes, key=itemgetter(0)):
                later[label, key].note(changes)
        for ref, past in later.items():
            for name, before in past.found.items():
                attname, was = value_of_field(ref, name, before)
                if getattr(self._goes[ref], attname) != was:
                    by = self._goes[ref].updated_by
                    self._refuse(ref, Code.CHANGED_SINCE, model=ref[0], field=name, by=by)

    def _leave_out(self) -> None:
        """Leave out what hangs together with what is refused."""
        groups = {self._batch.group_of(ref) for ref in self._refused}
        for of in (self._goes, self._returns, self._changes):
            for ref in [ref for ref in of if self._batch.group_of(ref) in groups]:
                del of[ref]
        for links in (self._end, self._make):
            for key, link in list(links.items()):
                if self._batch.group_of(("pm.InsurancePlan", link.plan_id)) in groups:
                    del links[key]

    def _refuse_what_cant_be(self) -> bool:
        """Refuse what others use, refer to in vain, or have in its place; return whether any is."""
        had = len(self._refused)
        self._refuse_used()
        self._refuse_without_others()
        self._refuse_linked()
        self._refuse_taken()
        return len(self._refused) > had

    def _refuse_used(self) -> None:
        for label in {label for label, _key in self._goes}:
            keys = {key for of, key in self._goes if of == label}
            for relation in _relations_to(apps.get_model(label)):
                users = relation.model._base_manager.filter(**{f"{relation.name}__in": keys})
                for user, used in users.values_list("pk", relation.attname):
                    if self._still_uses((relation.model._meta.label, user), relation.attname):
                        kind = relation.model._meta.label
                        self._refuse((label, used), Code.USED, by_model=kind, by_id=user)

    def _still_uses(self, user: Ref, attname: str) -> bool:
        if user[0] == LINK:
            return user[1] not in self._end
        return user not in self._goes and attname not in self._changes.get(user, {})

    def _refuse_without_others(self) -> None:
        """Refuse what would refer to a record that is gone."""
        wanted: dict[Ref, list[Ref]] = defaultdict(list)
        for ref, values in self._all_values():
            for each in apps.get_model(ref[0])._meta.concrete_fields:
                if each.is_relation and (key := values.get(each.attname)):
                    wanted[each.related_model._meta.label, key].append(ref)
        missing = {ref for ref in wanted if ref in self._goes} | {
            ref for ref in self._not_stored(wanted) if ref not in self._returns
        }
        for other in missing:
            for ref in wanted[other]:
                self._refuse(ref, Code.NEEDS, model=other[0])

    def _all_values(self) -> Iterator[tuple[Ref, Mapping[str, Any]]]:
        yield from self._changes.items()
        for ref, record in self._returns.items():
            yield ref, record.columns()

    def _not_stored(self, refs: Iterable[Ref]) -> set[Ref]:
        by_label: dict[str, set[int]] = defaultdict(set)
        for label, key in refs:
            by_label[label].add(key)
        gone = set()
        for label, keys in by_label.items():
            rows = apps.get_model(label)._base_manager.filter(pk__in=keys)
            gone |= {(label, key) for key in keys - set(rows.values_list("pk", flat=True))}
        return gone

    def _refuse_linked(self) -> None:
        """Refuse a link whose halves are gone, or have another one by now."""
        halves = {half for link in self._make.values() for half in _halves(link)}
        gone = {ref for ref in self._not_stored(halves) if ref not in self._returns}
        others = InsuranceLink.objects.exclude(pk__in=self._end)
        keys = {of: [key for label, key in halves if label == of] for of in (_PLAN, _INSURANCE)}
        rows = others.filter(plan__in=keys[_PLAN]) | others.filter(insurance__in=keys[_INSURANCE])
        linked = {half for link in rows for half in _halves(link)}
        for link in self._make.values():
            if missing := gone & {*_halves(link)}:
                self._refuse(_halves(link)[0], Code.NEEDS, model=missing.pop()[0])
            elif linked & {*_halves(link)}:
                self._refuse(_halves(link)[0], Code.LINKED_SINCE)

    def _refuse_taken(self) -> None:
        """Refuse a chart number, or a rank on some days, that somebody else has by now."""
        after = {**self._returns}
        for ref, values in self._changes.items():
            after[ref] = copy(self._stored[ref])
            after[ref].assign(values)
        moved = {key for of, key in {*after, *self._goes} if of == _POLICY}
        for ref, policy in after.items():
            # One that only gets another plan is in nobody's way; nor are two that go back together.
            if ref[0] == _POLICY and self._changes.get(ref, {}).keys() != {"plan_id"}:
                others = InsurancePolicy.objects.overlapping(policy).exclude(pk__in=moved)
                if policy.is_active and others.exists():
                    self._refuse(ref, Code.TAKEN, field="rank")
        for ref, record in after.items():
            if isinstance(record, Person):
                same = type(record)._default_manager.filter(chart_number=record.chart_number)
                mine = {key for of, key in {*after, *self._goes} if of == ref[0]}
                if same.exclude(pk__in=mine).exists():
                    self._refuse(ref, Code.TAKEN, field="chart_number")

    def _refuse(self, ref: Ref, code: Code, **values: Any) -> None:
        text = self._batch.texts.get(ref, "")
        self._refused.setdefault(ref, Refusal(ref, text, because(code, **values)))

    def _outcomes(self) -> Iterator[Outcome]:
        first = self._batch.events[0]
        why = because(Code.UNDONE, batch=str(first.batch), actor=first.actor)
        why["at"] = first.created_at.isoformat()
        links = {link.plan_id: link for link in (*self._end.values(), *self._make.values())}
        records: dict[Ref, Any] = {}
        for ref in self._batch.pasts:
            if ref in self._changes:
                record = records[ref] = self._stored[ref]
                record.before = copy(record)
                record.assign(self._changes[ref])
                record.derive()
            elif record := self._goes.get(ref) or self._returns.get(ref):
                records[ref] = record
        for key in links.keys() - {key for of, key in records if of == _PLAN}:
            records[_PLAN, key] = self._stored.get((_PLAN, key)) or apps.get_model(
                _PLAN
            )._default_manager.get(pk=key)
        _read_named(records)
        for ref, record in records.items():
            outcome = Outcome(table.BATCH_UNDONE, NOT_PROPAGATED, record, reason=why)
            outcome.link = links.get(ref[1]) if ref[0] == _PLAN else None
            outcome.ends_link = outcome.link is not None and outcome.link.pk in self._end
            if ref in self._goes:
                outcome.removes = True
                outcome.source_changes = Cause.DELETED.changes_of(record)
            elif ref in self._returns:
                outcome.restores = True
            elif ref in self._changes:
                outcome.corrections = record.changes_since(record.before)
            yield outcome


_PLAN, _INSURANCE, _POLICY = "pm.InsurancePlan", "ehr.Insurance", "pm.InsurancePolicy"


def _halves(link: InsuranceLink) -> tuple[Ref, Ref]:
    return (_PLAN, link.plan_id), (_INSURANCE, link.insurance_id)


def _attributes(ref: Ref, values: Mapping[str, Any]) -> dict[str, Any]:
    return dict(value_of_field(ref, name, value) for name, value in values.items())


def _made_of(ref: Ref, columns: Mapping[str, Any]) -> Record:
    """Return a record, not stored, of the columns that the log kept."""
    model: Any = apps.get_model(ref[0])
    names = {each.attname: each for each in model._meta.concrete_fields}
    values = {n: names[n].to_python(value) for n, value in columns.items() if n in names}
    record: Record = model(**values)
    record.derive()
    return record


def _relations_to(model: type[Model]) -> list[Any]:
    """Return the fields by which records, and links, refer to those of `model`."""
    found: list[Any] = model._meta.get_fields(include_hidden=True)
    fields = [each.field for each in found if each.auto_created and not each.concrete]
    return [
        each for each in fields if issubclass(each.model, Record) or each.model is InsuranceLink
    ]


def _read_named(records: Mapping[Ref, Any]) -> None:
    """Read what the texts of these records name: one query each, not one a record.

    One that comes back may name another that does, and isn't stored.
    """
    by_model: dict[type[Any], list[Any]] = defaultdict(list)
    for record in records.values():
        by_model[type(record)] += [record, *([record.before] if record.before else [])]
        for each in filter(attrgetter("is_relation"), record.logged_fields()):
            if other := records.get(
                (each.related_model._meta.label, getattr(record, each.attname))
            ):
                each.set_cached_value(record, other)
    for model, same in by_model.items():
        for each in model.logged_fields():
            if each.is_relation:
                needs = "plan__company" if each.name == "plan" else each.name
                prefetch_related_objects(same, needs)
