"""The source tree as data, for the tests that keep the rules of the house."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("portal", "nlp")
EVERYTHING = (*CODE, "tests", "benchmarks", "scripts")
SHARED_GROUND = ("cli", "client", "jobs", "web", "demo")  # packages of portal/ that are no capability


def python_files(*folders: str) -> list[Path]:
    """All Python files in these folders of the repository, and those that lie beside them at the top."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted([*found, *ROOT.glob("*.py")])


@functools.cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path, node: ast.AST | None = None) -> str:
    """Where something is, as an editor understands it."""
    return f"{path.relative_to(ROOT)}:{node.lineno}" if hasattr(node, "lineno") else str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method in a file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call in a file, with what is called: `session.commit`, `render_template`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def imports(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Every module or member a file imports: `portal.consent.models`, `portal.consent.allows`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def capabilities() -> list[Path]:
    """The folders of portal/ that hold a capability."""
    folders = [path.parent for path in (ROOT / "portal").glob("*/__init__.py")]
    return sorted(folder for folder in folders if folder.name not in SHARED_GROUND)
