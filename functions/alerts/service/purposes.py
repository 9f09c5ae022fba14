"""What the domain's timers are for."""

FOR = "alerts.for"
SETTLE = "alerts.settle"
PURPOSES = (FOR, SETTLE)
