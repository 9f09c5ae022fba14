"""Checks: what devices serve, probed in slots of its own beside the devices themselves."""
