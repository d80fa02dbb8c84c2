"""A patient, as both systems know one."""

from django.db import models

from kareo.records.fields import LineField, not_in_the_future


class Person(models.Model):
    """A patient as both systems know one: the chart number says that two are the same person."""

    chart_number = LineField(max_length=30, unique=True)
    last_name = LineField(max_length=80)
    first_name = LineField(max_length=80)
    date_of_birth = models.DateField(validators=[not_in_the_future])

    class Meta:
        abstract = True
        ordering = ("last_name", "first_name", "pk")

    def __str__(self) -> str:
        return f"{self.last_name}, {self.first_name} ({self.chart_number})"
