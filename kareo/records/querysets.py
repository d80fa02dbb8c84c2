"""Sets of records: read under locks, written as a set, derived like a single one."""

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models, transaction

from kareo.records.refusals import StaleRecord
from kareo.records.rows import writing as rows
from kareo.records.rows.reading import read
from kareo.records.signals import deleting, saved, saving

if TYPE_CHECKING:
    from kareo.records.models import Record

R = TypeVar("R", bound="Record", covariant=True)


class RecordQuerySet(models.QuerySet[R]):
    """Sets of records, written with the same derived fields as one record."""

    def active(self) -> Self:
        return self.filter(is_active=True)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[R]:
        """Insert `objs` with their derived fields. Sends no signals: nothing is propagated."""
        records = list(objs)
        for record in records:
            record.derive()
            record.stamp()
            record.before = None
        if args or kwargs:
            return super().bulk_create(records, *args, **kwargs)
        self._for_write = True
        rows.insert(records, self.db)
        return records

    def write(self, records: Sequence[Any], fields: Collection[str]) -> None:
        """Update `fields`, and what derives from them, of stored `records`; send no signals.

        Raises StaleRecord unless each record's `version` is the stored one, which is then raised by
        one.
        """
        if not records:
            return
        names = [*fields, *self.model.derived_fields, "version", "updated_at", "updated_by"]
        records = sorted(records, key=lambda record: record.pk)
        versions = [record.version for record in records]
        for record in records:
            record.derive()
            record.stamp()
            record.version += 1
        with transaction.atomic(self.db, savepoint=False):
            if rows.update(records, names, self.db, versions) != len(records):
                raise StaleRecord(
                    f"Some {self.model._meta.verbose_name_plural} were changed by someone else"
                    " meanwhile. Nothing was saved. Try again."
                )

    def write_back(self, records: Sequence[Any], fields: Collection[str]) -> None:
        """Do as `write`, with the values as they are: nothing is to follow from the old ones."""
        self.write(records, fields)

    def rederive(self, pks: Iterable[Any], fields: Collection[str]) -> int:
        """Derive `fields` of these records anew, store them, and return how many changed.

        This isn't an edit: `version`, `updated_at` and `updated_by` stay, so that an open page can
        still be saved, and no signals are sent. The rows are locked, so that no save is undone.
        """
        with transaction.atomic(self.db):
            changed = [r for r in self.lock_and_read(pks) if derives_anew(r, fields)]
            rows.update(changed, fields, self.db)
        return len(changed)

    def lock_and_read(self, pks: Iterable[Any], *, alone: bool = False) -> list[R]:
        """Return the stored records of `pks`, locked against other writers, sorted by key.

        For a deletion, `alone` also locks them against new rows that would refer to them.
        """
        self._for_write = True
        lock = "UPDATE" if alone else "NO KEY UPDATE"
        return read(self.model, "id", pks, self.db, along=self.model.read_along, lock=lock)

    def change(self, **values: Any) -> list[R]:
        """Save `values` on all records of this set, or on none, and return the records.

        As `save()` does, it sends `saving` first, for all of them, then `saved`. Raises Refused.
        """
        with transaction.atomic(using=self.db):
            records: list[Any] = list(self.all())  # not the caller's own copies
            for record in records:  # so that the receivers lock for the new values
                record.assign(values)
            saving.send(sender=self.model, records=records, using=self.db)
            records = self.lock_and_read(record.pk for record in records)
            for record in records:
                record.before = copy(record)
                record.assign(values)
            self.model.refuse(records)
            self.write(records, values)
            self.model.refuse(records)  # they may conflict with each other
            saved.send(sender=self.model, records=records, using=self.db)
        return records

    def update_or_create(
        self, defaults: Any = None, create_defaults: Any = None, **kwargs: Any
    ) -> tuple[R, bool]:
        """Do as Django does, but take the locks of a save before that of the row."""
        with transaction.atomic(using=self.db):
            # Their old and their new values, so that the locks for both are taken in one order.
            found: list[Any] = list(self.filter(**kwargs))
            after = [copy(record) for record in found]
            values = {n: v() if callable(v) else v for n, v in (defaults or {}).items()}
            for record in after:
                record.assign(values)
            saving.send(sender=self.model, records=[*found, *after], using=self.db)
            return super().update_or_create(values, create_defaults, **kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the records of this set, and let others follow, or none of them."""
        own: Any = self
        query = own.query
        if query.combinator or query.is_sliced or query.distinct_fields or own._fields is not None:
            return super().delete()  # which says what is wrong
        with transaction.atomic(using=self.db):
            records = list(self.all())
            self._result_cache = None
            deleting.send(sender=self.model, records=records, using=self.db)
            # By their keys: others may have come into the set since then.
            stored = self.model._base_manager.using(self.db)
            return models.QuerySet.delete(stored.filter(pk__in=[record.pk for record in records]))

    delete.alters_data = True  # type: ignore[attr-defined]  # as Django's own
    delete.queryset_only = True  # type: ignore[attr-defined]  # as Django's own


def derives_anew(record: "Record", fields: Iterable[str]) -> bool:
    """Derive `record`; return whether any of `fields` changed."""
    stored = {name: getattr(record, name) for name in fields}
    record.derive()
    return any(getattr(record, name) != value for name, value in stored.items())
