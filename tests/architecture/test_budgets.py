"""The budget for the tail: nothing grows so large, or so vaguely named, that it must be feared."""

import ast
import graphlib
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.architecture.sources import CODE, EVERYTHING, ROOT, functions, name, python_files, tree

FILE_LINES, FUNCTION_LINES, CONFTEST_LINES = 300, 40, 150
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "managers"}
VAGUE_IN_NAMES = VAGUE - {"base", "common"}  # "in common" and a base of tables have a meaning of their own
VAGUE_VERBS = {"process", "handle", "manage", "perform"}
IMPOSED = {"process_bind_param", "process_result_value"}  # named by SQLAlchemy


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring not counted: nobody shall save on explaining."""
    first = function.body[0]
    documented = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def words(identifier: str) -> list[str]:
    """`ThingManager` and `thing_manager` are both thing, manager."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier).lower().strip("_").split("_")


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in python_files(*EVERYTHING)}
    assert {file: lines for file, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_conftest_is_longer_than_150_lines() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in (ROOT / "tests").rglob("conftest.py")}
    assert lengths
    assert {file: lines for file, lines in lengths.items() if lines > CONFTEST_LINES} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    lengths = {
        f"{name(path, function)} {function.name}": length(function)
        for path in python_files(*EVERYTHING)
        for function in functions(path)
    }
    assert {place: lines for place, lines in lengths.items() if lines > FUNCTION_LINES} == {}


@pytest.mark.parametrize("rule", ["C901", "PLC0415"], ids=["complexity is at most 8", "no import inside a function"])
def test_ruff_agrees(rule: str) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    answer = subprocess.run(
        [ruff, "check", "--select", rule, "--no-cache", "."], cwd=ROOT, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_files_and_folders_have_names_that_say_something() -> None:
    parts = {
        name(path): {path.stem, *path.relative_to(ROOT).parts[:-1]} & (VAGUE | VAGUE_VERBS)
        for path in python_files(*EVERYTHING)
    }
    assert {file: vague for file, vague in parts.items() if vague} == {}


def test_functions_have_names_that_say_something() -> None:
    found = [
        f"{name(path, function)} {function.name}"
        for path in python_files(*CODE)
        for function in functions(path)
        if function.name not in IMPOSED
        and (words(function.name)[0] in VAGUE_VERBS or VAGUE_IN_NAMES.intersection(words(function.name)))
    ]
    assert found == []


def test_classes_have_names_that_say_something() -> None:
    found = [
        f"{name(path, node)} {node.name}"
        for path in python_files(*CODE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and VAGUE_IN_NAMES.intersection(words(node.name))
    ]
    assert found == []


def test_no_module_imports_itself_through_others() -> None:
    for package in CODE:
        graph = grimp.build_graph(package, cache_dir=None)
        edges = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
        graphlib.TopologicalSorter(edges).prepare()  # raises CycleError, which names the circle


def test_importing_the_package_imports_nothing() -> None:
    """`import portal` must be free, so that every entry point decides itself what it needs."""
    assert [node for node in tree(ROOT / "portal" / "__init__.py").body if not isinstance(node, ast.Expr)] == []


def test_nothing_is_left_open() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    files = [*python_files(*CODE), *(ROOT / "templates").rglob("*.*")]
    found = [name(path) for path in files if marks.search(path.read_text(encoding="utf-8"))]
    assert found == []
