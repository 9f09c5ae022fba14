"""What the domain's timers are for."""

FOR = "alerts.for"
SETTLE = "alerts.settle"
MUTE = "alerts.mute"
ESCALATE = "alerts.escalate"
ACKNOWLEDGED = "alerts.acknowledged"
EXTERNAL_END = "alerts.external_end"
SERVICE_LEVEL = "alerts.service_level"
PURPOSES = (FOR, SETTLE, MUTE, ESCALATE, ACKNOWLEDGED, EXTERNAL_END, SERVICE_LEVEL)
