"""Fill a database with lists of one size, and bring it back to that after a run has written."""

from typing import Any

from django.db.models import Model

import ehr.models
import pm.models
from sync.models import InsuranceLink, SyncEvent
from tests.benchmarks.data.bulk import insert, set_sequences, without_indexes
from tests.benchmarks.data.insurers import batches_of_pairs, companies
from tests.benchmarks.data.made_up import Maker
from tests.benchmarks.data.people import batches_of_patients
from tests.benchmarks.data.sizes import Size

# In the order in which rows can be deleted.
TABLES: tuple[type[Model], ...] = (
    SyncEvent,
    InsuranceLink,
    pm.models.InsurancePolicy,
    pm.models.Patient,
    ehr.models.Patient,
    ehr.models.Insurance,
    pm.models.InsurancePlan,
    pm.models.InsuranceCompany,
)


def fill(connection: Any, size: Size) -> None:
    """Write all that `size` says to the empty tables of `connection`, on today's schema."""
    maker = Maker("kareo")
    with without_indexes(connection, TABLES):
        owners = list(companies(maker, size))
        insert(connection, owners)
        for pairs in batches_of_pairs(maker, size, owners):
            for rows in (pairs.plans, pairs.insurances, pairs.links, pairs.events):
                insert(connection, rows)
        for batch in batches_of_patients(maker, size):
            for records in batch:
                insert(connection, records)
    set_sequences(connection, TABLES)
    settle(connection)


def settle(connection: Any) -> None:
    """Let the database know what its tables hold now."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def tidy(connection: Any, size: Size) -> None:
    """Delete what was added after `fill`: all keys beyond those that it gave."""
    filled = {
        SyncEvent: size.pairs * size.events_per_pair,
        InsuranceLink: size.pairs,
        pm.models.InsurancePolicy: size.patients + size.patients // 2,
        pm.models.Patient: size.patients,
        ehr.models.Patient: size.patients,
        ehr.models.Insurance: size.plans,
        pm.models.InsurancePlan: size.plans,
        pm.models.InsuranceCompany: size.companies,
    }
    with connection.cursor() as cursor:
        for model in TABLES:
            table = model._meta.db_table
            cursor.execute(f'DELETE FROM "{table}" WHERE id > %s', [filled[model]])  # noqa: S608 (no input)
    set_sequences(connection, TABLES)
