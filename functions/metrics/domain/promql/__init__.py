"""A stated subset of PromQL, evaluated over a grid of instants."""
