"""What axe-core finds on a page that breaks WCAG 2.2, level A or AA, in both themes."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES_OF_COLOR = ["color-contrast", "link-in-text-block"]  # all that a theme changes
RUN = "options => axe.run(options).then(result => result.violations)"


def violations(page: Page, name: str) -> list[str]:
    """Return a text for each element at fault: page, theme, rule, element, and why.

    The page stays as it is, and in the light theme.
    """
    page.evaluate(AXE_SCRIPT)
    found = broken(page, f"{name}, light", EVERY_RULE)
    page.emulate_media(color_scheme="dark")
    found += broken(page, f"{name}, dark", RULES_OF_COLOR)
    page.emulate_media(color_scheme="light")
    return found


def broken(page: Page, name: str, rules: list[str]) -> list[str]:
    options = {
        "runOnly": rules,
        "resultTypes": ["violations"],
        "preload": False,  # it adds a style element, which the Content-Security-Policy forbids
    }
    return [
        f"{name}: {rule['id']}: {' '.join(map(str, node['target']))}\n    {node['html'][:200]}\n"
        f"    {node['failureSummary']}"
        for rule in page.evaluate(RUN, options)
        for node in rule["nodes"]
    ]
