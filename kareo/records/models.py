"""What every record of both lists is: who wrote it, which version it is, and how it is saved.

A save is one transaction, in one order, however it was called (admin, shell, command or test):
`saving` is sent, the stored row is read under a lock into `before`, a stale copy is refused,
fields are derived, the row is written, and `saved` lets others follow in the same transaction. In
any other order, two people who save at once deadlock or lose events.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, router, transaction
from django.db.models.signals import post_save, pre_save
from django.utils import timezone

from kareo.records.acting import current_action
from kareo.records.asking.answers import Answers, Question
from kareo.records.asking.typed import cut_off_on_claims, inactive_choices
from kareo.records.fields import LineField
from kareo.records.querysets import RecordQuerySet
from kareo.records.refusals import FixedField, StaleRecord, Unanswered
from kareo.records.registry import Fixed, additions_to, fixed_fields
from kareo.records.rows import writing as rows
from kareo.records.signals import deleting, saved, saving


class Origin(models.TextChoices):
    PM = "PM", "PM"
    EHR = "EHR", "EHR"
    IMPORT = "import", "Import"


def reference(record: models.Model | None) -> dict[str, Any] | None:
    """Return how a log or a page stores `record`: its key, and its text as it is now."""
    return None if record is None else {"id": record.pk, "text": str(record)}


class Record(models.Model):
    """A record of PM or the EHR.

    `before` is its stored state when it was last saved, read under the lock; None when it was new.
    """

    home: ClassVar[Origin]
    derived_fields: ClassVar[tuple[str, ...]] = ()
    # Relations that are read along with the stored state: whoever follows a save needs them.
    read_along: ClassVar[tuple[str, ...]] = ()
    names_too: ClassVar[tuple[str, ...]] = ()  # labels of other models whose names its text has

    # {field: how many characters of it an electronic claim (837) carries}
    carried_by_claims: ClassVar[Mapping[str, int]] = {}
    # Fields that nobody types, but a merge or the like sets: logged as those that are entered.
    also_logged: ClassVar[tuple[str, ...]] = ()
    # Other records, chosen in a form, that should be active.
    chosen_while_active: ClassVar[tuple[str, ...]] = ()

    is_active = models.BooleanField("active", default=True)
    origin = models.CharField(max_length=6, choices=Origin, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = LineField(max_length=150, blank=True, editable=False)
    updated_at = models.DateTimeField(editable=False)
    updated_by = LineField(max_length=150, blank=True, editable=False)

    objects: ClassVar[RecordQuerySet[Self]] = RecordQuerySet.as_manager()  # type: ignore[assignment]  # made of a queryset

    class Meta:
        abstract = True

    before: Self | None = None
    # What a receiver of `saving` locked and read for this save, for the receivers of `saved`.
    held: Any = None
    # What its form gives it for the save; None without a form, as in a shell or an import.
    answers: Answers | None = None

    def save(
        self, *, using: str | None = None, update_fields: Iterable[str] | None = None, **kwargs: Any
    ) -> None:
        """Save this record and all that follows from it, or nothing. Raises Refused.

        Fields left out of `update_fields` take their stored values, as a refresh would give them.
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
                if self.typed_by:
                    self.refuse_unasked(self.doubts(self.edits(self.before)))
                super().save(using=using, update_fields=update_fields, **kwargs)
                saved.send(sender=type(self), records=[self], using=using)
        except BaseException:
            # As before, so that the same copy can be corrected and saved again.
            self.pk, self.version, self._state.adding, self.before = state
            raise
        finally:
            self.held = None

    save.alters_data = True  # type: ignore[attr-defined]  # for templates

    def save_base(self, raw: bool = False, *args: Any, **kwargs: Any) -> None:
        """Write the row as Django does, by a statement that is kept; a fixture's by Django."""
        if raw or args or kwargs.get("force_insert") or kwargs.get("force_update"):
            super().save_base(raw, *args, **kwargs)
            return
        using, update_fields = kwargs["using"], kwargs["update_fields"]
        told: dict[str, Any] = {"raw": False, "using": using, "update_fields": update_fields}
        created = self._state.adding or self.pk is None  # as Django takes a copy without a key
        pre_save.send(type(self), instance=self, **told)
        if created:
            rows.insert([self], using)
        else:
            fields = self._meta.concrete_fields
            names = update_fields or [f.attname for f in fields if not f.primary_key]
            if rows.update([self], names, using) != 1:
                raise StaleRecord(f"{self} was deleted meanwhile. Nothing was saved.")
        post_save.send(type(self), instance=self, created=created, **told)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete this record and let others follow, or nothing. (0, {}): it was gone already."""
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            if self.pk is not None:  # else Django says what is wrong
                deleting.send(sender=type(self), records=[self], using=using)
            key = self.pk
            count, counts = super().delete(using=using, keep_parents=keep_parents)
            if not count:
                self.pk = key
            return count, counts if count else {}

    delete.alters_data = True  # type: ignore[attr-defined]  # for templates

    def questions(self, edited: Collection[str]) -> list[Question]:
        """Return what to ask once before what was typed into the fields `edited` is saved."""
        return [*cut_off_on_claims(self, edited), *inactive_choices(self, edited)]

    def doubts(self, edited: Collection[str]) -> list[Question]:
        """Return what else to ask once, of what others have stored: known under the save's locks.

        Reads nothing where none of the fields `edited` can be the reason.
        """
        return []

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
        """Refuse a change to a field that is fixed on this record.

        One from a form aside: the form doesn't let it be typed, and the save refuses it.
        """
        super().clean()
        if self.answers or self._state.adding or not (fixed := fixed_fields([self])):
            return
        stored = type(self)._base_manager.filter(pk=self.pk).first()
        if stored and (errors := self._fixed_changes(stored, fixed)):
            raise ValidationError(errors)

    def prepare(self) -> None:
        """Bring this record, given its `before`, into the state that a save writes.

        A dry run of a save does the same, as it writes nothing. Raises Refused.
        """
        self.refuse([self])
        self.derive()
        self.stamp()

    def derive(self) -> None:
        """Set the fields that follow from others. Every way of writing calls it."""

    @classmethod
    def refuse(cls, records: "Sequence[Any]") -> None:
        """Raise Refused where one of `records` can't be saved as it is, given its `before`."""
        may_be_fixed = additions_to(cls).may_be_fixed
        edited = [
            record
            for record in records
            if may_be_fixed
            and record.before
            and not may_be_fixed.isdisjoint(record.edits(record.before))
        ]
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

    def refuse_unasked(self, doubts: Iterable[Any]) -> None:
        """Refuse where the user who filled in the form hasn't seen one of `doubts`, by its id."""
        confirmed = self.answers.confirmed if self.answers else frozenset()
        if not confirmed.issuperset(doubt.id for doubt in doubts):
            raise Unanswered(
                "Nothing was saved yet: something like it is there already. Answer what is asked"
                " below, if anything is, and save again."
            )

    def _fixed_changes(self, stored: "Record", fixed: Fixed) -> dict[str, str]:
        edits = self.edits(stored)
        return {name: why for name, why in fixed.get(self.pk, {}).items() if name in edits}

    @classmethod
    def entered_fields(cls) -> "list[models.Field[Any, Any]]":
        """Return the fields that a user enters, as opposed to what derives from them."""
        return [f for f in cls._meta.concrete_fields if f.editable and not f.primary_key]

    @classmethod
    def logged_fields(cls) -> "list[models.Field[Any, Any]]":
        """Return the fields that are entered, and those that the program sets as if they were."""
        also: list[Any] = [cls._meta.get_field(name) for name in cls.also_logged]
        return [*cls.entered_fields(), *also]

    def value_of(self, field: "models.Field[Any, Any]") -> Any:
        """Return the value of `field` as data: another record by its key and its text."""
        value = getattr(self, field.name)
        return reference(value) if field.is_relation else value

    def edits(self, earlier: "Record | None") -> "dict[str, models.Field[Any, Any]]":
        """Return {name: field} of the logged fields that differ from `earlier`.

        Without `earlier`, of those that were filled in.
        """
        edited = {}
        for field in self.logged_fields():
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
        """Return {name: value} of every stored column, as JSON holds it without loss."""
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
        rows: list[Self] = type(self).objects.using(using).lock_and_read([self.pk])  # type: ignore[assignment]  # of Self
        stored = rows[0] if rows else None
        if stored is None:
            if self._state.adding:
                return None
            raise StaleRecord(
                f"{self} was deleted by someone else meanwhile. Nothing was saved. If it is still"
                " needed, add it again."
            )
        if self._state.adding or stored.version != self.version:
            raise StaleRecord(
                f"{stored} was changed by {stored.updated_by or 'someone else'} meanwhile. Nothing"
                " was saved. Reload it and repeat your change."
            )
        self.version += 1
        return stored

    def _with_derived(self, update_fields: Iterable[str]) -> set[str]:
        names = {*update_fields, *self.derived_fields, "version", "updated_at", "updated_by"}
        for field in self._meta.concrete_fields:
            if self.before and not {field.name, field.attname} & names:
                setattr(self, field.attname, getattr(self.before, field.attname))
        return names
