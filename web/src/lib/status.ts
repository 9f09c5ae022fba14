/** What a device can be, with the word, colour and shape that tell it: never colour alone. */
export const STATUSES = ["offline", "unreachable", "degraded", "unknown", "online"] as const;
export type Status = (typeof STATUSES)[number];

export interface StatusLook {
  word: string;
  shape: string;
  text: string;
  css: string;
}

export const LOOK: Record<Status | "maintenance", StatusLook> = {
  online: { word: "Online", shape: "●", text: "text-online", css: "--color-online" },
  degraded: { word: "Degraded", shape: "◆", text: "text-degraded", css: "--color-degraded" },
  offline: { word: "Offline", shape: "▲", text: "text-offline", css: "--color-offline" },
  unreachable: { word: "Unreachable", shape: "◇", text: "text-unreachable", css: "--color-unreachable" },
  unknown: { word: "Unknown", shape: "?", text: "text-unknown", css: "--color-unknown" },
  maintenance: { word: "Maintenance", shape: "■", text: "text-maintenance", css: "--color-maintenance" },
};

/** A status as the API says it; anything unheard-of is unknown, never green. */
export function asStatus(text: string): Status {
  return (STATUSES as readonly string[]).includes(text) ? (text as Status) : "unknown";
}
