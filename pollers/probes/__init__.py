"""Probes: one function a protocol, one table of them; a failed probe is a result."""
