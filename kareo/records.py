"""What every record of both lists is: who wrote it, which version it is, and how it is saved.

A save is one transaction, in one order, however it was called (admin, shell, command or test):
`locking` is sent, the stored row is read under a lock into `before`, a stale copy is refused, fields
are derived, the row is written, and Django's `post_save` lets others follow in the same transaction.
Any other order deadlocks or loses events when two people save at once.
"""

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import connections, models, router, transaction
from django.dispatch import Signal
from django.utils import timezone

from kareo.actions import current_action
from kareo.addresses import KEY_LENGTH, KEY_VERSION, address_key, near_key
from kareo.fields import LineField, StateField, ZipCodeField, normal_zip

# Sent with `records` and `deleting` before their rows are locked, inside the transaction: whoever
# writes other rows along with these takes its locks now.
locking = Signal()
# Sent with `records` after a set of records was saved together, each with its `before`.
saved_together = Signal()
# Sent with `record`; a receiver answers {field name: why it can't be edited on this record}.
fixing_fields = Signal()


class Refused(Exception):
    """A save or delete that was not done. Its text tells a user why and what to do next."""


class StaleRecord(Refused):
    """Raised when a record was changed or deleted after the copy being saved was read."""


class FixedField(Refused):
    """Raised when a field was changed that another system fixes."""


def fixed_fields(record: "Record") -> dict[str, str]:
    """Return the fields of `record` that can't be edited now, each with the reason."""
    reasons: dict[str, str] = {}
    for _receiver, answer in fixing_fields.send(sender=type(record), record=record):
        reasons.update(answer or {})
    return reasons


