"""Where the two lists no longer agree, or a record waits for somebody: each question asked once.

Each is asked in sets. Home shows the counts, the lists show the records, and both take them here.

Inactive records: a pair is compared whatever its state, since being active is part of it. What
stands alone or is incomplete counts only while it is active: deactivating puts it to rest.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet
from django.urls import reverse

from ehr.models import Insurance
from ehr.querysets import InsuranceQuerySet
from kareo.records import Origin
from pm.models import InsuranceCompany, InsurancePlan
from pm.querysets import InsurancePlanQuerySet
from sync import rules
from sync.models import InsuranceLink
from sync.sight import may_see
from sync.translation import PLAN_TO_INSURANCE
from sync.worklist import SEES, differing_secondaries

# Nobody works through more at once, and a count stops there.
MOST_COUNTED = 1000
PARAMETER = "drift"  # of a list's address


@dataclass(frozen=True, slots=True)
class Question:
    """One way in which the lists don't agree: what it means, and where it is worked on.

    `found` returns what is counted; `key` is its field that holds the key of the records of
    `model`, which the list of that model shows. Without a model, the work is done at `page`.
    """

    id: str
    title: str
    advice: str
    found: Callable[[], QuerySet[Any, Any]]
    sees: tuple[str, ...]  # the models whose view permission it takes
    model: type[Model] | None = None
    key: str = "pk"
    page: str = ""
    together: tuple[str, ...] = ()  # the order that puts what belongs together side by side

    @property
    def url(self) -> str:
        if self.model is None:
            return reverse(self.page)
        opts = self.model._meta
        url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        return f"{url}?{urlencode({PARAMETER: self.id})}"

    def shown_to(self, user: Any) -> bool:
        """Return whether `user` may see all that the answer is made of."""
        return may_see(user, *self.sees)

    def count(self) -> int:
        """Return how many there are, in one query; of more than MOST_COUNTED, one more."""
        return self.found().order_by()[: MOST_COUNTED + 1].count()

    def narrow(self, records: QuerySet[Any]) -> QuerySet[Any]:
        """Return those of `records`, a set of `model`, that this question is about.

        Asks at once, so that a page which counts and then shows them doesn't search twice.
        """
        found = self.found().order_by().values_list(self.key, flat=True)
        keys = list(found[: MOST_COUNTED + 1])
        return records.filter(pk__in=keys if len(keys) <= MOST_COUNTED else found)


def stale_names() -> QuerySet[InsuranceLink]:
    """Return the pairs whose EHR name shows another company name than PM has now."""
    return InsuranceLink.objects.exclude(insurance__company_name=F("plan__company__name"))


def differing_pairs() -> QuerySet[InsuranceLink]:
    """Return the pairs that differ in a propagated field other than the company's name.

    A pair whose name is stale as well is in both.
    """
    differs = Q()
    for ours, theirs in PLAN_TO_INSURANCE.items():
        differs |= ~Q(**{f"insurance__{theirs}": F(f"plan__{ours}")})
    return InsuranceLink.objects.filter(differs)


def orphan_plans() -> InsurancePlanQuerySet:
    """Return the plans that have no insurance in the EHR, inactive ones included."""
    return InsurancePlan.objects.filter(link__isnull=True)


def orphan_insurances() -> InsuranceQuerySet:
    """Return the insurances that have no plan in PM, inactive ones included."""
    return Insurance.objects.filter(link__isnull=True)


def company_look_alikes() -> QuerySet[InsuranceCompany]:
    """Return the active companies of one name at one address, or in one building.

    An address too thin to match on is no address. One company of one name in another town is
    none either: payers have many claims addresses.
    """
    companies = InsuranceCompany.objects.active().exclude(near_key="")
    return companies.filter(_another(companies, "name_key", "near_key"))


def plan_look_alikes() -> QuerySet[InsurancePlan]:
    """Return the active plans that one company has twice: same name, and at least same building."""
    plans = InsurancePlan.objects.active().exclude(near_key="")
    return plans.filter(_another(plans, "company", "name_key", "near_key"))


def _another(rows: QuerySet[Any], *fields: str) -> Exists:
    same = {field: OuterRef(field) for field in fields}
    return Exists(rows.filter(**same).exclude(pk=OuterRef("pk")))


def companies_to_complete() -> QuerySet[InsuranceCompany]:
    """Return the active companies that an EHR add made and that have no payer ID yet."""
    return InsuranceCompany.objects.active().filter(origin=Origin.EHR, payer_id="")


def companies_without_address() -> QuerySet[InsuranceCompany]:
    """Return the active companies without an address, or with one too thin to match on."""
    return InsuranceCompany.objects.active().filter(address_key="")


QUESTIONS: tuple[Question, ...] = (
    Question(
        "stale-names",
        "Stale names",
        "The EHR still shows an old company name. Bring the EHR up to date for these plans, or save"
        " each one.",
        stale_names,
        (rules.PLAN, rules.COMPANY, rules.INSURANCE),
        InsurancePlan,
        "plan",
    ),
    Question(
        "differs",
        "Plans that differ from the EHR",
        "Plan name, address, phone, fax or being active isn't what the EHR has. Bring the EHR up to"
        " date for these plans; PM's values win.",
        differing_pairs,
        (rules.PLAN, rules.INSURANCE),
        InsurancePlan,
        "plan",
    ),
    Question(
        "orphan-plans",
        "Plans missing in the EHR",
        "Orphans: their insurance was deleted there, so nobody can pick them. Open each one to link"
        " it or to add it to the EHR, or deactivate it.",
        lambda: orphan_plans().active(),
        (rules.PLAN, rules.INSURANCE),
        InsurancePlan,
    ),
    Question(
        "orphan-insurances",
        "Insurances missing in PM",
        "Orphans: their plan was deleted there, so no claim can go out. Open each one to link it or"
        " to add it to PM, or deactivate it.",
        lambda: orphan_insurances().active(),
        (rules.INSURANCE, rules.PLAN),
        Insurance,
    ),
    Question(
        "look-alike-companies",
        "Companies that look alike",
        "The same name at the same address or in the same building. Keep one: move the plans of the"
        " other to it, then deactivate the other.",
        company_look_alikes,
        (rules.COMPANY,),
        InsuranceCompany,
        together=("name_key", "near_key", "pk"),
    ),
    Question(
        "look-alike-plans",
        "Plans that look alike",
        "One company has the same plan twice. Keep one, move the patients of the other to it, then"
        " deactivate the other.",
        plan_look_alikes,
        (rules.PLAN, rules.COMPANY),
        InsurancePlan,
        together=("company", "name_key", "near_key", "pk"),
    ),
    Question(
        "to-complete",
        "Companies to complete",
        "An insurance added in the EHR made them, and they have no payer ID. Enter it from the"
        " card, and check the program.",
        companies_to_complete,
        (rules.COMPANY,),
        InsuranceCompany,
    ),
    Question(
        "no-address",
        "Companies without an address",
        "An insurance added in the EHR can't find them, and makes a second company instead. Enter"
        " the street or PO box, and the ZIP.",
        companies_without_address,
        (rules.COMPANY,),
        InsuranceCompany,
    ),
    Question(
        "secondary",
        "Secondary insurance that differs",
        "PM and the EHR don't have the same secondary for a patient. It is never copied: enter it"
        " by hand where it is missing.",
        differing_secondaries,
        SEES,
        page="sync:secondary_worklist",
    ),
)
QUESTIONS_BY_ID = {question.id: question for question in QUESTIONS}


def questions_on(model: type[Model], user: Any) -> list[Question]:
    """Return the questions that the list of `model` answers for `user`."""
    return [asked for asked in QUESTIONS if asked.model is model and asked.shown_to(user)]


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


def stale_names_in_words(count: int) -> str:
    """Return a sentence on `count` stale names, or nothing when there are none."""
    if not count:
        return ""
    names = "1 EHR name still shows" if count == 1 else f"{count} EHR names still show"
    return f"{names} an old company name. The company's page has a button that cures that."
