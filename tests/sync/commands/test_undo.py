"""The command that takes a batch back: as the page, for operators."""

import io
import json
import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from pm.models import InsurancePlan
from sync.models import SyncEvent
from tests.factories import PlanFactory, anew, insurance_of

pytestmark = pytest.mark.django_db


def renamed(plan: InsurancePlan) -> uuid.UUID:
    InsurancePlan.objects.filter(pk=plan.pk).change(name="PPO")
    return SyncEvent.objects.latest("pk").batch


def run(batch: object, **options: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("undo", str(batch), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_it_undoes_and_says_what() -> None:
    plan = PlanFactory(name="HMO")
    batch = renamed(plan)

    shown, _ = run(batch, dry_run=True)
    assert anew(plan).name == "PPO"
    said, _ = run(batch)

    lines = ["changed back: 1 ehr.Insurance", "changed back: 1 pm.InsurancePlan"]
    assert shown.splitlines() == [*lines, "Nothing was changed: this was a dry run."]
    event = SyncEvent.objects.latest("pk")
    assert said.splitlines() == [*lines, f"Done, as batch {event.batch}."]
    assert (event.actor, anew(plan).name) == ("undo", "HMO")


def test_it_names_what_stays_and_does_nothing_unless_told_to_do_the_rest() -> None:
    plan = PlanFactory(name="HMO")
    batch = renamed(plan)
    insurance = insurance_of(plan)
    InsurancePlan.objects.filter(pk=plan.pk).change(name="EPO")

    err = io.StringIO()
    with pytest.raises(CommandError, match="some of it can't be"):
        call_command("undo", str(batch), stderr=err)
    assert f"stays: ehr.Insurance {insurance.pk}, " in err.getvalue()
    told = json.loads(run(batch, dry_run=True, format="json")[0])
    assert (told["batch"], told["outcomes"]) == (None, [])
    assert [each["code"] for each in told["refused"]] == ["changed_since"] * 2
    with pytest.raises(CommandError, match="nothing of it is left"):
        run(batch, rest=True)


def test_what_was_added_is_removed_and_comes_back() -> None:
    PlanFactory()
    batch = SyncEvent.objects.filter(rule="pm-plan-added").get().batch

    told = json.loads(run(batch, format="json")[0])
    assert not InsurancePlan.objects.exists()
    said, _ = run(told["batch"])
    assert "restored: 1 pm.InsurancePlan" in said
    assert InsurancePlan.objects.count() == 1


@pytest.mark.parametrize(
    ("batch", "why"), [("x", "is not the id of a batch"), (uuid.uuid4(), "the log has nothing")]
)
def test_what_isnt_there_is_refused(batch: object, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        run(batch)
