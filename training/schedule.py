"""How far a run is, by what it has seen or by the clock."""

from __future__ import annotations

import time


class Schedule:
    """Ends after `total` pictures, or, if minutes are given, after so many from now, whatever the speed is; a share of the
    run may be over by then."""

    def __init__(self, total: int, minutes: float = 0, over: float = 0):
        self.total, self.minutes, self.over, self.began = total, minutes, over, time.monotonic()

    def share(self, seen: int) -> float:
        """0 at the start, 1 at the end."""
        part = self.over + (1 - self.over) * (time.monotonic() - self.began) / (60 * self.minutes) if self.minutes else seen / self.total
        return min(1.0, part)

    def rate(self, seen: int, peak: float, rise: int) -> float:
        """Learning rate: up over the first `rise` pictures, then as it is, and down to nothing over the last 40 %."""
        return peak * min(1.0, seen / rise, (1 - self.share(seen)) / 0.4) + 1e-6
