"""The `netpulse` command: NetPulse's API from a terminal."""
