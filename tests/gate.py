"""What make and `.ci/run` check beside the tests: python -m tests.gate CHECK ARGUMENTS.

Each check says what it found, and ends with status 1 and the reason where something is wrong.
"""

import csv
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import psycopg

from kareo.addresses import address_key, near_key

ROOT = Path(__file__).parent.parent
PATIENCE = 60  # seconds that the demo may take until it answers
ADMIN_MODULES = (
    "ehr.admin",
    "pm.admin.companies",
    "pm.admin.patients",
    "pm.admin.plans",
    "sync.admin",
    "kareo.pages.admin",
    "kareo.pages.lists.pages",
    "kareo.pages.lists.patients",
    "kareo.site",
    "kareo.people.sign_ins",
    "kareo.people.users",
)
TYPED = 90  # percent of an admin module's expressions


def postgresql(url: str) -> str:
    """Reach the server before the long work; tests make and drop their own databases there."""
    try:
        with psycopg.connect(
            urlsplit(url)._replace(path="/postgres").geturl(), connect_timeout=10
        ) as server:
            return f"PostgreSQL {server.info.parameter_status('server_version')} answers"
    except psycopg.OperationalError as error:
        sys.exit(f"{error}\nStart one that trusts user postgres, or set CI_DATABASE_URL.")


def demo_served(output: str) -> str:
    """Fetch the login page and a style sheet of the demo that writes to the file `output`."""
    fetch = build_opener(ProxyHandler({})).open
    for _ in range(PATIENCE * 2):
        time.sleep(0.5)
        said = re.search(r"Open (http://\S+)", Path(output).read_text())
        try:
            page = fetch(said[1], timeout=10) if said else None
        except HTTPError:
            raise
        except OSError:  # not yet
            continue
        if said and page:
            break
    else:
        sys.exit(f"Nothing answers.\n{Path(output).read_text()}")
    if 'name="password"' not in page.read().decode():
        sys.exit(f"{page.url} isn't a login page.")
    fetch(f"{said[1]}static/admin/css/base.css", timeout=10).read()
    return f"login page at {page.url}"


def no_address_raises(path: str) -> str:
    """Read every line of `path` as an address: each has a key, if only an empty one."""
    names = ("street_1", "street_2", "city", "state", "zip_code")
    rows = rows_of(path)
    for row in rows:
        parts = [row[name] for name in names]
        if not all(isinstance(key(*parts), str) for key in (address_key, near_key)):
            sys.exit(f"no key: {row}")
    return f"{len(rows)} addresses, no exception"


def demo_is_made_up(path: str) -> str:
    """Look in the demo practice for a street of the real payers in `path`."""

    def plain(text: str) -> str:
        return f" {re.sub(r'[^a-z0-9]+', ' ', text.casefold()).strip()} "

    demo = plain((ROOT / "sync/demo/practice.py").read_text())
    streets = {plain(row["street_1"]) for row in rows_of(path)}
    if copied := sorted(street for street in streets if len(street) > 7 and street in demo):
        sys.exit(f"The demo shows real payers at their addresses: {copied}")
    return f"none of {len(streets)} streets"


def imported_once(first: str, second: str) -> str:
    """Compare the summaries of an import and of the same again, which must write nothing."""
    once, again = (json.loads(Path(path).read_text()) for path in (first, second))
    if not once["plans_added"] or once["insurances_created"] != once["plans_added"]:
        sys.exit("The first import added no plan, or some plan has no insurance.")
    if again["rows"] != once["rows"]:
        sys.exit("The second import read other rows.")
    wrote = ("_added", "_filled", "_created", "_updated")
    if written := {name: n for name, n in again.items() if name.endswith(wrote) and n}:
        sys.exit(f"The second import wrote {written}.")
    return f"{once['plans_added']} plans, the second time none"


def typed_admin(folder: str) -> str:
    """Read mypy's report (--any-exprs-report) of how much of each module has a type."""
    report = (Path(folder) / "any-exprs.txt").read_text()
    shares = {
        name: float(share)
        for name, share in re.findall(r"^ *(\S+) .* ([\d.]+)%$", report, re.M)
        if name in ADMIN_MODULES
    }
    if shares.keys() != set(ADMIN_MODULES) or min(shares.values()) <= TYPED:
        sys.exit(f"Each of {ADMIN_MODULES} is to be typed over {TYPED} %: {shares}")
    return f"at least {min(shares.values())} % of each admin module"


def audited(report: str) -> str:
    """Read pip-audit's report (--format json) of known weaknesses; say so where it has none.

    Its data lies on the network: where that can't be reached, the report is empty, or skips what
    it couldn't look up.
    """
    try:
        packages = json.loads(Path(report).read_text())["dependencies"]
    except json.JSONDecodeError:
        packages = []
    known = [package for package in packages if "vulns" in package]
    weak = [
        f"{package['name']} {package['version']}: {found['id']}, mended in"
        f" {', '.join(found['fix_versions']) or 'no version yet'}"
        for package in known
        for found in package["vulns"]
    ]
    if weak:
        then = 'Take newer versions: make lock ARGS="--upgrade". Where there is none, SECURITY.md'
        sys.exit("\n".join([*weak, f"{then} is the place to say why it does no harm here."]))
    unknown = len(packages) - len(known)
    if unknown or not packages:
        where = f"{unknown} of {len(packages)} packages" if packages else "the packages"
        return f"NOT AUDITED: the data about {where} can't be reached from here."
    return f"{len(known)} packages, no known weakness"


def bill_complete(lock: str, bill: str) -> str:
    """Hold a bill of materials (CycloneDX) against the lock file that it is made from."""
    locked = dict(re.findall(r"^([\w.-]+)(?:\[.*?\])?==([^\s;]+)", Path(lock).read_text(), re.M))
    parts = json.loads(Path(bill).read_text())["components"]
    if {part["name"]: part["version"] for part in parts} != locked:
        sys.exit(f"{bill} doesn't list just what {lock} does.")
    if bare := [part["name"] for part in parts if not part["externalReferences"][0]["hashes"]]:
        sys.exit(f"{bill} has no hash of {', '.join(bare)}.")
    return f"{bill}: {len(parts)} packages, with their hashes"


def rows_of(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        sys.exit(f"{path} has no rows.")
    return rows


CHECKS: dict[str, Callable[..., str]] = {
    "postgresql": postgresql,
    "demo-served": demo_served,
    "no-address-raises": no_address_raises,
    "demo-is-made-up": demo_is_made_up,
    "imported-once": imported_once,
    "typed-admin": typed_admin,
    "audited": audited,
    "bill-complete": bill_complete,
}

if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    print(CHECKS[name](*arguments))  # noqa: T201 (its output)
