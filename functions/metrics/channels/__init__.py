"""Foreign notations, read: PromQL, and what Prometheus' remote_write sends."""
