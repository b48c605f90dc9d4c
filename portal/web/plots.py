"""Numbers for the SVG macros: where a line, a bar or a tick goes. The drawing is in templates/layout/plots.html."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_decimal


@dataclass(frozen=True)
class Scale:
    """A drawing area of `width` × `height` units for values from 0 to `top`."""

    width: int
    height: int
    top: float

    def y(self, value: float) -> float:
        """Vertical place of a value, 0 at the bottom."""
        return round(self.height - (value / self.top * self.height if self.top else 0), 1)

    def ticks(self) -> list[float]:
        """Three to five round values to label."""
        step = _round_step(self.top / 4)
        return [step * index for index in range(int(self.top / step) + 1)] if step else [0.0]


def shown(value: float) -> str:
    """A number as the reader of the page writes it, such as 1,000,000 and never 1e+06."""
    return str(format_decimal(value))


def scale(values: Sequence[float], width: int = 640, height: int = 180) -> Scale:
    """A scale that holds all values, with a round top."""
    highest = max([*values, 1])
    step = _round_step(highest / 4)
    top = step * -(-highest // step)
    return Scale(width, height, top)


def small(values: Sequence[float], width: int, height: int, least: float) -> Scale:
    """A scale without ticks for a small drawing: it holds all values, and is never smaller than `least`."""
    return Scale(width, height, max([*values, least]))


def xs(count: int, width: int = 640) -> list[float]:
    """Horizontal places of `count` points, first at the left edge, last at the right."""
    return [round(width * index / max(count - 1, 1), 1) for index in range(count)]


def line(values: Sequence[float], within: Scale) -> str:
    """The `points` of a polyline."""
    return " ".join(f"{x},{within.y(value)}" for x, value in zip(xs(len(values), within.width), values, strict=True))


def beside(values: Sequence[float], within: Scale) -> float:
    """Where the newest value is written: above its point, or below it where a line that falls comes from above."""
    place = within.y(values[-1])
    falls = len(values) > 1 and values[-2] > values[-1]
    return round(place + 20 if falls and place < within.height - 30 else place - 8, 1)


def _round_step(rough: float) -> float:
    if rough <= 0:
        return 1
    power = 1.0
    while power * 10 <= rough:
        power *= 10
    return next(step for step in (power, power * 2, power * 5, power * 10) if step >= rough)
