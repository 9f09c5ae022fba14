import type { Schemas } from "../../api/client";
import { duration } from "../../lib/time";

export type Grouping = Schemas["GroupingModel"];
export type By = "rule" | "device" | "all" | "each";

/** The ways of grouping that have a name, and the labels of each. */
export const BY: Record<By, readonly [word: string, labels: readonly string[]]> = {
  rule: ["Problems of the same rule", ["alertname"]],
  device: ["Problems of the same device", ["device"]],
  all: ["All problems", []],
  each: ["None: each problem by itself", ["..."]],
};

/** Which way of grouping it is; null: by labels of one's own. */
export function byOf(labels: readonly string[]): By | null {
  const found = Object.entries(BY).find(([, [, each]]) => each.join() === labels.join());
  return found ? (found[0] as By) : null;
}

/** As the API has it unless said otherwise. */
export const DEFAULT = {
  group_by: ["alertname"],
  group_wait_seconds: 30,
  group_interval_seconds: 300,
  repeat_interval_seconds: 14_400,
} satisfies Grouping;

/** Which problems go in one message, and when, e.g. `By rule; waits 30 s, news every 5 min, again after 4 h`. */
export function groupingInWords(given: Grouping): string {
  const { group_by, group_wait_seconds, group_interval_seconds, repeat_interval_seconds } = { ...DEFAULT, ...given };
  const by = byOf(group_by);
  const what = by === "each" ? "Each by itself" : by === "all" ? "All together" : `Together by ${by ?? group_by.join(", ")}`;
  const wait = group_wait_seconds > 0 ? `waits ${duration(group_wait_seconds)}` : "at once";
  return `${what}: ${wait}, news every ${duration(group_interval_seconds)}, again after ${duration(repeat_interval_seconds)}`;
}
