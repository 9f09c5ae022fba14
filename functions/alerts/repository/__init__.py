"""The alerts' tables in PostgreSQL."""

from functions.alerts.repository.work import PostgresSweep, PostgresWork

__all__ = ["PostgresSweep", "PostgresWork"]
