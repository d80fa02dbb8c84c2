"""EHR insurances that show another company name than PM has now: found and counted, in sets."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import Count

from pm.models import InsuranceCompany
from sync.models import InsuranceLink
from sync.pairs.flags import stale_names


def stale_name_counts(names: Mapping[int, str]) -> dict[int, int]:
    """Return {company key: how many EHR names would not show its name}, by {key: name}."""
    if not names:
        return {}
    shown = InsuranceLink.objects.filter(plan__company__in=list(names)).values_list(
        "plan__company", "insurance__company_name"
    )
    counts: Counter[int] = Counter()
    for company, name, count in shown.annotate(Count("pk")).order_by():
        if name != names[company]:
            counts[company] += count
    return dict(counts)


def old_names(company: InsuranceCompany) -> list[tuple[str, int]]:
    """Return (old company name, how many EHR names show it), the commonest first."""
    rows = stale_names().filter(plan__company=company)
    names = rows.values_list("insurance__company_name").annotate(shown=Count("pk"))
    return list(names.order_by("-shown", "insurance__company_name"))
