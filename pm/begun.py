"""The policies that a patient's page begins, not saved yet, because its URL says so."""

import datetime
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from django.utils.timezone import localdate

from kareo.pages.forms.pickers import is_key
from pm.models import InsurancePolicy


def begun_policies(query: Mapping[str, str], patient: int | None) -> list[dict[str, Any]]:
    """Return what the policies hold that a patient's page `?secondary_plan=5` begins.

    None is begun of a plan that the `patient` has in this rank, or is to have. It begins after the
    last policy that is over and ends before the next to come: no two hold a rank on one day.
    """
    plans = {rank: query.get(f"{rank}_plan", "") for rank in InsurancePolicy.Rank.values}
    keys = {rank: int(key) for rank, key in plans.items() if is_key(key)}
    if not keys:
        return []
    today, a_day = localdate(), datetime.timedelta(days=1)
    policies = list(InsurancePolicy.objects.active().filter(patient=patient))
    over = [policy for policy in policies if policy.is_over_on(today)]
    held = [policy for policy in policies if policy not in over]
    has = {(policy.rank, policy.plan_id) for policy in held}
    # Of those of one rank, the next to come is the last: later ones come first.
    ends = {
        policy.rank: policy.effective_on - a_day for policy in held if policy.begins_after(today)
    }
    over.sort(key=attrgetter("ends_on"))
    begins = {policy.rank: policy.ends_on + a_day for policy in over}
    return [
        {"rank": rank, "plan": key, "effective_on": begins.get(rank), "ends_on": ends.get(rank)}
        for rank, key in keys.items()
        if (rank, key) not in has
    ]
