"""The demo company as a file, loaded once for all processes of a run: two years of a bank take ten seconds to live."""

import fcntl
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from portal import clock, db, demo, migrate
from portal.settings import Settings

SECRET = "a key for tests only, long enough to be taken seriously"
SLICE = 0.02


@dataclass(frozen=True)
class Company:
    """A small slice of the demo company, as it is at `now`, in an SQLite file that nobody writes to."""

    file: Path
    now: datetime

    def copy(self, folder: Path) -> Settings:
        """Settings of a portal with a company of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        return settings_in(f"sqlite:///{shutil.copyfile(self.file, folder / 'company.sqlite3')}", folder)


def settings_in(url: str, folder: Path) -> Settings:
    """Settings of a portal for the demo: cheap password hashes, as many sign-ins as it likes."""
    return Settings(
        database_url=url,
        instance=str(folder),
        secret_key=SECRET,
        password_time_cost=1,
        password_memory_kib=64,
        rate_sign_in="100000 per minute",
    )


def once(folder: Path) -> Company:
    """The company in this folder; whoever comes first loads it, and the others wait for that."""
    done, file = folder / "company-now", folder / "company.sqlite3"
    with (folder / "company-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            now = clock.utc_now()
            url = f"sqlite:///{file}"
            migrate.upgrade(url)
            engine = db.make_engine(url)
            demo.load(engine, settings=settings_in(url, folder), now=now, scale=SLICE)
            engine.dispose()
            done.write_text(now.isoformat())
    return Company(file, datetime.fromisoformat(done.read_text()))
