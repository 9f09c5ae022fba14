import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";

type BuiltIn = Schemas["Role"];
type Permission = Schemas["Permission"];
export type Role = Schemas["RoleView"];
export const ROLES_KEY = ["roles"] as const;

/** The roles that everybody has, from the widest to the narrowest, with what they are for. */
export const ROLES: readonly { role: BuiltIn; word: string; may: string }[] = [
  { role: "admin", word: "Administrator", may: "Everything, people included" },
  { role: "operator", word: "Operator", may: "Devices, rules, problems and reports" },
  { role: "viewer", word: "Viewer", may: "Only looks" },
  { role: "api_user", word: "Program", may: "For API clients" },
];

export function roleWord(role: BuiltIn): string {
  return ROLES.find((each) => each.role === role)?.word ?? role.replaceAll("_", " ");
}

/** What each permission lets somebody do. */
export const PERMISSIONS: Record<Permission, string> = {
  "device:read": "See devices and what they measure",
  "device:write": "Add, change and remove devices",
  "alert:read": "See problems and rules",
  "alert:write": "Acknowledge problems, change rules and silences",
  "metrics:read": "Read measurements",
  "report:read": "See reports",
  "report:write": "Make and delete reports",
  "notification:read": "See channels and messages",
  "notification:write": "Change channels and send tests",
  "user:read": "See people and roles",
  "user:write": "Invite people, change roles, make API keys",
  "organization:write": "Change the organisation and how people log in",
  "audit:read": "Read the audit log",
  "platform:read": "See pollers and how the platform is",
};

export function useRoles() {
  const { api } = useApp();
  return useQuery({
    queryKey: ROLES_KEY,
    queryFn: () => read(api.GET("/api/v1/roles")).then((answer) => answer.data),
  });
}

/** A role as a form's choice keeps it: a built-in one's name, or the id of one's own. */
export interface Assigned {
  role: BuiltIn;
  role_id: string | null;
}

export const asChoice = ({ role, role_id }: Assigned): string => (role === "custom" ? (role_id ?? "") : role);

export const assignedBy = (choice: string): Assigned =>
  ROLES.some(({ role }) => role === choice)
    ? { role: choice as BuiltIn, role_id: null }
    : { role: "custom", role_id: choice };
