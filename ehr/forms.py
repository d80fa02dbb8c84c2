"""The EHR's form of a patient, which may begin with an insurance that isn't saved yet."""

from collections.abc import Mapping
from typing import Any, ClassVar

from ehr.models import Insurance, Patient
from kareo.pages.forms.pickers import is_key
from kareo.pages.forms.records import RecordForm

INSURANCES = ("primary_insurance", "secondary_insurance")


def begun_insurances(query: Mapping[str, str]) -> dict[str, int]:
    """Return by field the active insurances that a page `?secondary_insurance=5` begins with."""
    keys = {name: int(key) for name in INSURANCES if is_key(key := query.get(name, ""))}
    active = {*Insurance.objects.active().filter(pk__in=keys.values()).values_list("pk", flat=True)}
    return {name: key for name, key in keys.items() if key in active}


class PatientForm(RecordForm[Patient]):
    """A patient, whose empty fields hold the insurances that were `begun`; the first has focus."""

    begun: ClassVar[Mapping[str, int]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begun = [name for name in self.begun if name in self.fields and not self.initial.get(name)]
        for name in begun:
            self.initial[name] = self.begun[name]
            self.fields[name].help_text = "Filled in, and not saved yet: check it and save."
        if begun and self.instance.pk is not None:  # else the chart number is looked at first
            picker: Any = self.fields[begun[0]].widget
            picker.widget.attrs["autofocus"] = True
