"""Companies one of whose other names is a name of another one: neither is meant by it."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, QuerySet

from pm.models import InsuranceCompany, OtherName
from sync.drift.dismissed import settled

MOST_NAMES = 5000  # that are shared; nobody works through more at once


def companies_of_shared_names() -> QuerySet[InsuranceCompany]:
    """Return the active companies that share such a name, unless that was dismissed.

    By way of the other names, which are few: each is looked up in an index.
    """
    companies, names = InsuranceCompany.objects.active(), OtherName.objects
    had = names.filter(company__is_active=True)
    same = had.filter(name_key=OuterRef("name_key")).exclude(company=OuterRef("company"))
    named = companies.filter(name_key=OuterRef("name_key")).exclude(pk=OuterRef("company"))
    shared = had.filter(Exists(named) | Exists(same)).values_list("name_key", "company_id")
    by_name: dict[str, set[int]] = defaultdict(set)
    for name, company in shared[:MOST_NAMES]:
        by_name[name].add(company)
    for name, company in companies.named(by_name.keys()).values_list("name_key", "pk"):
        by_name[name].add(company)
    alike: dict[int, set[int]] = defaultdict(set)
    for group in by_name.values():
        for company in group:
            alike[company] |= group - {company}
    done = (
        settled(lambda keys: {key: alike[key] for key in keys & alike.keys()}) if alike else set()
    )
    return companies.filter(pk__in=set(alike) - done)
