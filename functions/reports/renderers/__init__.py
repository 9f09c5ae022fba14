"""One module a format; each takes a report, and nothing else."""
