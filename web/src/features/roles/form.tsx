import { useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useMe } from "../../app/me";
import { useChange } from "../../ui/change";
import { Field } from "../../ui/controls";
import { Check, fieldError } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { PERMISSIONS, type Role, ROLES_KEY } from "../people/roles";

type Permission = Schemas["Permission"];
const SHOWN = ["name", "description", "permissions"];

/** A role to make or change, of permissions that one has oneself. */
export function RoleForm({ role, close }: { role: Role | null; close: () => void }) {
  const { api } = useApp();
  const mine = useMe().data?.permissions ?? [];
  const [chosen, setChosen] = useState<readonly Permission[]>(role?.permissions ?? ["device:read", "alert:read", "metrics:read"]);
  const save = useChange(
    (body: Schemas["RoleIn"]) =>
      role?.id
        ? done(api.PATCH("/api/v1/roles/{role_id}", { params: { path: { role_id: role.id } }, body }))
        : done(api.POST("/api/v1/roles", { body })),
    [ROLES_KEY],
    close,
  );
  const error = (name: string) => fieldError(save.error, name);
  return (
    <FormDialog
      title={role ? `Change ${role.name}` : "Make a role"}
      close={close}
      save={save}
      shown={SHOWN}
      submit={(text) => save.mutate({ name: text("name"), description: text("description"), permissions: [...chosen] })}
    >
      {role && role.holders > 0 && (
        <p className="text-muted">
          {role.holders === 1 ? "Somebody has this role and feels" : `${role.holders} have this role and feel`} a change within five seconds.
        </p>
      )}
      <Field label="Name" name="name" defaultValue={role?.name} placeholder="Field technician" error={error("name")} />
      <Field label="What it is for" name="description" defaultValue={role?.description} error={error("description")} />
      <fieldset>
        <legend className="font-medium">They may</legend>
        <div className="flex flex-col">
          {(Object.keys(PERMISSIONS) as Permission[])
            .filter((permission) => mine.includes(permission) || chosen.includes(permission))
            .map((permission) => (
              <Check
                key={permission}
                label={PERMISSIONS[permission]}
                checked={chosen.includes(permission)}
                disabled={!mine.includes(permission)}
                onChange={(on) => setChosen(on ? [...chosen, permission] : chosen.filter((each) => each !== permission))}
              />
            ))}
        </div>
        {error("permissions") && <p className="text-offline">{error("permissions")}</p>}
      </fieldset>
    </FormDialog>
  );
}
