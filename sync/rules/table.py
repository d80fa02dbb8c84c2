"""The rules between PM and the EHR, each one piece of data.

Banners, messages, log, preview and the `rules` command say what stands here, and nothing else
states a rule. `ours` marks what this project decided where the vendor's help article is silent.
"""

from dataclasses import dataclass
from enum import Enum


class Page(Enum):
    """Where in the admin a rule can fire."""

    ADD = "add"
    CHANGE = "change"
    LIST = "list"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what a user does (`when`) and what the other list makes of it (`then`).

    Programs know it by its `id`, people by its `title`.
    """

    id: str
    title: str
    when: str
    then: str
    banner: str = ""  # for pages where the rule can fire: one short line
    on_lists: str = ""  # the banner of a list, where it says something else
    nothing: str = ""  # after a save that crossed nothing: what that means
    with_plan: str = ""  # the same, in a sentence on it and what crosses, saved together
    before_saving: str = ""  # what it will mean, where the banner says more than this one save will
    label: str = ""  # in front of a banner or message that warns that nothing crosses
    when_deleting: str = ""  # the banner of a delete page, where it says something else
    orphaned: str = ""  # the banner of a record whose counterpart was deleted
    pages: tuple[tuple[str, Page], ...] = ()  # (model label, page) where the banner stands
    beside: tuple[str, ...] = ()  # model labels whose forms show the banner, at the insurances
    ours: bool = False

    @property
    def crosses_nothing(self) -> str:
        """What a save that is going to cross nothing will mean."""
        return self.before_saving or self.orphaned or self.banner


PM_ONLY = "PM only"
EHR_ONLY = "EHR only"
COMPANY, PLAN, INSURANCE = "pm.InsuranceCompany", "pm.InsurancePlan", "ehr.Insurance"

PM_FIRST = Rule(
    "pm-first",
    "Use PM first",
    when="an insurance is about to be created or edited",
    then="advice: create and edit insurances in PM only, to avoid duplicates",
    banner="Create and edit insurances in PM, not here: that avoids duplicates.",
    pages=((INSURANCE, Page.ADD), (INSURANCE, Page.CHANGE), (INSURANCE, Page.LIST)),
)
PM_COMPANY_ADDED = Rule(
    "pm-company-added",
    "Company added in PM",
    when="a company is created in PM",
    then="nothing in the EHR (PM only)",
    banner="The company stays in PM. Its plans go to the EHR.",
    on_lists="Companies don't cross to the EHR.",
    nothing="The EHR gets an insurance when a plan is added to it.",
    with_plan="the company itself stays in PM",
    before_saving="Nothing goes to the EHR until a plan is added.",
    label=PM_ONLY,
    pages=((COMPANY, Page.ADD), (COMPANY, Page.LIST)),
)
PM_COMPANY_EDITED = Rule(
    "pm-company-edited",
    "Company edited in PM",
    when="a company is edited in PM",
    then="nothing in the EHR (PM only); EHR names that contain its name go stale",
    banner="After a rename, EHR names keep the old company name until each plan is saved.",
    on_lists="EHR names keep an old company name until each plan is saved.",
    when_deleting="Deleting a company changes nothing in the EHR.",
    nothing="Nothing changed in the EHR.",
    before_saving="Nothing changes in the EHR.",
    label=PM_ONLY,
    pages=((COMPANY, Page.CHANGE), (COMPANY, Page.LIST), (COMPANY, Page.DELETE)),
)
PM_PLAN_ADDED = Rule(
    "pm-plan-added",
    "Plan added in PM",
    when="a plan is created in PM",
    then="an insurance is created in the EHR",
    banner="Saving also creates the insurance in the EHR.",
    on_lists="A new plan also creates its insurance in the EHR.",
    pages=((PLAN, Page.ADD), (PLAN, Page.LIST)),
)
PM_PLAN_EDITED = Rule(
    "pm-plan-edited",
    "Plan edited in PM",
    when="a plan is saved again in PM",
    then="its insurance is brought up to date in the EHR, under the company's current name",
    banner="Saving also updates the EHR where it differs, the company's name included.",
    on_lists="A saved plan also updates the EHR.",
    orphaned="An orphan: nothing crosses to the EHR.",
    before_saving="Saving changes nothing in the EHR: this plan has no insurance there.",
    nothing="Nothing changed in the EHR.",
    pages=((PLAN, Page.CHANGE), (PLAN, Page.LIST)),
)
EHR_INSURANCE_ADDED_MATCHED = Rule(
    "ehr-insurance-added-matched",
    "Insurance added in the EHR, matched",
    when="an insurance is added in the EHR and its address is that of a PM company",
    then="a new plan under that company in PM; the company is untouched",
    banner="At the address of a PM company, PM gets a new plan under it.",
    pages=((INSURANCE, Page.ADD),),
)
EHR_INSURANCE_ADDED_UNMATCHED = Rule(
    "ehr-insurance-added-unmatched",
    "Insurance added in the EHR, no match",
    when="an insurance is added in the EHR and no PM company has its address",
    then="a new company with that address and a new plan in PM",
    banner="At any other address, PM gets a new company and a new plan.",
    pages=((INSURANCE, Page.ADD),),
)
EHR_INSURANCE_EDITED = Rule(
    "ehr-insurance-edited",
    "Insurance edited in the EHR",
    when="an insurance is edited in the EHR",
    then="its plan is updated in PM; the company never is",
    banner="Saving also updates the PM plan where it differs, never the PM company.",
    orphaned="An orphan: nothing crosses to PM.",
    before_saving="Saving changes nothing in PM: this insurance has no plan there.",
    nothing="Nothing changed in PM.",
    pages=((INSURANCE, Page.CHANGE),),
)
EHR_SECONDARY_CHANGED = Rule(
    "ehr-secondary-changed",
    "Secondary changed in the EHR",
    when="a patient's secondary insurance changes in the EHR",
    then="nothing in PM: enter it there by hand",
    banner="The secondary isn't copied to PM: enter it there by hand.",
    nothing="The change to the secondary insurance was not copied to PM. Make it there by hand.",
    label=EHR_ONLY,
    beside=("ehr.Patient",),
)
PM_SECONDARY_CHANGED = Rule(
    "pm-secondary-changed",
    "Secondary changed in PM",
    when="a patient's secondary policy changes in PM",
    then="nothing in the EHR: enter it there by hand; a tertiary stays in PM",
    banner="A secondary isn't copied to the EHR: enter it there by hand. A tertiary stays in PM.",
    nothing="The change to the secondary policy was not copied to the EHR. Make it there by hand.",
    label=PM_ONLY,
    beside=("pm.Patient",),
    ours=True,
)
PM_PRIMARY_CHANGED = Rule(
    "pm-primary-changed",
    "Primary changed in PM",
    when="a patient's primary policy changes in PM",
    then="nothing in the EHR: enter it in both",
    banner="A primary isn't copied to the EHR: enter it in both.",
    nothing="The change to the primary policy was not copied to the EHR. Make it there too.",
    label=PM_ONLY,
    beside=("pm.Patient",),
    ours=True,
)
EHR_PRIMARY_CHANGED = Rule(
    "ehr-primary-changed",
    "Primary changed in the EHR",
    when="a patient's primary insurance changes in the EHR",
    then="nothing in PM: enter it in both",
    banner="The primary isn't copied to PM: enter it in both.",
    nothing="The change to the primary insurance was not copied to PM. Make it there too.",
    label=EHR_ONLY,
    beside=("ehr.Patient",),
    ours=True,
)
PM_PLAN_DELETED = Rule(
    "pm-plan-deleted",
    "Plan deleted in PM",
    when="an unused plan is deleted in PM",
    then="nothing in the EHR; the link ends and the insurance becomes an orphan",
    banner="Deleting a plan leaves its insurance in the EHR.",
    nothing="Its insurance stays in the EHR, as an orphan.",
    label=PM_ONLY,
    pages=((PLAN, Page.DELETE),),
    ours=True,
)
EHR_INSURANCE_DELETED = Rule(
    "ehr-insurance-deleted",
    "Insurance deleted in the EHR",
    when="an unused insurance is deleted in the EHR",
    then="nothing in PM; the link ends and the plan becomes an orphan",
    banner="Deleting an insurance leaves its plan in PM.",
    nothing="Its plan stays in PM, as an orphan.",
    label=EHR_ONLY,
    pages=((INSURANCE, Page.DELETE),),
    ours=True,
)
PAIR_REPAIRED = Rule(
    "pair-repaired",
    "Pair repaired",
    when="an operator or a button puts a pair right, or links two orphans",
    then="as when its plan is saved in PM; an orphan is sent as if it were added",
    nothing="Nothing was put right.",
    ours=True,
)

PLANS_MOVED = Rule(
    "plans-moved",
    "Plans moved to another company",
    when="plans are moved to another company, many at once",
    then="as when each is saved in PM: its insurance takes the name of that company",
    orphaned="An orphan: nothing crosses to the EHR.",
    nothing="Nothing changed in the EHR: this plan has no insurance there.",
    ours=True,
)

COMPANIES_MERGED = Rule(
    "companies-merged",
    "Companies merged",
    when="companies that are one are merged in PM",
    then="their plans move to the one kept, and the plans' insurances take its name; the others"
    " become inactive and point to it",
    nothing="Nothing changed in the EHR.",
    ours=True,
)
PLANS_MERGED = Rule(
    "plans-merged",
    "Plans merged",
    when="plans or insurances that are one are merged",
    then="the policies and patients of both lists move to the pair kept; the others become inactive"
    " in both lists and point to it",
    nothing="Nothing changed in the other list.",
    ours=True,
)
BATCH_UNDONE = Rule(
    "batch-undone",
    "Batch undone",
    when="what was done at once is undone",
    then="in both lists, what it changed goes back, what it added is removed, and what it deleted"
    " comes back, unless somebody changed or uses it since",
    ours=True,
)

RULES: tuple[Rule, ...] = (
    PM_FIRST,
    PM_COMPANY_ADDED,
    PM_COMPANY_EDITED,
    PM_PLAN_ADDED,
    PM_PLAN_EDITED,
    EHR_INSURANCE_ADDED_MATCHED,
    EHR_INSURANCE_ADDED_UNMATCHED,
    EHR_INSURANCE_EDITED,
    EHR_SECONDARY_CHANGED,
    PM_SECONDARY_CHANGED,
    PM_PRIMARY_CHANGED,
    EHR_PRIMARY_CHANGED,
    PM_PLAN_DELETED,
    EHR_INSURANCE_DELETED,
    PAIR_REPAIRED,
    PLANS_MOVED,
    COMPANIES_MERGED,
    PLANS_MERGED,
    BATCH_UNDONE,
)
RULES_BY_ID = {rule.id: rule for rule in RULES}
