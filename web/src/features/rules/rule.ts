import type { Schemas } from "../../api/client";
import { metricLook, shown } from "../../lib/metrics";
import { duration } from "../../lib/time";
import { DIRECTIONS, kindLook } from "./kinds";

export type Rule = Schemas["RuleView"];

/** In which unit people read and write a rule's levels, and what stored ones are multiplied with. */
export function unitOf({ kind, metric }: Pick<Rule, "kind" | "metric">): { unit: string; factor: number } {
  const { unit, factor = 1 } = metricLook(metric ?? "");
  return kind === "percent_of_speed" ? { unit: "%", factor: 1 } : { unit, factor };
}

/** What a rule watches, as a sentence. */
export function inWords(rule: Rule): string {
  const { kind, metric, threshold } = rule;
  const { before, window } = kindLook(kind);
  const held = rule.for_seconds > 0 ? ` for ${duration(rule.for_seconds)}` : "";
  if (kind === "device_down" || !metric) return `${rule.description || before}${held}`.trim();
  const name = metricLook(metric).name;
  const span = rule.window_seconds && window ? ` ${window[0].toLowerCase()} ${duration(rule.window_seconds)}` : "";
  if (kind === "anomaly") return `${name} ${DIRECTIONS[rule.direction ?? "both"]} what is usual${held}`;
  if (threshold == null) return `${before} ${name}${span || held}`.trim();
  const value = kind === "percent_of_speed" ? `${threshold} %` : shown(metric, threshold);
  const clears = rule.clear_threshold == null || kind !== "threshold" ? "" : `; clears at ${shown(metric, rule.clear_threshold)}`;
  const words = `${before} ${name} ${rule.comparison ?? ""} ${value}${span}${held}${clears}`.trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a scope takes in, as words. */
export function scopeInWords(scope: Schemas["ScopeIn"]): string {
  const counted = (count: number, one: string, many: string) => (count === 0 ? [] : [count === 1 ? one : `${count} ${many}`]);
  const parts = [
    ...(scope.device_types ?? []).map((type) => type.replaceAll("_", " ")),
    ...(scope.tags ?? []).map((tag) => `#${tag}`),
    ...counted(scope.device_ids?.length ?? 0, "one device", "chosen devices"),
    ...counted(scope.group_ids?.length ?? 0, "one group", "groups"),
  ];
  return parts.length > 0 ? `On ${parts.join(", ")}` : "On all devices";
}

/** A rule as it would be told to the API unchanged. */
export function asWritten(rule: Rule): Schemas["RuleIn"] {
  const { id, built_in, version, overrides, created_at, updated_at, ...body } = rule;
  void [id, built_in, version, overrides, created_at, updated_at];
  return body;
}
