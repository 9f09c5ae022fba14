// What can begin before the application itself has arrived: asking whether the session goes on,
// and, where the wall is the first screen, for its devices.
import { Session } from "./api/session";

export const session = new Session("/api/v1");
export const resumed = session.resume();

// a stranger will see the log-in
void resumed.then((state) => (state === "out" ? import("./features/login/login") : null));

let devices: Promise<unknown> | null =
  location.pathname === "/" ? resumed.then((state) => (state === "in" ? snapshot() : null)).catch(() => null) : null;

async function snapshot(): Promise<unknown> {
  const answer = await fetch("/api/v1/devices/snapshot", { headers: { Authorization: `Bearer ${await session.token()}` } });
  if (!answer.ok) return null;
  return ((await answer.json()) as { data?: unknown }).data ?? null;
}

/** The devices that were asked for early, once; null where they were not, or did not come. */
export async function earlyDevices(): Promise<unknown> {
  const asked = devices;
  devices = null;
  return asked;
}
