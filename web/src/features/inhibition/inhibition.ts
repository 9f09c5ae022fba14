import type { Schemas } from "../../api/client";
import { matchersWritten } from "../../lib/matchers";

export type Inhibition = Schemas["InhibitionView"];
export const INHIBITIONS = ["inhibitions"] as const;

const joined = (words: readonly string[]): string =>
  words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : (words[0] ?? "");

/** What a rule does, as a sentence. */
export function inhibitionInWords({
  source_matchers,
  target_matchers,
  equal = [],
}: Pick<Inhibition, "source_matchers" | "target_matchers" | "equal">): string {
  const same = equal.length > 0 ? ` that have the same ${joined(equal)}` : "";
  return (
    `While a problem with ${joined(matchersWritten(source_matchers))} is open, ` +
    `nobody is told of problems with ${joined(matchersWritten(target_matchers))}${same}.`
  );
}
