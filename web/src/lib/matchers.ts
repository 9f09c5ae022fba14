import type { Schemas } from "../api/client";

export type Matcher = Schemas["MatcherModel"];

const WRITTEN = /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*$/;

/** Matchers as people write them, one a line; and the lines that are none. */
export function matchersIn(text: string): { matchers: Matcher[]; wrong: string[] } {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const read = lines.map((line) => WRITTEN.exec(line));
  return {
    matchers: read.flatMap((found) =>
      found ? [{ name: found[1] ?? "", op: found[2] as Matcher["op"] & string, value: found[3] ?? "" }] : [],
    ),
    wrong: lines.filter((_, at) => !read[at]),
  };
}

/** Matchers as `matchersIn` reads them, one by one. */
export const matchersWritten = (matchers: readonly Matcher[]): string[] =>
  matchers.map(({ name, op, value }) => `${name} ${op ?? "="} ${value}`);

/** Labels' names as people list them. */
export const labelsIn = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

/** What the API says of labels' names, in words. */
export const labelFault = (error: string | undefined): string | undefined =>
  error?.includes("match pattern") ? "A label has letters, digits and _ only" : error;

/** What matches all that a device's rule says of it. */
export function matchersOf(alert: Pick<Schemas["AlertView"], "device_id" | "rule_id" | "device_name">): Matcher[] {
  const given = { device_id: alert.device_id, rule_id: alert.rule_id };
  return Object.entries(given).flatMap(([name, value]) => (value ? [{ name, op: "=" as const, value }] : []));
}
