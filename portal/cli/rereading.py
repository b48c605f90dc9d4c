"""Reading history again by hand: with progress, and stopped by ctrl-C where it can go on later."""

import signal
from types import FrameType
from typing import NoReturn

from sqlalchemy.engine import Engine
from tqdm import tqdm

from portal import db, needs
from portal.clock import utc_now

BY = "command line"


def take_up(engine: Engine) -> needs.Reread:
    """The run to go on with: the one that waits or runs, the last one when it was stopped and its reader is still in
    force, else a new one.
    """
    with db.writing(engine) as session:
        last = next(iter(needs.rereads(session, 1)), None)
        if last is not None and last.state in ("waiting", "running"):
            return last
        version = needs.catch_up(session, force=True).reader.version
        if last is not None and last.state == "stopped" and last.reader_version == version:
            return needs.resume_reread(session, last.id, now=utc_now())
        return needs.ask_reread(session, by=BY, now=utc_now())


class Watch:
    """Shows how far a run is, each time it asks whether to stop, and stops it after ctrl-C."""

    def __init__(self, engine: Engine, run: needs.Reread) -> None:
        """:param run: as it was when it was taken up."""
        self.engine, self.run_id, self.stopped = engine, run.id, False
        self.bar: tqdm[NoReturn] = tqdm(total=run.total, initial=run.done, unit=" messages")
        self.before = signal.signal(signal.SIGINT, self._stop)

    def should_stop(self) -> bool:
        """To be asked between batches."""
        with db.reading(self.engine) as session:
            self.bar.update(needs.reread_by_id(session, self.run_id).done - self.bar.n)
        return self.stopped

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopped = True

    def end(self) -> str:
        """What came of it, in a line; ctrl-C means again what it meant before."""
        signal.signal(signal.SIGINT, self.before)
        with db.writing(self.engine) as session:
            if self.stopped:
                needs.stop_reread(session, self.run_id, by=BY, now=utc_now())
            run = needs.reread_by_id(session, self.run_id)
        self.bar.update(run.done - self.bar.n)
        self.bar.close()
        line = f"{run.state}: {run.done} of {run.total} read, {run.changed} with other tags than before."
        return f"{line} Run this again to go on." if run.state == "stopped" else line
