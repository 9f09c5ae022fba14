"""What the services ask of the world."""

from functions.alerts.ports.alerts import Alerts
from functions.alerts.ports.devices import Devices, Scene
from functions.alerts.ports.incidents import Incidents
from functions.alerts.ports.mutes import Inhibitions, NameTakenError, Silences, Windows
from functions.alerts.ports.rules import Memories, RuleExistsError, Rules
from functions.alerts.ports.samples import History, Samples
from functions.alerts.ports.work import DueTimers, OpenWork, Work
from functions.alerts.ports.world import Meter, Sweep, Wakeups

__all__ = [
    "Alerts",
    "Devices",
    "DueTimers",
    "History",
    "Incidents",
    "Inhibitions",
    "Memories",
    "Meter",
    "NameTakenError",
    "OpenWork",
    "RuleExistsError",
    "Rules",
    "Samples",
    "Scene",
    "Silences",
    "Sweep",
    "Wakeups",
    "Windows",
    "Work",
]
