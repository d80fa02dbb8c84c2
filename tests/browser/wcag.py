"""What axe-core finds on a page that breaks WCAG 2.2, level A or AA, in both themes."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES_OF_COLOR = ["color-contrast", "link-in-text-block"]  # all that a theme changes
# A field may be too small a target only because the foot, which stays in sight, lies over half of
# it: where the page stands just then. So what is at fault is looked at anew in the middle.
RUN = """async options => {
  const {violations} = await axe.run(options);
  const place = scrollY;
  for (const rule of violations.filter(rule => rule.id === "target-size")) {
    const still = [];
    for (const node of rule.nodes) {
      const [target] = node.target;
      document.querySelector(target).scrollIntoView({block: "center"});
      const anew = await axe.run(target, {...options, runOnly: [rule.id]});
      still.push(...anew.violations.flatMap(each => each.nodes));
    }
    rule.nodes = still;
  }
  scrollTo(0, place);
  return violations;
}"""


def violations(page: Page, name: str) -> list[str]:
    """Return a text for each element at fault: page, theme, rule, element, and why.

    The page stays as it is, and in the light theme.
    """
    if not page.evaluate("'axe' in window"):
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
