const UNITS: readonly [string, number][] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];

/** A length of time in its two largest units, e.g. `2 h 5 min`. */
export function duration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0 s";
}

/** How long ago an instant was, e.g. `5 min ago`. */
export function ago(iso: string | null | undefined, now: number = Date.now()): string {
  if (!iso) return "never";
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  // past a minute nobody counts the seconds
  return `${duration(seconds < 60 ? seconds : seconds - (seconds % 60))} ago`;
}

const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long", hourCycle: "h23" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const CLOCK_S = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** An instant in the viewer's zone, with the zone said. */
export function instant(iso: string): string {
  return FULL.format(new Date(iso));
}

/** `14:05`, or `14:05:09` with seconds, in the viewer's zone. */
export function clock(at: Date, seconds = false): string {
  return (seconds ? CLOCK_S : CLOCK).format(at);
}

/** `23 Nov`. */
export function day(at: Date): string {
  return DAY.format(at);
}

/** The labels under a time axis: clock times, with the day where it changes; days when far apart. */
export function axisLabels(ticks: readonly number[], step: number): string[] {
  let last = "";
  return ticks.map((tick) => {
    const at = new Date(tick * 1000);
    const today = day(at);
    if (step >= 86_400) return today;
    const text = clock(at, step < 60);
    const label = today === last ? text : `${text}\n${today}`;
    last = today;
    return label;
  });
}

/** The days of the week as the API counts them, from Monday. */
export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** Days of the week in words; all of them and none are every day. */
export function weekdaysInWords(days: readonly number[]): string {
  if (days.length === 0 || days.length === 7) return "every day";
  return [...days].sort((a, b) => a - b).map((each) => WEEKDAYS[each] ?? "").join(", ");
}

interface Hours {
  weekdays?: readonly number[];
  from_time: string;
  to_time: string;
  time_zone: string;
}

/** Hours of days of the week by a wall's clock, e.g. `Mon, Tue, 08:00 to 24:00 (Africa/Nairobi)`. */
export function weeklyHoursInWords({ weekdays = [], from_time, to_time, time_zone }: Hours): string {
  const end = to_time.slice(0, 5);
  return `${weekdaysInWords(weekdays)}, ${from_time.slice(0, 5)} to ${end === "00:00" ? "24:00" : end} (${time_zone})`;
}

/** The time zone of the viewer, by IANA's name. */
export const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** An instant as a date field takes it, by the viewer's clock. */
export function forField(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
