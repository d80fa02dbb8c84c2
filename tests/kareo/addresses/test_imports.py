"""That reading an address needs Python and nothing else, and its modules build on one another."""

import ast
import os
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import kareo.addresses

PACKAGE = "kareo.addresses"
FOLDER = Path(kareo.addresses.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py"))


def imported_by(module: str) -> set[str]:
    """Return the modules, by their full names, that `module` of the package imports anywhere."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, "a relative import"
            assert node.level == 0, "a relative import"
            names.add(node.module)
    return names


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_python_s_own_and_the_package_s(module: str) -> None:
    for name in imported_by(module):
        is_python_s = name.split(".")[0] in sys.stdlib_module_names
        assert is_python_s or name.startswith(f"{PACKAGE}."), name


def test_imports_run_one_way() -> None:
    graph = {
        module: {name.rpartition(".")[2] for name in imported_by(module) if PACKAGE in name}
        for module in MODULES
    }

    *_, last = TopologicalSorter(graph).static_order()  # raises where they run in a circle
    assert last == "__init__"


def test_a_key_is_made_where_django_cannot_be_imported() -> None:
    code = f"""
import sys
sys.modules["django"] = None  # importing it fails from here on
import {", ".join(f"{PACKAGE}.{module}" for module in MODULES if module != "__init__")}
print(kareo.addresses.address_key("7 Oak St", "", "", "", "62701"))
"""
    environment = {name: value for name, value in os.environ.items() if "DJANGO" not in name}
    made = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        cwd=FOLDER.parent.parent,
        env=environment,
        text=True,
    )
    assert made.stdout == "62701||7 OAK ST|\n"
