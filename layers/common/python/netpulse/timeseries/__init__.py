"""Time series on PostgreSQL: hot rows, packed chunks of closed days, rollups.

Writing: `write` (and `write_async`) a batch of `Row`s.
Reading: `places`, `read`, `read_buckets`, `read_rollups`, `rolled_until`, `latest`,
`last_packed`.
It knows series and their values, and nothing of what they mean. Needs numpy.
"""

from netpulse.timeseries.batch import Row
from netpulse.timeseries.model import Buckets, Column, Place, Tier
from netpulse.timeseries.reading import last_packed, latest, places, read, read_buckets
from netpulse.timeseries.summaries import read_rollups, rolled_until
from netpulse.timeseries.writing import Written, write, write_async

__all__ = [
    "Buckets",
    "Column",
    "Place",
    "Row",
    "Tier",
    "Written",
    "last_packed",
    "latest",
    "places",
    "read",
    "read_buckets",
    "read_rollups",
    "rolled_until",
    "write",
    "write_async",
]
