import { useState } from "react";
import { done } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { PeoplePlaces } from "../../app/places";
import { DeleteButton, Fault, useChange } from "../../ui/change";
import { Button, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { PERMISSIONS, type Role, ROLES, ROLES_KEY, roleWord, useRoles } from "../people/roles";
import { RoleForm } from "./form";

const HOLDERS = ["Nobody has it", "One has it"];

/** What people may do: the four roles that everybody has, and one's own. */
export function Roles() {
  const mayWrite = useCan("user:write");
  const [edited, setEdited] = useState<Role | "new" | null>(null);
  const roles = useRoles();
  return (
    <div className="flex flex-col gap-4">
      <PeoplePlaces />
      <PageHead title="Roles" note="What people and API keys may do. Nobody gives more than they have themselves.">
        {mayWrite && (
          <Button look="primary" onClick={() => setEdited("new")}>
            Make a role
          </Button>
        )}
      </PageHead>
      <Listing what="roles" query={roles} rows={roles.data} empty={null}>
        {(role) => <Row key={role.id ?? role.name} role={role} edit={mayWrite && !role.built_in ? () => setEdited(role) : null} />}
      </Listing>
      {edited && <RoleForm role={edited === "new" ? null : edited} close={() => setEdited(null)} />}
    </div>
  );
}

function Row({ role, edit }: { role: Role; edit: (() => void) | null }) {
  const { api } = useApp();
  const remove = useChange(
    () => done(api.DELETE("/api/v1/roles/{role_id}", { params: { path: { role_id: role.id ?? "" } } })),
    [ROLES_KEY],
  );
  const builtIn = ROLES.find((each) => each.role === role.name);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 grow basis-64">
        <p className="font-semibold break-words">{builtIn ? roleWord(builtIn.role) : role.name}</p>
        <p className="text-muted break-words">
          {builtIn ? builtIn.may : role.description}
          {role.built_in && ". Comes with NetPulse"}
        </p>
        <details className="mt-1">
          <summary className="min-h-6 cursor-pointer text-muted hover:text-ink">
            {role.permissions.length} of {Object.keys(PERMISSIONS).length} permissions
          </summary>
          <ul className="mt-1 list-disc pl-5">
            {role.permissions.map((permission) => (
              <li key={permission}>{PERMISSIONS[permission]}</li>
            ))}
          </ul>
        </details>
        <Fault error={remove.error} />
      </div>
      <p className="text-muted">{HOLDERS[role.holders] ?? `${role.holders} have it`}</p>
      {edit && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={edit} aria-label={`Change ${role.name}`}>
            Change
          </Button>
          <DeleteButton name={role.name} change={remove} />
        </div>
      )}
    </li>
  );
}
