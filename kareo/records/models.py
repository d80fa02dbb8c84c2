"""What every record of both lists is: who wrote it, which version it is, and how it is saved.

A save is one transaction, in one order, however it was called (admin, shell, command or test):
`saving` is sent, the stored row is read under a lock into `before`, a stale copy is refused,
fields are derived, the row is written, and `saved` lets others follow in the same transaction. Any
other order deadlocks or loses events when two people save at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models, router, transaction
from django.utils import timezone

from kareo.addresses import KEY_LENGTH, KEY_VERSION, parse
from kareo.records.acting import current_action
from kareo.records.fields import LineField, StateField, ZipCodeField, normal_zip
from kareo.records.querysets import RecordQuerySet
from kareo.records.refusals import FixedField, StaleRecord
from kareo.records.registry import Answers, fixed_fields
from kareo.records.signals import deleting, saved, saving


class Origin(models.TextChoices):
    PM = "PM", "PM"
    EHR = "EHR", "EHR"
    IMPORT = "import", "Import"


def reference(record: models.Model | None) -> dict[str, Any] | None:
    """Return how a log or a page keeps `record`: its key, and its text as it is now."""
    return None if record is None else {"id": record.pk, "text": str(record)}


class Record(models.Model):
    """A record of PM or the EHR.

    `before` is its stored state when it was last saved, read under the lock; None when it was new.
    """

    home: ClassVar[Origin]
    derived_fields: ClassVar[tuple[str, ...]] = ()

    is_active = models.BooleanField("active", default=True)
    origin = models.CharField(max_length=6, choices=Origin, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # The one page that was filled in to add this record: sent twice, it adds it once.
    added_on_page = models.UUIDField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = LineField(max_length=150, blank=True, editable=False)
    updated_at = models.DateTimeField(editable=False)
    updated_by = LineField(max_length=150, blank=True, editable=False)

    objects: ClassVar[RecordQuerySet[Self]] = RecordQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta:
        abstract = True

    before: Self | None = None
    # What its form gives it for the save; None where no form does: in a shell or an import.
    answers: Answers | None = None

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
        if update_fields is not None and not (update_fields := set(update_fields)):
            return  # as Django does
        using = using or router.db_for_write(type(self), instance=self)
        state = (self.pk, self.version, self._state.adding, self.before)
        try:
            with transaction.atomic(using=using):
                saving.send(sender=type(self), records=[self], using=using)
                self.before = self._stored_under_lock(using)  # type: ignore[assignment]  # Self
                if update_fields is not None:
                    update_fields = self._with_derived(update_fields)
                self.prepare()
                super().save(
                    force_insert=force_insert,
                    force_update=force_update,
                    using=using,
                    update_fields=update_fields,
                )
                saved.send(sender=type(self), records=[self], using=using)
        except BaseException:
            # Rolled back: the same copy can be corrected and saved again.
            self.pk, self.version, self._state.adding, self.before = state
            raise

    save.alters_data = True  # type: ignore[attr-defined]  # for templates

    def delete(
        self, using: str | None = None, keep_parents: bool = False
    ) -> tuple[int, dict[str, int]]:
        """Delete this record and let others follow, or nothing. (0, {}): it was gone already."""
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            if self.pk is not None:  # else Django says what is wrong
                deleting.send(sender=type(self), records=[self], using=using)
            count, counts = super().delete(using=using, keep_parents=keep_parents)
            return count, counts if count else {}

    delete.alters_data = True  # type: ignore[attr-defined]  # for templates

    @property
    def typed_by(self) -> Any:
        """The user who typed this record into a form; None where nobody did."""
        return self.answers.user if self.answers else None

    def chosen_key(self, model: type[models.Model]) -> int | None:
        """Return the key of the `model` that was chosen for this record in the other list."""
        return self.answers.chosen_key(model) if self.answers else None

    def assign(self, values: Mapping[str, Any]) -> None:
        """Set these fields, {name: value}, as a constructor would."""
        for name, value in values.items():
            setattr(self, name, value)

    def clean(self) -> None:
        """Refuse a change to a field that is fixed on this record."""
        super().clean()
        if self._state.adding:
            return
        if not (fixed := fixed_fields([self])):
            return
        stored = type(self)._base_manager.filter(pk=self.pk).first()
        if stored and (errors := self._fixed_changes(stored, fixed)):
            raise ValidationError(errors)

    def prepare(self) -> None:
        """Bring this record, given its `before`, into the state that a save writes.

        Writes nothing: a save does this first, and so does a dry run of one. Raises Refused.
        """
        self.refuse([self])
        self.derive()
        self.stamp()

    def derive(self) -> None:
        """Set the fields that follow from others. Called by every way of writing."""

    @classmethod
    def refuse(cls, records: "Sequence[Any]") -> None:
        """Raise Refused where one of `records` can't be saved as it is, given its `before`."""
        edited = [record for record in records if record.before and record.edits(record.before)]
        fixed = fixed_fields(edited) if edited else {}
        for record in edited:
            if errors := record._fixed_changes(record.before, fixed):
                raise FixedField(" ".join(errors.values()))

    def stamp(self) -> None:
        """Note who writes this record, and when."""
        now, actor = timezone.now(), current_action().actor
        if self._state.adding:
            self.origin = self.origin or self.home
            self.created_at = self.created_at or now
            self.created_by = self.created_by or actor
        self.updated_at, self.updated_by = now, actor

    def _fixed_changes(
        self, stored: "Record", fixed: Mapping[Any, Mapping[str, str]]
    ) -> dict[str, str]:
        reasons = fixed.get(self.pk, {})
        return {name: reasons[name] for name in reasons if name in self.edits(stored)}

    @classmethod
    def entered_fields(cls) -> "list[models.Field[Any, Any]]":
        """Return the fields that a user enters, as opposed to what derives from them."""
        return [f for f in cls._meta.concrete_fields if f.editable and not f.primary_key]

    def value_of(self, field: "models.Field[Any, Any]") -> Any:
        """Return the value of `field` as data: another record by its key and its text."""
        if field.is_relation:
            return reference(getattr(self, field.name))
        return getattr(self, field.name)

    def edits(self, earlier: "Record | None") -> "dict[str, models.Field[Any, Any]]":
        """Return the entered fields whose value is not `earlier`'s, by name.

        Without an earlier state: all that were filled in.
        """
        edited = {}
        for field in self.entered_fields():
            was, now = getattr(earlier, field.attname, None), getattr(self, field.attname)
            if was == now or (earlier is None and (now == "" or now is False)):
                continue
            if was != field.to_python(now):  # a date may have been given as text
                edited[field.name] = field
        return edited

    def changes_since(self, earlier: "Record | None") -> dict[str, list[Any]]:
        """Return {field: [earlier value, value now]} of `edits`, other records as references."""
        return {
            name: [earlier.value_of(field) if earlier else None, self.value_of(field)]
            for name, field in self.edits(earlier).items()
        }

    def columns(self) -> dict[str, Any]:
        """Return every stored column, {name: value} as JSON holds it without loss."""
        plain = (str, int, bool, type(None))
        return {
            field.attname: value if isinstance(value, plain) else field.value_to_string(self)
            for field in self._meta.concrete_fields
            for value in [getattr(self, field.attname)]
        }

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
        if self._state.adding or stored.version != self.version:
            raise StaleRecord(
                f"{stored} was changed by {stored.updated_by or 'someone else'} meanwhile. Nothing"
                " was saved. Load it again and repeat your change."
            )
        self.version += 1
        return stored

    def _with_derived(self, update_fields: Iterable[str]) -> set[str]:
        names = {*update_fields, *self.derived_fields, "version", "updated_at", "updated_by"}
        for field in self._meta.concrete_fields:
            if self.before and not {field.name, field.attname} & names:
                setattr(self, field.attname, getattr(self.before, field.attname))
        return names


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
        return ", ".join(filter(None, [self.street_1, self.street_2, self.place]))

    @property
    @admin.display(description="Street", ordering="street_1")
    def street(self) -> str:
        return " ".join(filter(None, [self.street_1, self.street_2]))

    @property
    @admin.display(description="City, state, ZIP", ordering="zip_code")
    def place(self) -> str:
        place = " ".join(filter(None, [self.state, self.zip_code]))
        return ", ".join(filter(None, [self.city, place]))

    def derive(self) -> None:
        self.zip_code, self.state = normal_zip(self.zip_code), (self.state or "").upper()
        parsed = parse(*(getattr(self, name) for name in self.address_fields))
        self.address_key, self.near_key = parsed.key, parsed.near_key
        self.address_key_version = KEY_VERSION
        super().derive()  # type: ignore[misc]  # Record's
