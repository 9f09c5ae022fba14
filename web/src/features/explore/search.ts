/** What is asked, as the address keeps it. */
export interface Asked {
  metric?: string;
  entity?: string;
  devices?: string;
  groups?: string;
  tags?: string;
  combine?: string;
  by?: string;
  compare?: string;
  range?: string;
  from?: string;
  to?: string;
}

export const NAMES = ["metric", "entity", "devices", "groups", "tags", "combine", "by", "compare", "range", "from", "to"] as const;
