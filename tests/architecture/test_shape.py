"""The shape of a capability: who asks the time, who commits, who writes, and through which door others come."""

import importlib
import re

from portal import tables
from tests.architecture.sources import CODE, ROOT, calls, capabilities, imports, name, python_files

ASKS_THE_TIME = re.compile(r"(^|\.)(now|utcnow|today|time_ns)$|^time\.(time|localtime|gmtime)$")
WRITES = re.compile(r"^session\.(add|add_all|delete|merge|flush|commit)$|^(sa|sqlalchemy)\.(insert|update|delete)$")
WRITING_STATEMENT = re.compile(r"^sqlalchemy.*\.(insert|update|delete)$")
OUTSIDE_MAY_IMPORT = {"models", "schemas"}


def test_only_the_clock_asks_what_time_it_is() -> None:
    found = [
        f"{name(path, call)} {what}"
        for path in python_files(*CODE)
        if path != ROOT / "portal" / "clock.py"
        for call, what in calls(path)
        if ASKS_THE_TIME.search(what)
    ]
    assert found == []


def test_capabilities_never_commit() -> None:
    """A request commits once, in web; a job per batch, in jobs. What is below only flushes."""
    found = [
        f"{name(path, call)} {what}"
        for folder in capabilities()
        for path in folder.rglob("*.py")
        for call, what in calls(path)
        if what.endswith((".commit", ".rollback"))
    ]
    assert found == []


def test_queries_only_read() -> None:
    found = []
    for path in [folder / "queries.py" for folder in capabilities() if (folder / "queries.py").exists()]:
        found += [f"{name(path, call)} {what}" for call, what in calls(path) if WRITES.search(what)]
        found += [f"{name(path, node)} {what}" for node, what in imports(path) if WRITING_STATEMENT.search(what)]
    assert found == []


def test_others_come_through_the_door() -> None:
    """From outside, a capability is `portal.consent`: its inside may change without anybody noticing."""
    found = []
    for folder in capabilities():
        inside = re.compile(rf"^portal\.{folder.name}\.([a-z_]+)\.")
        for path in python_files("portal"):
            if folder in path.parents or path.name == "tables.py":
                continue
            for node, what in imports(path):
                match = inside.match(what)
                if match and match[1] not in OUTSIDE_MAY_IMPORT:
                    found.append(f"{name(path, node)} {what}")
    assert found == []


def test_the_name_of_a_kept_thing_means_only_that_thing() -> None:
    """What one capability keeps as a `Holding`, no other calls by the same word at its door."""
    kept = {mapper.class_.__name__: mapper.class_ for mapper in tables.Base.registry.mappers}
    assert len(kept) > 1
    found = [
        f"portal.{folder.name}.{word}"
        for folder in capabilities()
        for word, meant in vars(importlib.import_module(f"portal.{folder.name}")).items()
        if isinstance(meant, type) and word in kept and meant is not kept[word]
    ]
    assert found == []
