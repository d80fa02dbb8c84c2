"""What a shell or another program does: save and delete records, one by one and in sets."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import transaction

from kareo.records import StaleRecord
from kareo.records.asking.answers import Answers
from pm.models import InsuranceCompany, InsurancePlan
from sync.propagation import link_orphans, move, moving, repair
from tests.soak.model.comparing import Keys
from tests.soak.model.reference.rows import KINDS
from tests.soak.model.reference.step import Step


def do(step: Step, keys: Keys) -> Any:
    """Do a settled step. Raises what the program raises where it refuses it."""
    return OPS[step.op](step, keys)


def values_of(step: Step, keys: Keys) -> dict[str, Any]:
    """Return the values of `step` as a record has them: relations by the keys of records."""
    relations = KINDS[step.label].relations
    return {
        f"{name}_id" if name in relations else name: keys.record(relations[name], value)
        if name in relations
        else value
        for name, value in step.values.items()
    }


def model_of(step: Step) -> Any:
    return apps.get_model(step.label)


def keys_of(step: Step, keys: Keys) -> list[Any]:
    return [keys.record(step.label, key) for key in step.which]


def chosen(step: Step, keys: Keys) -> str:
    """Return what is chosen in the other list, as a page names it."""
    return f"{step.choice[0]}:{keys.record(*step.choice)}" if step.choice else ""


def _stored(step: Step, keys: Keys) -> Any:
    return model_of(step).objects.get(pk=keys.record(step.label, step.which[0]))


def _add(step: Step, keys: Keys) -> None:
    record = model_of(step)(**values_of(step, keys))
    if step.choice:
        record.answers = Answers(choice=chosen(step, keys))
    record.save()


def _edit(step: Step, keys: Keys) -> None:
    values = values_of(step, keys)
    if step.door == "set":
        along = {"plans_too": True} if step.more.get("plans_too") else {}
        model_of(step).objects.filter(pk__in=keys_of(step, keys)).change(**values, **along)
        return
    record = _stored(step, keys)
    record.assign(values)
    if step.more.get("plans_too"):
        record.plans_too = True
    if step.door == "some fields":
        # Of no field at all Django writes nothing.
        record.save(update_fields=[*values, "is_active"])
    else:
        record.save()


def _delete(step: Step, keys: Keys) -> None:
    if step.door == "set":
        model_of(step).objects.filter(pk__in=keys_of(step, keys)).delete()
    else:
        _stored(step, keys).delete()


def _bulk(step: Step, keys: Keys) -> None:
    record = model_of(step)(**values_of(step, keys))
    with transaction.atomic():  # its own makes no savepoint, and a history is one transaction
        model_of(step).objects.bulk_create([record])


def _raw(step: Step, keys: Keys) -> None:
    rows = model_of(step)._base_manager.filter(pk__in=keys_of(step, keys))
    rows.update(**values_of(step, keys))


def _outdated(step: Step, keys: Keys) -> str:
    """Save or delete a record, then save an older copy of it; say whether that was refused."""
    older = _stored(step, keys)
    if step.more["deletes"]:
        _delete(step, keys)
    else:
        _edit(step, keys)
    try:
        older.save()
    except StaleRecord:
        return "refused"
    return "saved"


def _repair(step: Step, keys: Keys) -> None:
    repair(model_of(step), keys_of(step, keys), linked=step.more["is_linked"])


def _moved(step: Step, keys: Keys) -> None:
    to = InsuranceCompany.objects.get(pk=keys.record(*(step.choice or ("", 0))) or 0)
    plans = InsurancePlan.objects.filter(pk__in=keys_of(step, keys)).order_by("pk")
    shown = moving(list(plans.select_related("company")), to).fingerprint
    move(keys_of(step, keys), to.pk, shown)


def _link(step: Step, keys: Keys) -> None:
    other = keys.record(*step.choice) if step.choice else None
    link_orphans(_stored(step, keys), other or 0)


OPS: dict[str, Callable[[Step, Keys], Any]] = {
    "add": _add,
    "edit": _edit,
    "delete": _delete,
    "bulk": _bulk,
    "raw": _raw,
    "outdated": _outdated,
    "repair": _repair,
    "link": _link,
    "moved": _moved,
}
