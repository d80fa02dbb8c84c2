"""What is odd in a record that somebody typed into a form, and is asked once before it is saved."""

import datetime
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format, localize
from django.utils.text import capfirst
from django.utils.timezone import localdate, localtime

from kareo.records.asking.answers import Question, record_key

if TYPE_CHECKING:
    from kareo.records.models import Record

TOO_LONG = (
    "{label} has {has} characters, and a claim carries {most}: the rest is cut off there. Shorten"
    " it, or save again to keep it."
)


def cut_off_on_claims(record: "Record", edited: Collection[str]) -> Iterator[Question]:
    """Ask about what is longer than a claim carries."""
    for name, most in record.carried_by_claims.items():
        if name in edited and (length := len(getattr(record, name))) > most:
            field: Any = record._meta.get_field(name)
            label = capfirst(field.verbose_name)
            text = TOO_LONG.format(label=label, most=most, has=length)
            yield Question(f"claim:{name}", text)


def inactive_choices(record: "Record", edited: Collection[str]) -> Iterator[Question]:
    """Ask about another record that was chosen and is inactive.

    Pickers offer active ones: it was deactivated after the page was made, or a link named it. Who
    saved it last needn't be who deactivated it.
    """
    chosen = [getattr(record, name) for name in record.chosen_while_active if name in edited]
    for other in dict.fromkeys(filter(None, chosen)):
        if not other.is_active:
            who, when = other.updated_by or "someone", _said(other.updated_at)
            text = (
                f"is inactive (last changed by {who} {when}). Choose another, or save again"
                " to use it all the same."
            )
            yield Question(f"inactive:{record_key(other)}", text, other)


def _said(moment: datetime.datetime) -> str:
    when = localtime(moment)
    is_today = when.date() == localdate()
    return f"at {date_format(when, 'TIME_FORMAT')}" if is_today else f"on {localize(when.date())}"
