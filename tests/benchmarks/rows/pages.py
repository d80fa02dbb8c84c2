"""What it takes to make a page and to save it, in CPU, whatever the size of the lists."""

from collections.abc import Iterator

from tests.benchmarks.browsing import BareBrowser, Browser
from tests.benchmarks.measuring import Goal, Row
from tests.benchmarks.rows.typed import Typed
from tests.benchmarks.scale import Scale

COMPANY, PLAN, INSURANCE = (
    f"/admin/{model}/" for model in ("pm/insurancecompany", "pm/insuranceplan", "ehr/insurance")
)
USER_FORM, USER_LIST = "/admin/auth/user/1/change/", "/admin/auth/user/"
# Name, page, the like of it in a bare admin, and what it is to take beside that: half of what they
# took at first, which was 1.93, 1.59 and 0.96.
MADE = (
    ("GET of company and first plan", f"{COMPANY}add/", USER_FORM, 0.97),
    ("GET of the plan list", PLAN, USER_LIST, 0.8),
    ("GET of the EHR's add page", f"{INSURANCE}add/", USER_FORM, 0.48),
    ("GET of a plan's page", f"{PLAN}{{plan}}/change/", USER_FORM, None),
    ("GET of a plan's history", f"{PLAN}{{plan}}/history/", USER_FORM, None),
)


def rows(scale: Scale) -> Iterator[Row]:
    browser, bare = Browser(scale.small), BareBrowser()
    plan = scale.small.size.plans // 2
    try:
        for name, url, like, limit in MADE:
            yield Row(
                "pages",
                name,
                ours=browser.getting(url.format(plan=plan)),
                baseline=bare.getting(like),
                goal=Goal("cpu ratio", limit) if limit else None,
                times=scale.times(100),
            )
    finally:
        bare.close()
    yield from saves(browser, Typed(scale.small.size), scale.times(60))


def saves(browser: Browser, typed: Typed, times: int) -> Iterator[Row]:
    """Yield the rows of a POST of each kind."""

    def company_and_plan() -> dict[str, object]:
        insurance = typed.insurance()
        address = {name: getattr(insurance, name) for name in insurance.address_fields}
        plan = {"plans-0-name": insurance.plan_name, "plans-0-same_address": "on"}
        return {"name": insurance.company_name, **address, **plan}

    def plan() -> dict[str, object]:
        made = typed.plan()
        address = {name: getattr(made, name) for name in made.address_fields}
        return {"company": made.company.pk, "name": made.name, **address}

    def insurance() -> dict[str, object]:
        made = typed.insurance()
        names = ("company_name", "plan_name", *made.address_fields)
        return {name: getattr(made, name) for name in names}

    forms = (
        ("company and first plan", f"{COMPANY}add/", company_and_plan, 13.5),
        ("plan", f"{PLAN}add/", plan, None),
        ("EHR insurance, unmatched", f"{INSURANCE}add/", insurance, None),
    )
    for name, url, values, limit in forms:
        yield Row(
            "pages",
            f"POST of a new {name}",
            ours=browser.posting(url, values),
            goal=Goal("cpu", limit) if limit else None,
            times=times,
        )
