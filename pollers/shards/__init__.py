"""Sharing the fleet: who polls which devices, agreed by way of a small table."""
