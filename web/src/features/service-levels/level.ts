import type { Schemas } from "../../api/client";
import { matchersWritten } from "../../lib/matchers";
import { duration, weekdaysInWords } from "../../lib/time";

export type Level = Schemas["ServiceLevelView"];
export const LEVELS = ["service-levels"] as const;

/** What is promised, e.g. `Response within 15 min, restoration within 4 h`. */
export function promiseInWords({ respond_seconds, restore_seconds }: Pick<Level, "respond_seconds" | "restore_seconds">): string {
  const response = respond_seconds && `Response within ${duration(respond_seconds)}`;
  const restoration = restore_seconds && `${response ? "restoration" : "Restoration"} within ${duration(restore_seconds)}`;
  return [response, restoration].filter(Boolean).join(", ");
}

/** For which problems it is. */
export const forWhatInWords = ({ matchers = [] }: Pick<Level, "matchers">): string =>
  matchers.length > 0 ? `For problems with ${matchersWritten(matchers).join(", ")}` : "For every problem";

/** Which hours count. */
export function hoursInWords(hours: Level["hours"]): string {
  if (!hours) return "Every hour counts";
  const { weekdays, from_time, to_time, time_zone } = hours;
  const end = to_time.slice(0, 5);
  return `Counts ${weekdaysInWords(weekdays)}, ${from_time.slice(0, 5)} to ${end === "00:00" ? "24:00" : end} (${time_zone})`;
}
