"""Who may import whom, read from the code of every module: apps, and the rooms inside them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"kareo", "pm", "ehr", "sync", "tests"}
MAY_IMPORT = {
    "kareo": {"kareo"},
    "pm": {"pm", "kareo"},
    "ehr": {"ehr", "kareo"},
    "sync": {"sync", "pm", "ehr", "kareo"},
}
# The rooms of an app, from the ground up: each may import those on the lines before its own. What
# lies in the app itself, beside the rooms, stands above them all, save what is listed here.
ROOMS = {
    "kareo": ["addresses", "records", "search", "pages", "people"],
    "sync": [
        "models roles",
        "pairs",
        "matching",
        "rules",
        "propagation",
        "drift",
        "importing screens demo",
    ],
}
# What makes pages. Below the screens nothing knows a URL, HTML or a page.
OF_PAGES = (
    "django.contrib",
    "django.forms",
    "django.http",
    "django.shortcuts",
    "django.template",
    "django.urls",
    "django.utils.html",
    "django.utils.safestring",
    "django.views",
    "kareo.pages",
)
IMPORTERS = {"import_module", "__import__", "import_string", "get_model", "get_app_config"}


def imported(source: str, package: str) -> set[str]:
    """Return the dotted names that `source`, a module of `package`, imports anywhere in it.

    Relative imports, imports inside functions, and imports by a literal name are all seen. Of
    `from a import b` it is both `a` and `a.b`, which may be a module.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            start = parents if node.level else []
            module = ".".join([*start, *([node.module] if node.module else [])])
            names.update([module, *(f"{module}.{alias.name}" for alias in node.names)])
        elif isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            argument = node.args[0]
            if called in IMPORTERS and isinstance(argument, ast.Constant):
                names.add(str(argument.value))
    return names


def imports_of(path: Path) -> set[str]:
    package = ".".join(path.parent.relative_to(ROOT).parts)
    return imported(path.read_text(encoding="utf-8"), package)


def modules(*parts: str) -> list[Path]:
    return sorted((ROOT / Path(*parts)).rglob("*.py"))


def floors(app: str) -> dict[str, int]:
    """Return {room: its floor} of the rooms of `app`."""
    lines = enumerate(ROOMS[app])
    return {room: floor for floor, line in lines for room in line.split()}


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_a_layer_imports_only_what_is_below_it(app: str) -> None:
    assert modules(app)
    for path in modules(app):
        ours = {name.split(".")[0] for name in imports_of(path)} & OURS
        assert ours <= MAY_IMPORT[app], path.relative_to(ROOT)


@pytest.mark.parametrize(("app", "room"), [(app, room) for app in ROOMS for room in floors(app)])
def test_a_room_imports_only_rooms_below_it(app: str, room: str) -> None:
    paths = modules(app, room) or [ROOT / app / f"{room}.py"]
    below = {other for other, floor in floors(app).items() if floor < floors(app)[room]}
    for path in paths:
        for name in imports_of(path):
            top, _, rest = name.partition(".")
            other = rest.split(".")[0]
            if top == app and other:
                assert other in {room, *below}, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("app", ROOMS)
def test_every_folder_of_an_app_with_rooms_is_one(app: str) -> None:
    folders = {path.parent.name for path in (ROOT / app).glob("*/__init__.py")}

    assert folders - set(floors(app)) <= {"migrations", "management", "templatetags"}


@pytest.mark.parametrize("room", ["pairs", "matching", "rules", "propagation", "drift"])
def test_below_the_screens_nothing_knows_a_page(room: str) -> None:
    for path in modules("sync", room):
        known = {name for name in imports_of(path) if name.startswith(OF_PAGES)}
        assert not known, f"{path.relative_to(ROOT)} imports {known}"


@pytest.mark.parametrize("app", ["pm", "ehr"])
def test_neither_list_refers_to_the_other_or_to_sync_by_a_dotted_name(app: str) -> None:
    others = {"pm", "ehr", "sync"} - {app}
    for path in modules(app):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                head, dot, rest = node.value.partition(".")
                refers = dot and head in others and rest.replace(".", "").isidentifier()
                assert not refers, f"{path.relative_to(ROOT)}:{node.lineno}"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import sync", {"sync"}),
        ("import sync.models as m", {"sync.models"}),
        ("from sync import rules", {"sync", "sync.rules"}),
        ("from sync.rules import RULES", {"sync.rules", "sync.rules.RULES"}),
        ("def f():\n    from ehr.models import Insurance", {"ehr.models", "ehr.models.Insurance"}),
        ("if TYPE_CHECKING:\n    import ehr", {"ehr"}),
        ("from . import models", {"pm", "pm.models"}),
        ("from .models import InsurancePlan", {"pm.models", "pm.models.InsurancePlan"}),
        ("import_module('sync.rules')", {"sync.rules"}),
        ("apps.get_model('ehr.Insurance')", {"ehr.Insurance"}),
        ("import django.db", {"django.db"}),
        ("x = 'sync.rules'", set()),
    ],
)
def test_imports_are_found_wherever_they_hide(line: str, found: set[str]) -> None:
    assert imported(line, "pm") == found


def test_a_relative_import_may_climb() -> None:
    climbing = "from ...models import SyncEvent"

    assert "sync.models" in imported(climbing, "sync.management.commands")
