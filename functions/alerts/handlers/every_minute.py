"""Every minute: timers whose wake-up was lost, silent pollers, data that does not come.

Once an hour also what is forecast, and room for the history of the years.
"""

from __future__ import annotations

from typing import Any

from netpulse.clock import SYSTEM_CLOCK
from netpulse.consumer import for_each
from netpulse.observability import swept

from functions.alerts import wiring
from functions.alerts.domain.history import years_of
from functions.alerts.domain.rule import Kind

# By then the hour before is rolled up.
_AFTER_THE_HOUR = 7


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Look across all organisations."""
    now = SYSTEM_CLOCK.now()
    due, troubled = wiring.sweep().due(now=now), wiring.sweep().troubled(now=now)
    failed = for_each(due, wiring.evaluation().ring)
    failed += for_each(troubled, wiring.watch().check_silence)
    missing = wiring.sweep().with_rules_of(Kind.MISSING_DATA)
    failed += for_each(missing, wiring.absence().check)
    if now.minute == _AFTER_THE_HOUR:
        ahead = wiring.sweep().with_rules_of(Kind.FORECAST)
        failed += for_each(ahead, wiring.forecast().check)
        wiring.sweep().keep_history(years_of(now, kept=wiring.history_years()))
    unusual = wiring.sweep().with_rules_of(Kind.ANOMALY)
    failed += for_each(unusual, wiring.baselines().learn)
    # devices that came into a window's scope since it began
    failed += for_each(wiring.sweep().in_maintenance(), wiring.quiet().refresh)
    swept("alerts")
    return {"with_timers": len(due), "with_silence": len(troubled), "failed": failed}
