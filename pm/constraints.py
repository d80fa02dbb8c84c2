"""The constraint that no plain index can hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import connections, models
from django.db.models import Deferrable, Func, Q, Value


class OnePolicyPerRank(ExclusionConstraint):
    """Let no two active policies of one patient and rank hold on the same day.

    PostgreSQL refuses the second row itself. SQLite has no such constraint. There
    `InsurancePolicy.refuse()` checks in the save's transaction, and only one writes at a time.

    One that is `deferrable` may wait until all policies of a page are written: see `waiting`.
    """

    def __init__(self, *, name: str, deferrable: Deferrable | None = None) -> None:
        ends = ("effective_on", "ends_on", Value("[]"))
        days = Func(*ends, function="daterange", output_field=models.Field())
        # Plain operators: those of Django's PostgreSQL fields load its driver on SQLite, too.
        same = [(field, "=") for field in ("patient", "rank")]
        super().__init__(
            name=name,
            expressions=[(days, "&&"), *same],
            condition=Q(is_active=True),
            deferrable=deferrable,
            violation_error_message="This patient already has an active policy of this rank on"
            " these days. End or deactivate that one first, or change the dates of this one.",
        )

    def deconstruct(self) -> Any:
        path, _args, kwargs = super().deconstruct()
        kept = ("name", "deferrable")
        return path, (), {name: kwargs[name] for name in kept if name in kwargs}

    @contextmanager
    def waiting(self, using: str) -> Iterator[None]:
        """Let PostgreSQL look at what is written inside only at its end, not row by row."""
        if connections[using].vendor != "postgresql":
            yield
            return
        with connections[using].cursor() as cursor:
            cursor.execute(f'SET CONSTRAINTS "{self.name}" DEFERRED')
            yield
            cursor.execute(f'SET CONSTRAINTS "{self.name}" IMMEDIATE')

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return None  # for SQLite, Django makes the table without it
        return super().constraint_sql(model, schema_editor)

    def validate(
        self, model: Any, instance: Any, exclude: Any = None, using: str = "default"
    ) -> None:
        # Excluded is a field that is already wrong or, on a patient's page, the patient: there the
        # save checks, once all rows are in, as one may have ended the policy that another follows.
        excluded = {"patient", "rank", "effective_on", "ends_on"} & set(exclude or ())
        if excluded or not instance.is_active or not instance.patient_id:
            return
        if model._default_manager.using(using).overlapping(instance).exists():
            raise ValidationError(self.get_violation_error_message())


ONE_POLICY_PER_RANK = OnePolicyPerRank(
    name="pm_policy_one_active_per_rank", deferrable=Deferrable.IMMEDIATE
)
