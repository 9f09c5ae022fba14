"""What the domain's timers are for."""

FOR = "alerts.for"
SETTLE = "alerts.settle"
MUTE = "alerts.mute"
PURPOSES = (FOR, SETTLE, MUTE)
