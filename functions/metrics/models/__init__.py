"""Measured values, as they are asked for and shown."""
