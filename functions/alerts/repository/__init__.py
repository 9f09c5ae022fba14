"""The alerts' tables in PostgreSQL."""

from functions.alerts.repository.replies import PostgresReplies
from functions.alerts.repository.work import PostgresSweep, PostgresWork

__all__ = ["PostgresReplies", "PostgresSweep", "PostgresWork"]
