"""Decisions about measured values: pure, with numpy for the arithmetic."""
