"""The record of the other list that a user chose for one that is being added."""

from kareo.records import Record


def choice_of(record: Record) -> str:
    """Return how a page names `record` as a choice: `pm.InsuranceCompany:5`."""
    return f"{record._meta.label}:{record.pk}"


def chosen_key(record: Record, model: type[Record]) -> int | None:
    """Return the key of the `model` that was chosen for `record`, None where of another or none."""
    label, _, key = (record.answers.choice if record.answers else "").partition(":")
    is_key = label == model._meta.label and key.isascii() and key.isdigit() and len(key) < 19
    return int(key) if is_key else None
