"""The constraint that no plain index can hold."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Func, Q, Value


class OnePolicyPerRank(ExclusionConstraint):
    """Let no two active policies of one patient and rank hold on the same day.

    PostgreSQL refuses the second row itself. SQLite knows no such constraint; there
    `InsurancePolicy.refuse()` asks inside the save's transaction, and only one writes at a time.
    """

    def __init__(self, *, name: str) -> None:
        days = Func(
            "effective_on",
            "ends_on",
            Value("[]"),
            function="daterange",
            output_field=models.Field(),
        )
        super().__init__(
            name=name,
            expressions=[
                (days, RangeOperators.OVERLAPS),
                ("patient", RangeOperators.EQUAL),
                ("rank", RangeOperators.EQUAL),
            ],
            condition=Q(is_active=True),
            violation_error_message=(
                "This patient already has an active policy of this rank on these days. End or"
                " deactivate that one first, or change the dates of this one."
            ),
        )

    def deconstruct(self) -> Any:
        path, _args, _kwargs = super().deconstruct()
        return path, (), {"name": self.name}

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return None
        return super().constraint_sql(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return None
        return super().create_sql(model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return None
        return super().remove_sql(model, schema_editor)

    def validate(
        self, model: Any, instance: Any, exclude: Any = None, using: str = "default"
    ) -> None:
        if not instance.is_active or not instance.patient_id:
            return
        # A field that is wrong already; or, on a patient's page, the patient: there the save asks,
        # when all rows are in and one may have ended the policy that another one follows.
        if {"patient", "rank", "effective_on", "ends_on"} & set(exclude or ()):
            return
        if model._default_manager.using(using).overlapping(instance).exists():
            raise ValidationError(
                self.get_violation_error_message(), code=self.violation_error_code
            )
