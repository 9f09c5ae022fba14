import type { Schemas } from "../../api/client";
import { matchersWritten } from "../../lib/matchers";
import { duration, weeklyHoursInWords } from "../../lib/time";

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
  return hours ? `Counts ${weeklyHoursInWords(hours)}` : "Every hour counts";
}