class Origin(models.TextChoices):
    PM = "PM", "PM"
    EHR = "EHR", "EHR"
    IMPORT = "import", "Import"


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
        return super().bulk_create(records, *args, **kwargs)

    def write(self, records: Sequence[Any], fields: Collection[str]) -> None:
        """Update `fields`, and what derives from them, of stored `records`; send no signals.

        Each record's `version` must be the stored one (StaleRecord is raised otherwise) and is
        raised by one. One statement for the whole set: `bulk_update` is 30 times slower.
        """
        if not records:
            return
        connection = connections[self.db]
        names = dict.fromkeys(
            [*fields, *self.model.derived_fields, "version", "updated_at", "updated_by"]
        )
        columns = [self.model._meta.get_field(name) for name in names]
        rows = []
        for record in sorted(records, key=lambda record: record.pk):
            version = record.version
            record.derive()
            record.stamp()
            record.version = version + 1
            values = [
                column.get_db_prep_save(getattr(record, column.attname), connection)
                for column in columns
            ]
            rows.append([*values, record.pk, version])
        quote = connection.ops.quote_name
        assignments = ", ".join(f"{quote(column.column)} = %s" for column in columns)
        sql = (
            f"UPDATE {quote(self.model._meta.db_table)} SET {assignments}"  # noqa: S608 (no input)
            f" WHERE {quote(self.model._meta.pk.column)} = %s AND {quote('version')} = %s"
        )
        with transaction.atomic(self.db, savepoint=False), connection.cursor() as cursor:
            if len(rows) == 1:  # executemany costs two more round trips on PostgreSQL
                cursor.execute(sql, rows[0])
            else:
                cursor.executemany(sql, rows)
            if cursor.rowcount != len(rows):
                raise StaleRecord(
                    f"Some {self.model._meta.verbose_name_plural} were changed by someone else"
                    " meanwhile. Nothing was saved. Try again."
                )

    def lock_and_read(self, pks: Iterable[Any]) -> list[R]:
        """Return the stored records of `pks`, each locked against other writers, sorted by key."""
        rows = self.model._base_manager.using(self.db).select_for_update(no_key=True)
        return list(rows.filter(pk__in=list(pks)).order_by("pk"))

    def change(self, **values: Any) -> list[R]:
        """Save `values` on every record of this set in one transaction, and return the records.

        The set's `save()`: `locking` is sent for all of them first, `saved_together` last.
        """
        with transaction.atomic(using=self.db):
            records: list[Any] = list(self)
            locking.send(sender=self.model, records=records, deleting=False, using=self.db)
            records = self.lock_and_read(record.pk for record in records)
            for record in records:
                record.before = copy(record)
                for name, value in values.items():
                    setattr(record, name, value)
            self.write(records, values)
            saved_together.send(sender=self.model, records=records)
        return records

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the set, with the locks of a save held first."""
        with transaction.atomic(using=self.db):
            lock_for_deletion(list(self), self.model, self.db)
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


def lock_for_deletion(records: Sequence["Record"], model: type["Record"], using: str) -> None:
    """Lock `records` against writers and against new rows that would refer to them."""
    locking.send(sender=model, records=records, deleting=True, using=using)
    rows = model._base_manager.using(using).select_for_update()
    list(rows.filter(pk__in=[record.pk for record in records]).order_by("pk").values_list("pk"))


def _shown(record: "Record | None", field: "models.Field[Any, Any]") -> Any:
    if record is None or getattr(record, field.attname) is None:
        return None
    value = getattr(record, field.name)
    return str(value) if field.is_relation else value


class Record(models.Model):
    """A record of PM or the EHR.

    `before` is its stored state when it was last saved, read under the lock; None when it was new.
    """

    home: ClassVar[Origin]
    derived_fields: ClassVar[tuple[str, ...]] = ()

    is_active = models.BooleanField("active", default=True)
    origin = models.CharField(max_length=6, choices=Origin, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = LineField(max_length=150, blank=True, editable=False)
    updated_at = models.DateTimeField(editable=False)
    updated_by = LineField(max_length=150, blank=True, editable=False)

    objects: ClassVar[RecordQuerySet[Self]] = RecordQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True

    before: Self | None = None

    def derive(self) -> None:
        """Set the fields that follow from others. Called by every way of writing."""

    def stamp(self) -> None:
        """Note who writes this record, and when."""
        now, actor = timezone.now(), current_action().actor
        if self._state.adding:
            self.origin = self.origin or self.home
            self.created_at = self.created_at or now
            self.created_by = self.created_by or actor
        self.updated_at, self.updated_by = now, actor

    def clean(self) -> None:
        """Refuse a change to a field that is fixed on this record."""
        super().clean()
        if self._state.adding:
            return
        stored = type(self)._base_manager.filter(pk=self.pk).first()
        errors = self._changed_fixed_fields(stored) if stored else {}
        if errors:
            raise ValidationError(errors)

    def _changed_fixed_fields(self, stored: "Record") -> dict[str, str]:
        if not self.changes_since(stored):
            return {}
        return {
            name: why
            for name, why in fixed_fields(self).items()
            if getattr(self, name) != getattr(stored, name)
        }

    @classmethod
    def entered_fields(cls) -> "list[models.Field[Any, Any]]":
        """Return the fields that a user enters, as opposed to what derives from them."""
        return [f for f in cls._meta.concrete_fields if f.editable and not f.primary_key]

    def changes_since(self, earlier: "Record | None") -> dict[str, list[Any]]:
        """Return {field: [earlier value, value now]} of the entered fields that differ.

        Without an earlier state: all that were filled in. Other records are given as text.
        """
        changes = {}
        for field in self.entered_fields():
            was, now = getattr(earlier, field.attname, None), getattr(self, field.attname)
            if was != now and not (earlier is None and now in ("", False)):
                changes[field.name] = [_shown(earlier, field), _shown(self, field)]
        return changes

    def save(
        self,
        *,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save this record and all that follows from it, or nothing.

        Fields left out of `update_fields` take their stored values, as a refresh would give them.

        Raises Refused, in words for the user, where it can't be saved.
        """
        using = using or router.db_for_write(type(self), instance=self)
        state = (self.pk, self.version, self._state.adding, self.before)
        try:
            with transaction.atomic(using=using):
                locking.send(sender=type(self), records=[self], deleting=False, using=using)
                self.before = self._stored_under_lock(using)
                if update_fields is not None:
                    update_fields = self._with_derived(update_fields)
                self.derive()
                self.stamp()
                super().save(
                    force_insert=force_insert,
                    force_update=force_update,
                    using=using,
                    update_fields=update_fields,
                )
        except BaseException:
            # Rolled back: the same copy can be corrected and saved again.
            self.pk, self.version, self._state.adding, self.before = state
            raise

    save.alters_data = True  # type: ignore[attr-defined]

    def _stored_under_lock(self, using: str) -> Self | None:
        """Return the stored row, locked; raise `version` for the write. None for a new record."""
        if self.pk is None:
            return None
        rows = type(self)._base_manager.using(using)
        stored = rows.select_for_update(no_key=True).filter(pk=self.pk).first()
        if stored is None:
            if self._state.adding:
                return None
            raise StaleRecord(
                f"{self} was deleted by someone else meanwhile. Nothing was saved. Add it again if"
                " it is still needed."
            )
        if stored.version != self.version:
            raise StaleRecord(
                f"{stored} was changed by {stored.updated_by or 'someone else'} meanwhile. Nothing"
                " was saved. Load it again and repeat your change."
            )
        if errors := self._changed_fixed_fields(stored):
            raise FixedField(" ".join(errors.values()))
        self.version += 1
        return stored

    def _with_derived(self, update_fields: Iterable[str]) -> set[str]:
        names = {*update_fields, *self.derived_fields, "version", "updated_at", "updated_by"}
        for field in self._meta.concrete_fields:
            if self.before and not {field.name, field.attname} & names:
                setattr(self, field.attname, getattr(self.before, field.attname))
        return names

    def delete(
        self, using: str | None = None, keep_parents: bool = False
    ) -> tuple[int, dict[str, int]]:
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            lock_for_deletion([self], type(self), using)
            return super().delete(using=using, keep_parents=keep_parents)

    delete.alters_data = True  # type: ignore[attr-defined]


class PostalAddress(models.Model):
    """A US postal address and the keys it is matched by."""

    derived_fields: ClassVar[tuple[str, ...]] = ("address_key", "near_key", "address_key_version")
    address_fields: ClassVar[tuple[str, ...]] = (
        "street_1",
        "street_2",
        "city",
        "state",
        "zip_code",
    )

    street_1 = LineField("street", max_length=100)
    street_2 = LineField("street, line 2", max_length=100, blank=True)
    city = LineField(max_length=60)
    state = StateField()
    zip_code = ZipCodeField("ZIP")

    address_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    near_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    address_key_version = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def address(self) -> str:
        """The address on one line."""
        place = " ".join(filter(None, [self.state, self.zip_code]))
        return ", ".join(filter(None, [self.street_1, self.street_2, self.city, place]))

    def derive(self) -> None:
        self.zip_code = normal_zip(self.zip_code)
        parts = [getattr(self, name) for name in self.address_fields]
        self.address_key, self.near_key = address_key(*parts), near_key(*parts)
        self.address_key_version = KEY_VERSION
        super().derive()  # type: ignore[misc]


class Person(models.Model):
    """A patient as both systems know one: the chart number says that two are the same person."""

    chart_number = LineField(max_length=30, unique=True)
    last_name = LineField(max_length=80)
    first_name = LineField(max_length=80)
    date_of_birth = models.DateField()

    class Meta:
        abstract = True
        ordering = ("last_name", "first_name", "pk")

    def __str__(self) -> str:
        return f"{self.last_name}, {self.first_name} ({self.chart_number})"
