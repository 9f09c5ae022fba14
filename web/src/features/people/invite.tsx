import { useState } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useChange } from "../../ui/change";
import { Button, Field } from "../../ui/controls";
import { Copy } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { fieldError, Select } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { RoleOptions } from "./role-options";
import { assignedBy } from "./roles";

/** Invite somebody: the link is theirs to choose a password with. */
export function Invite({ close }: { close: () => void }) {
  const { api } = useApp();
  const [invited, setInvited] = useState<Schemas["InvitedUserView"] | null>(null);
  const invite = useChange(
    (body: Schemas["UserIn"]) => read(api.POST("/api/v1/users", { body })).then((answer) => answer.data),
    [["people"]],
    setInvited,
  );
  if (invited)
    return (
      <Dialog title={`${invited.email} is in`} close={close}>
        <div className="flex flex-col gap-4">
          {invited.invitation_token ? (
            <>
              {/* after the # it stays in the browser and out of every log */}
              <Copy label="Invitation, shown only now" text={`${location.origin}/invitation#${invited.invitation_token}`} />
              <p className="text-muted">
                A mail with a link is on its way to them: with it they choose a password and come in. Should it not arrive, send them this one.
              </p>
            </>
          ) : (
            <p>They have an account already and log in with their own password. A mail tells them.</p>
          )}
          <div className="flex justify-end">
            <Button onClick={close}>Done</Button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <FormDialog
      title="Invite somebody"
      close={close}
      save={invite}
      shown={["email", "full_name", "role"]}
      words={["Invite", "Inviting…"]}
      submit={(text) => invite.mutate({ email: text("email"), full_name: text("full_name"), ...assignedBy(text("role")) })}
    >
      <Field label="Email" name="email" type="email" autoComplete="off" error={fieldError(invite.error, "email")} />
      <Field label="Name" name="full_name" autoComplete="off" error={fieldError(invite.error, "full_name")} />
      <Select label="Role" name="role" defaultValue="operator" error={fieldError(invite.error, "role")}>
        <RoleOptions explained />
      </Select>
    </FormDialog>
  );
}
