"""Discovery: whole networks gone over for devices that somebody may want to add."""
