import type { Schemas } from "../../api/client";

type Role = Schemas["Role"];

/** The roles from the widest to the narrowest, with what they are for. */
export const ROLES: readonly { role: Role; word: string; may: string }[] = [
  { role: "admin", word: "Administrator", may: "Everything, people included" },
  { role: "operator", word: "Operator", may: "Devices, rules, problems and reports" },
  { role: "viewer", word: "Viewer", may: "Only looks" },
  { role: "api_user", word: "Program", may: "For API clients" },
];

export function roleWord(role: Role): string {
  return ROLES.find((each) => each.role === role)?.word ?? role;
}
