"""Who may see which records of the two lists."""

from typing import Any

from sync.rules import COMPANY, INSURANCE, PLAN

# What a page of these models shows of the other list. A plan gives its company's name to it.
OTHERS = {COMPANY: (INSURANCE,), PLAN: (INSURANCE, COMPANY), INSURANCE: (COMPANY, PLAN)}


def may_see(user: Any, *labels: str) -> bool:
    """Return whether `user` may see the records of all these models, as the admin shows them.

    A label is such as `pm.InsurancePlan`. Whoever may change a record may see it.
    """
    parts = [label.lower().split(".") for label in labels]
    return all(
        user.has_perm(f"{app}.view_{model}") or user.has_perm(f"{app}.change_{model}")
        for app, model in parts
    )


def may_see_other_list(user: Any, label: str) -> bool:
    """Return whether `user` may see what the page of a record of this model shows of the other."""
    return may_see(user, *OTHERS[label])
