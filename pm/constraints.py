"""The constraint that no plain index can hold."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func, Q, Value


class OnePolicyPerRank(ExclusionConstraint):
    """Let no two active policies of one patient and rank hold on the same day.

    PostgreSQL refuses the second row itself. SQLite has no such constraint. There
    `InsurancePolicy.refuse()` checks in the save's transaction, and only one writes at a time.
    """

    def __init__(self, *, name: str) -> None:
        ends = ("effective_on", "ends_on", Value("[]"))
        days = Func(*ends, function="daterange", output_field=models.Field())
        # Plain operators: those of Django's PostgreSQL fields load its driver on SQLite, too.
        same = [(field, "=") for field in ("patient", "rank")]
        super().__init__(
            name=name,
            expressions=[(days, "&&"), *same],
            condition=Q(is_active=True),
            violation_error_message="This patient already has an active policy of this rank on"
            " these days. End or deactivate that one first, or change the dates of this one.",
        )

    def deconstruct(self) -> Any:
        path, _args, _kwargs = super().deconstruct()
        return path, (), {"name": self.name}

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
