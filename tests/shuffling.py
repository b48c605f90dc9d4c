"""Tests in another order: `--shuffle=SEED`, the same for the same seed; `--shuffle=0` draws a seed and says which.

What passes alone and fails here leans on a test before it.
"""

import os
import random

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shuffle", type=int, metavar="SEED", help="run the tests in another order; 0 draws a seed")


def pytest_configure(config: pytest.Config) -> None:
    """Draw the seed; processes begun after this find it in their environment, since all must have the same order."""
    if config.option.shuffle == 0:
        drawn = random.SystemRandom().randrange(1, 1_000_000)
        config.option.shuffle = int(os.environ.setdefault("SHUFFLED_WITH", str(drawn)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.shuffle is not None:
        random.Random(config.option.shuffle).shuffle(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.option.shuffle is not None:
        terminalreporter.write_line(f"in the order of --shuffle={config.option.shuffle}")
