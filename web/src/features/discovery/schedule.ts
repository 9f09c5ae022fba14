import type { Schemas } from "../../api/client";

export type Schedule = Schemas["ScanScheduleView"];
export const SCHEDULES = ["scan-schedules"] as const;

/** How often a scan repeats, as people say it. */
export function everyInWords(hours: number): string {
  if (hours === 1) return "every hour";
  if (hours === 168) return "every week";
  if (hours % 24) return `every ${hours} hours`;
  return hours === 24 ? "every day" : `every ${hours / 24} days`;
}
