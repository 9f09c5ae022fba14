"""What checks said last, into PostgreSQL: changes at once, the rest once a minute."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from netpulse.observability import logger

from pollers.checks.spec import CheckSpec
from pollers.database import REFUSALS, DatabaseAwayError, PollerDatabase
from pollers.metrics import Metrics
from pollers.probes.result import ProbeResult

_REFRESH = timedelta(seconds=60)
_MAX_REASON = 200
# `since` is the database's to keep: a poller that takes over goes on where another left off.
_SAVE = """
    INSERT INTO netpulse.device_check_results AS r
        (check_id, organization_id, ok, reason, response_ms, since, checked_at)
    SELECT k.id, k.organization_id, n.ok, n.reason, n.response_ms, n.checked_at, n.checked_at
    FROM unnest(%s::uuid[], %s::bool[], %s::text[], %s::float8[], %s::timestamptz[])
         AS n(check_id, ok, reason, response_ms, checked_at)
    JOIN netpulse.device_checks k ON k.id = n.check_id
    ON CONFLICT (check_id) DO UPDATE SET
        ok = EXCLUDED.ok, reason = EXCLUDED.reason, response_ms = EXCLUDED.response_ms,
        checked_at = EXCLUDED.checked_at,
        since = CASE WHEN r.ok = EXCLUDED.ok THEN r.since ELSE EXCLUDED.since END
    WHERE r.checked_at < EXCLUDED.checked_at
"""
_PIN = """
    UPDATE netpulse.device_checks SET pinned_host_key = %s
    WHERE id = %s AND pinned_host_key IS NULL
"""


@dataclass(frozen=True, slots=True)
class _Line:
    ok: bool
    reason: str
    response_ms: float | None
    at: datetime


class CheckResults:
    """Keeps each check's newest result until it is written."""

    def __init__(self, database: PollerDatabase, metrics: Metrics) -> None:
        self._database = database
        self._metrics = metrics
        self._written: dict[UUID, _Line] = {}
        self._waiting: dict[UUID, _Line] = {}
        self._pins: dict[UUID, str] = {}

    def keep(self, check: CheckSpec, result: ProbeResult, at: float) -> None:
        """Take a result, to be written if it is news."""
        when = datetime.fromtimestamp(at, UTC)
        line = _Line(result.ok, result.reason[:_MAX_REASON], result.response_ms, when)
        before = self._written.get(check.id)
        if (
            before is None
            or (before.ok, before.reason) != (line.ok, line.reason)
            or line.at - before.at >= _REFRESH
        ):
            self._waiting[check.id] = line
        if result.pin:
            self._pins.setdefault(check.id, result.pin)

    def forget(self, check_id: UUID) -> None:
        """Drop what is known of a check that is no more, or another than before."""
        for known in (self._written, self._waiting, self._pins):
            known.pop(check_id, None)

    async def flush(self) -> None:
        """Write what waits; what the database does not take now waits on."""
        waiting, self._waiting = self._waiting, {}
        pins, self._pins = self._pins, {}
        if not waiting and not pins:
            return
        try:
            async with self._database.transaction() as connection:
                lines = list(waiting.values())
                await connection.execute(
                    _SAVE,
                    (
                        list(waiting),
                        [line.ok for line in lines],
                        [line.reason for line in lines],
                        [line.response_ms for line in lines],
                        [line.at for line in lines],
                    ),
                )
                for check_id, pin in pins.items():
                    await connection.execute(_PIN, (pin, check_id))
        except DatabaseAwayError:
            self._waiting = {**waiting, **self._waiting}
            self._pins = {**pins, **self._pins}
            return
        except REFUSALS as error:
            logger.error("check results refused", reason=str(error))
            self._metrics.add("netpulse_poller_errors_total", where="checks")
        self._written.update(waiting)
