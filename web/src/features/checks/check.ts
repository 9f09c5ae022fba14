import type { Schemas } from "../../api/client";
import { instant } from "../../lib/time";

export type Check = Schemas["CheckView"];
export type CheckKind = Schemas["CheckKind"];
export type CheckState = Schemas["CheckState"];

export const CHECK_KINDS: Record<CheckKind, { name: string; asks: string; credential: Schemas["CredentialKind"] | null }> = {
  tcp: { name: "TCP", asks: "does a port accept?", credential: null },
  http: { name: "HTTP", asks: "does a web page say what it should?", credential: "http" },
  dns: { name: "DNS", asks: "does a name server answer rightly?", credential: null },
  ssh: { name: "SSH", asks: "does a server greet, or a command print what it should?", credential: "ssh" },
};

export const CHECK_STATES: Record<CheckState, { word: string; shape: string; text: string }> = {
  ok: { word: "Fine", shape: "●", text: "text-online" },
  failing: { word: "Failing", shape: "▲", text: "text-offline" },
  unknown: { word: "Not made yet", shape: "?", text: "text-unknown" },
};

/** What a check asks, in a few words. */
export function asksInWords(check: Check): string {
  if (check.http) return `${check.http.method ?? "GET"} ${check.http.url}`;
  if (check.dns) return `${check.dns.type ?? "A"} of ${check.dns.query}${check.dns.server ? ` at ${check.dns.server}` : ""}`;
  if (check.ssh) return check.ssh.command ? `ssh: ${check.ssh.command}` : `ssh banner, port ${check.ssh.port ?? 22}`;
  return `port ${check.tcp?.port ?? ""}`;
}

/** How a check stands, with what it said and since when. */
export const saidInWords = ({ state, reason, since }: Pick<Check, "state" | "reason" | "since">): string =>
  state === "failing" ? `${reason || "no reason given"}${since ? `, since ${instant(since)}` : ""}` : "";
