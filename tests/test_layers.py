"""Who may import whom, read from the code of every module."""

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
IMPORTERS = {"import_module", "__import__", "import_string", "get_model", "get_app_config"}


def imported(source, package):
    """Return the top-level names that `source`, a module of `package`, imports anywhere in it.

    Relative imports, imports inside functions, and imports by a literal name are all seen.
    """
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1]
            names.add(".".join([*parents, node.module or ""]) if node.level else node.module)
        elif isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            argument = node.args[0]
            if called in IMPORTERS and isinstance(argument, ast.Constant):
                names.add(str(argument.value))
    return {name.split(".")[0] for name in names}


def modules(app):
    return sorted((ROOT / app).rglob("*.py"))


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_a_layer_imports_only_what_is_below_it(app):
    assert modules(app)
    for path in modules(app):
        package = ".".join(path.parent.relative_to(ROOT).parts)
        ours = imported(path.read_text(encoding="utf-8"), package) & OURS
        assert ours <= MAY_IMPORT[app], path.relative_to(ROOT)


@pytest.mark.parametrize("app", ["pm", "ehr"])
def test_neither_list_refers_to_the_other_or_to_sync_by_a_dotted_name(app):
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
        ("import sync.models as m", {"sync"}),
        ("from sync import rules", {"sync"}),
        ("from sync.rules.table import RULES", {"sync"}),
        ("def f():\n    from ehr.models import Insurance", {"ehr"}),
        ("if TYPE_CHECKING:\n    import ehr", {"ehr"}),
        ("from . import models", {"pm"}),
        ("from .models import InsurancePlan", {"pm"}),
        ("import_module('sync.rules')", {"sync"}),
        ("apps.get_model('ehr.Insurance')", {"ehr"}),
        ("import django.db", {"django"}),
        ("x = 'sync.rules'", set()),
    ],
)
def test_imports_are_found_wherever_they_hide(line, found):
    assert imported(line, "pm") == found


def test_a_relative_import_may_climb():
    assert imported("from ...models import SyncEvent", "sync.management.commands") == {"sync"}
