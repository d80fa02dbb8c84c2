"""What the records of every system have in common, whichever app they belong to.

`models` says what a record is and how it is saved, `kinds` which kinds there are, `querysets` how
sets are saved, `signals` how others follow, `refusals` why a save was not done, `commits` how it
is said that nobody knows whether it was, `fields` what is typed into them, `texts` how that is
read, `searched` how they are found in it. `asking` is what a page asks before a save, `registry`
what other apps add to records that know nothing of them. `rows` is how all of them are read, made
and written, few or very many; `migrating` is used by migrations. `acting` knows whose action a save
belongs to, and what a user may see.
"""

from kareo.records.kinds import InsuranceEntry, Person, PostalAddress
from kareo.records.models import Origin, Record
from kareo.records.querysets import RecordQuerySet
from kareo.records.refusals import FixedField, Refused, StaleRecord, Unanswered
from kareo.records.signals import deleting, saved, saving

__all__ = [
    "FixedField",
    "InsuranceEntry",
    "Origin",
    "Person",
    "PostalAddress",
    "Record",
    "RecordQuerySet",
    "Refused",
    "StaleRecord",
    "Unanswered",
    "deleting",
    "saved",
    "saving",
]
