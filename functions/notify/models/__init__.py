"""Notify's requests and answers."""
