"""Time series on PostgreSQL: hot rows, packed chunks of closed days, rollups.

Reading: `places`, `read`, `read_buckets`, `read_rollups`, `rolled_until`, `latest`.
It knows series and their values, and nothing of what they mean. Needs numpy.
"""

from netpulse.timeseries.model import Buckets, Column, Place, Tier
from netpulse.timeseries.reading import (
    latest,
    places,
    read,
    read_buckets,
    read_rollups,
    rolled_until,
)

__all__ = [
    "Buckets",
    "Column",
    "Place",
    "Tier",
    "latest",
    "places",
    "read",
    "read_buckets",
    "read_rollups",
    "rolled_until",
]
