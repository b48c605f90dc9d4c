"""What is installed from a wheel is the whole portal, and nothing but it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

SHIPPED = ("portal", "nlp", "templates", "migrations")
LEFT_BEHIND = {".pyc", ".mo", ".po", ".pot"}  # made on the spot, or only of use to translators


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("candour-*.whl"))


def test_the_wheel_holds_every_file_of_the_portal_where_the_portal_looks_for_it(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(ROOT)) for folder in SHIPPED for path in (ROOT / folder).rglob("*") if path.is_file()
    }
    assert sorted(path for path in wanted - inside if Path(path).suffix not in LEFT_BEHIND) == []
    assert {"templates/layout/page.html", "migrations/env.py", "portal/web/static/candour.css"} <= inside


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    folders = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == set(SHIPPED)
