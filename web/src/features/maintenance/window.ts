import type { Schemas } from "../../api/client";
import { weekdaysInWords } from "../../lib/time";

export type Window = Schemas["WindowView"];
type Recurrence = Schemas["RecurrenceModel"];

const EVERY = { daily: ["every day", "days"], weekly: ["every week", "weeks"], monthly: ["every month", "months"] } as const;

/** When a window comes again, in words. */
export function recurrenceInWords({ frequency, interval = 1, weekdays = [], month_day, until }: Recurrence): string {
  const [each, many] = EVERY[frequency];
  const often = interval > 1 ? `every ${interval} ${many}` : each;
  const on = weekdays.length > 0 ? ` on ${weekdaysInWords(weekdays)}` : month_day ? ` on the ${month_day}.` : "";
  return `${often}${on}${until ? ` until ${until}` : ""}`;
}

/** A window as it would be told to the API unchanged. */
export function asWritten({ name, comment, scope, with_children, time_zone, starts_at, duration_seconds, recurrence, enabled }: Window): Schemas["WindowIn"] {
  return { name, comment, scope, with_children, time_zone, starts_at: starts_at.slice(0, 19), duration_seconds, recurrence, enabled };
}
