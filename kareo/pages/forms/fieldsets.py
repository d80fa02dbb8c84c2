"""What several pages share: columns, and parts of fieldsets."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldOpts
    from django.utils.functional import _StrOrPromise

Fieldset: TypeAlias = "tuple[_StrOrPromise | None, _FieldOpts]"

PERSON_COLUMNS = ("last_name", "first_name", "chart_number", "date_of_birth")
PERSON_HEADING = ("{0.last_name}, {0.first_name}", "{0.chart_number}")
# Those that have an index.
PERSONS_SORTED_BY = ("last_name", "chart_number")
ADDRESS = (("street_1", "street_2"), ("city", "state", "zip_code"))
NOTES: Fieldset = (None, {"fields": ("notes", "is_active")})
PERSON: Fieldset = (
    None,
    {"fields": ("chart_number", ("last_name", "first_name"), ("date_of_birth", "is_active"))},
)
