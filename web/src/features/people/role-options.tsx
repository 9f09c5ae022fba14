import { ROLES, useRoles } from "./roles";

/** Every role as the options of a choice: the four, then one's own. */
export function RoleOptions({ explained = false }: { explained?: boolean }) {
  const own = useRoles().data?.filter((role) => !role.built_in) ?? [];
  return (
    <>
      {ROLES.map(({ role, word, may }) => (
        <option key={role} value={role}>
          {explained ? `${word}: ${may.toLowerCase()}` : word}
        </option>
      ))}
      {own.map((role) => (
        <option key={role.id} value={role.id ?? ""}>
          {explained && role.description ? `${role.name}: ${role.description}` : role.name}
        </option>
      ))}
    </>
  );
}
