import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { Button, Field } from "../../ui/controls";
import { Copy } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { fieldError, FormError, formText, Select } from "../../ui/form";
import { ROLES } from "./roles";

/** Invite somebody: the link is theirs to choose a password with. */
export function Invite({ close }: { close: () => void }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const invite = useMutation({
    mutationFn: (body: Schemas["UserIn"]) => read(api.POST("/api/v1/users", { body })).then((answer) => answer.data),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = formText(event.currentTarget);
    invite.mutate({ email: text("email"), full_name: text("full_name"), role: text("role") as Schemas["Role"] });
  };
  const token = invite.data?.invitation_token;
  return (
    <Dialog title={invite.data ? `${invite.data.email} is in` : "Invite somebody"} close={close}>
      {invite.data ? (
        <div className="flex flex-col gap-4">
          {token ? (
            <>
              {/* after the # it stays in the browser and out of every log */}
              <Copy label="Invitation, shown only now" text={`${location.origin}/invitation#${token}`} />
              <p className="text-muted">Send them this link: with it they choose a password and come in.</p>
            </>
          ) : (
            <p>They have an account already and log in with their own password.</p>
          )}
          <div className="flex justify-end">
            <Button onClick={close}>Done</Button>
          </div>
        </div>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
          <Field label="Email" name="email" type="email" autoComplete="off" error={fieldError(invite.error, "email")} />
          <Field label="Name" name="full_name" autoComplete="off" error={fieldError(invite.error, "full_name")} />
          <Select label="Role" name="role" defaultValue="operator" error={fieldError(invite.error, "role")}>
            {ROLES.map(({ role, word, may }) => (
              <option key={role} value={role}>
                {word}: {may.toLowerCase()}
              </option>
            ))}
          </Select>
          <FormError error={invite.error} fields={["email", "full_name", "role"]} />
          <div className="flex justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" look="primary" disabled={invite.isPending}>
              {invite.isPending ? "Inviting…" : "Invite"}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
