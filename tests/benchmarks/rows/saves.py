"""Saves, as from a shell, against hand-written SQL."""

from collections.abc import Iterator

from ehr.models import Insurance
from pm.models import InsuranceCompany, InsurancePlan
from tests.benchmarks.baselines import saves
from tests.benchmarks.baselines.by_hand import ByHand
from tests.benchmarks.databases import Database
from tests.benchmarks.measuring import Goal, Ready, Row, Side
from tests.benchmarks.rows.typed import Typed
from tests.benchmarks.scale import Scale

# What each kind is to reach, on PostgreSQL and on SQLite.
GOALS = {
    "plan added": (2.2, 3.5),
    "plan edited": (2.8, 4.5),
    "EHR insurance added, matched": (2.2, 3.5),
    "EHR insurance added, unmatched": (2.5, 4.0),
    "EHR insurance edited": (2.8, 4.5),
}


def rows(scale: Scale) -> Iterator[Row]:
    database = scale.large
    plain = Database(database.size, by_hand=True)
    for name, (ours, by_hand) in kinds(Typed(database.size), ByHand(plain)).items():
        yield Row(
            "save",
            name,
            ours=Side(database, ours),
            baseline=Side(plain, by_hand),
            goal=Goal("cpu ratio", GOALS[name][database.is_file]),
            times=scale.times(300),
        )


def kinds(typed: Typed, hand: ByHand) -> dict[str, tuple[Ready, Ready]]:
    """Return {kind: (ours, by hand)}."""
    return {
        "plan added": (lambda: typed.plan().save, lambda: saves.plan_added(hand, typed.plan())),
        "plan edited": (
            lambda: _plan_edited(typed)[0].save,
            lambda: saves.plan_edited(hand, *_plan_edited(typed)),
        ),
        "EHR insurance added, matched": (
            lambda: typed.insurance_of(typed.company).save,
            lambda: _matched_by_hand(typed, hand),
        ),
        "EHR insurance added, unmatched": (
            lambda: typed.insurance().save,
            lambda: _unmatched_by_hand(typed, hand),
        ),
        "EHR insurance edited": (
            lambda: _insurance_edited(typed)[0].save,
            lambda: saves.insurance_edited(hand, *_insurance_edited(typed)),
        ),
    }


def _plan_edited(typed: Typed) -> tuple[InsurancePlan, Insurance]:
    plan, insurance = typed.stored_pair()
    plan.phone = typed.phone()
    return plan, insurance


def _insurance_edited(typed: Typed) -> tuple[Insurance, InsurancePlan]:
    plan, insurance = typed.stored_pair()
    insurance.phone = typed.phone()
    return insurance, plan


def _matched_by_hand(typed: Typed, hand: ByHand) -> saves.Run:
    company = typed.company
    return saves.insurance_added(hand, typed.insurance_of(company), company)


def _unmatched_by_hand(typed: Typed, hand: ByHand) -> saves.Run:
    insurance = typed.insurance()
    address = {name: getattr(insurance, name) for name in insurance.address_fields}
    company = InsuranceCompany(name=insurance.company_name, **address, origin=insurance.home)
    return saves.insurance_added(hand, insurance, company)
