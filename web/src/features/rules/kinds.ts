import type { Schemas } from "../../api/client";

export type Kind = Schemas["Kind"];
/** What a form asks about a rule besides its name, severity and scope. */
export type Part = "metric" | "limits" | "levels" | "unusual" | "window" | "values" | "speed" | "hold";

export interface KindLook {
  /** What the rule takes for trouble. */
  word: string;
  hint: string;
  /** What stands before the metric's name in a sentence. */
  before: string;
  parts: readonly Part[];
  /** What the window means, and how long it is at first, in seconds. */
  window?: readonly [label: string, seconds: number];
}

/** The kinds of rules, in the order in which they are offered. */
export const KINDS: Record<Kind, KindLook> = {
  threshold: {
    word: "a value is beyond a limit",
    hint: "",
    before: "",
    parts: ["metric", "limits", "levels", "hold"],
  },
  forecast: {
    word: "a value will reach a limit soon",
    hint: "Looked at once an hour: a straight line through the worst hours of the last 14 days, where it fits well enough.",
    before: "forecast of",
    parts: ["metric", "limits", "window"],
    window: ["Within", 604_800],
  },
  anomaly: {
    word: "a value is not what is usual",
    hint: "What is usual is learnt, hour by hour of the week, from the weeks before.",
    before: "unusual",
    parts: ["metric", "unusual", "hold"],
  },
  rate: {
    word: "a value changes too fast",
    hint: "How much it changes a second.",
    before: "change per second of",
    parts: ["metric", "limits", "levels", "window", "hold"],
    window: ["Measured over", 0],
  },
  delta: {
    word: "a value changed by too much",
    hint: "How much it changed within the time below.",
    before: "change of",
    parts: ["metric", "limits", "levels", "window", "hold"],
    window: ["Within", 300],
  },
  percent_of_speed: {
    word: "a line is too full",
    hint: "Traffic against the speed that the interface tells, or the one given.",
    before: "share of the line's speed of",
    parts: ["metric", "limits", "levels", "speed", "hold"],
  },
  missing_data: {
    word: "nothing is measured any more",
    hint: "The device answers, but what it told before stays away.",
    before: "No data of",
    parts: ["metric", "window"],
    window: ["For", 900],
  },
  status_change: {
    word: "a state becomes another",
    hint: "Empty values mean any.",
    before: "Change of state of",
    parts: ["metric", "values"],
  },
  device_down: {
    word: "a device does not answer",
    hint: "By its own fault: what only hangs on it is not told.",
    before: "A device that is polled does not answer",
    parts: ["hold"],
  },
};

/** A kind's look; of one that is new here, its own name. */
export const kindLook = (kind: string): Pick<KindLook, "before" | "parts"> & Partial<KindLook> =>
  KINDS[kind as Kind] ?? { before: `${kind.replaceAll("_", " ")} of`, parts: [] };

/** On which side of the usual a value is trouble. */
export const DIRECTIONS: Record<Schemas["Direction"], string> = {
  both: "above or below",
  above: "above",
  below: "below",
};
