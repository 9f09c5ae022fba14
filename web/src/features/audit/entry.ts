import type { Schemas } from "../../api/client";

export type Entry = Schemas["AuditEntryView"];

const VERBS: Record<string, string> = { created: "added", updated: "changed", deleted: "deleted" };
/** What was done that is not a change of a thing. */
const ACTS: Record<string, string> = {
  "session.started": "logged in",
  "user.password_reset": "set a new password by mail",
  "second_factor.added": "added a second factor",
  "second_factor.removed": "removed a second factor",
  "audit_log.exported": "exported the audit log",
};

/** What ids of people are called. */
export type Names = ReadonlyMap<string, string>;
const OF_PEOPLE = ["user", "invitation"];

/** Who did it; whoever only proved who they are is the one that it was done to. */
export const actorInWords = ({ actor_name, actor_kind, target_type, target_name }: Entry): string =>
  actor_name || (target_type === "user" && target_name) || actor_kind.replaceAll("_", " ");

/** What somebody did, e.g. `changed alert rule CPU busy`. */
export function actInWords({ action, target_type, target_name, target_id }: Entry, names: Names): string {
  const act = ACTS[action];
  if (act) return act;
  const verb = VERBS[action.split(".").at(-1) ?? ""] ?? action.replaceAll(/[._]/g, " ");
  const name = OF_PEOPLE.includes(target_type) ? (names.get(target_id) ?? names.get(target_name) ?? target_name) : target_name;
  return `${verb} ${target_type === "invitation" ? "invitation of" : target_type.replaceAll("_", " ")} ${name}`.trim();
}

export interface Difference {
  name: string;
  before: string | null;
  after: string | null;
}

const asText = (value: unknown): string | null => {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
};

/** What was one thing before and is another now, by name. */
export function differences({ before, after }: Pick<Entry, "before" | "after">): Difference[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].sort();
  return names
    .map((name) => ({
      name,
      before: asText((before as Record<string, unknown> | null)?.[name]),
      after: asText((after as Record<string, unknown> | null)?.[name]),
    }))
    .filter((each) => each.before !== each.after);
}
