import { useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useChange } from "../../ui/change";
import { Button, Field } from "../../ui/controls";
import { Check, fieldError, listError, Select } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { TakeOut } from "../../ui/take-out";
import { RoleOptions } from "../people/role-options";
import { asChoice, assignedBy, ROLES } from "../people/roles";
import { type Provider, PROVIDERS } from "./access";

const SHOWN = ["name", "issuer", "client_id", "client_secret", "email_domains", "group_claim", "group_roles", "default_role", "enforced"];
type Group = Schemas["GroupRoleIn"];

/** An identity provider to set up or change. */
export function ProviderForm({ provider, close }: { provider: Provider | null; close: () => void }) {
  const { api } = useApp();
  const [groups, setGroups] = useState<readonly Group[]>(provider?.group_roles ?? []);
  const [isEnforced, setEnforced] = useState(provider?.enforced ?? false);
  const save = useChange(
    (body: Schemas["ProviderIn"]) =>
      provider
        ? done(api.PATCH("/api/v1/identity-providers/{provider_id}", { params: { path: { provider_id: provider.id } }, body }))
        : done(api.POST("/api/v1/identity-providers", { body })),
    [PROVIDERS],
    close,
  );
  const error = (name: string) => fieldError(save.error, name);
  const ofAll = listError(save.error, "group_roles");
  const set = (at: number, group: Group) => setGroups(groups.with(at, group));
  return (
    <FormDialog
      title={provider ? `Change ${provider.name}` : "Add a provider"}
      close={close}
      save={save}
      shown={SHOWN}
      submit={(text) =>
        save.mutate({
          name: text("name"),
          issuer: text("issuer"),
          client_id: text("client_id"),
          // what is not given stays as it was
          ...(text("client_secret") ? { client_secret: text("client_secret") } : {}),
          email_domains: text("email_domains").split(/[\s,;]+/).filter(Boolean),
          group_claim: text("group_claim"),
          group_roles: [...groups],
          default_role: (text("default_role") || null) as Schemas["ProviderIn"]["default_role"] & string,
          enforced: isEnforced,
          enabled: provider?.enabled ?? true,
        })
      }
      wide
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Name" name="name" defaultValue={provider?.name} placeholder="Entra ID" error={error("name")} />
        <Field label="Issuer" name="issuer" inputMode="url" defaultValue={provider?.issuer} placeholder="https://login.example.org" error={error("issuer")} />
        <Field label="Client id" name="client_id" defaultValue={provider?.client_id} autoComplete="off" error={error("client_id")} />
        <Field
          label="Client secret"
          name="client_secret"
          type="password"
          autoComplete="off"
          hint={provider?.has_client_secret ? "Kept. Empty: it stays as it is." : "Kept encrypted, never shown again"}
          error={error("client_secret")}
        />
        <Field
          label="Email domains"
          name="email_domains"
          defaultValue={provider?.email_domains.join(", ")}
          placeholder="example.org"
          hint="Whose addresses lead there from the log-in"
          error={error("email_domains")}
        />
        <Field label="Claim with the groups" name="group_claim" defaultValue={provider?.group_claim ?? "groups"} error={error("group_claim")} />
      </div>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium">Groups become roles, the first that fits</legend>
        {groups.map((group, at) => (
          <div key={at} className="grid gap-2 sm:grid-cols-[1fr_1fr_auto] sm:items-end">
            <Field label="Group" value={group.group} onChange={(event) => set(at, { ...group, group: event.target.value })} error={error(`group_roles.${at}`)} />
            <Select
              label="Role"
              value={asChoice({ role: group.role, role_id: group.role_id ?? null })}
              onChange={(event) => set(at, { ...group, ...assignedBy(event.target.value) })}
            >
              <RoleOptions />
            </Select>
            <TakeOut name={group.group || "this group"} run={() => setGroups(groups.toSpliced(at, 1))} />
          </div>
        ))}
        {ofAll && <p className="text-offline">{ofAll}</p>}
        <Button className="self-start" onClick={() => setGroups([...groups, { group: "", role: "viewer", role_id: null }])}>
          Add a group
        </Button>
      </fieldset>
      <Select label="Everybody else is" name="default_role" defaultValue={provider ? (provider.default_role ?? "") : "viewer"} error={error("default_role")}>
        {ROLES.map(({ role, word }) => (
          <option key={role} value={role}>
            {word}
          </option>
        ))}
        <option value="">Not let in</option>
      </Select>
      <Check
        label="People come in by this provider only; passwords are not taken"
        checked={isEnforced}
        onChange={setEnforced}
      />
      {isEnforced && <p className="text-muted">Administrators with a second factor still may, on the day the provider is broken.</p>}
    </FormDialog>
  );
}
