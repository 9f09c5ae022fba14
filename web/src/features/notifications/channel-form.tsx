import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { Button, Field } from "../../ui/controls";
import { Copy } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { Check, fieldError, FormError, formText, Select } from "../../ui/form";
import { Trial } from "./channel-row";
import { CHANNELS } from "./channels";

type Kind = Schemas["ChannelKind"];
type Severity = Schemas["Severity"];

const TARGETS: Record<Kind, { label: string; hint: string; placeholder: string }> = {
  email: { label: "Addresses", hint: "Several with commas between", placeholder: "noc@example.org" },
  sms: { label: "Phone numbers", hint: "With the country, several with commas between", placeholder: "+254711000111" },
  webhook: { label: "URL", hint: "Gets a signed POST for every change", placeholder: "https://example.org/hook" },
};
const SEVERITIES: readonly Severity[] = ["critical", "warning", "info"];

interface FieldsProps {
  done: (channel: Schemas["CreatedChannel"]) => void;
  cancel?: () => void;
  /** The name when nobody gives one. */
  name?: string;
}

/** The fields of a new channel. */
export function ChannelFields({ done, cancel, name }: FieldsProps) {
  const { api } = useApp();
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind>("email");
  const save = useMutation({
    mutationFn: (body: Schemas["ChannelInput"]) =>
      read(api.POST("/api/v1/notification-channels", { body })).then((answer) => answer.data),
    onSuccess: async (channel) => {
      await queries.invalidateQueries({ queryKey: CHANNELS });
      done(channel);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = formText(event.currentTarget);
    const target = text("target");
    const to = target.split(/[\s,;]+/).filter(Boolean);
    save.mutate({
      name: text("name") || name || "",
      kind,
      config: kind === "webhook" ? { url: target, ...(text("secret") ? { secret: text("secret") } : {}) } : { to },
      severities: SEVERITIES.filter((severity) => text(severity) === "on"),
      enabled: true,
    });
  };
  const error = (field: string) => fieldError(save.error, field);
  const target = TARGETS[kind];
  return (
    <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
      {name === undefined && <Field label="Name" name="name" placeholder="Night shift" error={error("name")} />}
      <Select label="By" name="kind" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
        <option value="email">Email</option>
        <option value="sms">SMS</option>
        <option value="webhook">Webhook</option>
      </Select>
      <Field
        key={kind}
        label={target.label}
        name="target"
        hint={target.hint}
        placeholder={target.placeholder}
        inputMode={kind === "sms" ? "tel" : kind === "email" ? "email" : "url"}
        error={error("config.to") ?? error("config.url")}
      />
      {kind === "webhook" && (
        <Field
          label="Secret"
          name="secret"
          type="password"
          autoComplete="off"
          hint="Signs every request. Leave it empty and one is made."
          error={error("config.secret")}
        />
      )}
      <fieldset>
        <legend className="font-medium">Tells of</legend>
        <div className="flex flex-wrap gap-x-4">
          {SEVERITIES.map((severity) => (
            <Check key={severity} label={severity} name={severity} defaultChecked={severity !== "info"} />
          ))}
        </div>
        {error("severities") && <p className="text-offline">{error("severities")}</p>}
      </fieldset>
      <FormError error={save.error} fields={["name", "config.to", "config.url", "config.secret", "severities"]} />
      <div className="flex justify-end gap-2">
        {cancel && <Button onClick={cancel}>Cancel</Button>}
        <Button type="submit" look="primary" disabled={save.isPending}>
          {save.isPending ? "Adding…" : "Add the channel"}
        </Button>
      </div>
    </form>
  );
}

/** A new channel in a dialog, then a test of it. */
export function ChannelForm({ close }: { close: () => void }) {
  const [made, setMade] = useState<Schemas["CreatedChannel"] | null>(null);
  return (
    <Dialog title={made ? `${made.name} is ready` : "Add a channel"} close={close}>
      {made ? (
        <div className="flex flex-col gap-4">
          <NewSecret channel={made} />
          <p className="text-muted">Send a test now: better to find out today than at night.</p>
          <Trial channelId={made.id} name={made.name} />
          <div className="flex justify-end">
            <Button onClick={close}>Done</Button>
          </div>
        </div>
      ) : (
        <ChannelFields done={setMade} cancel={close} />
      )}
    </Dialog>
  );
}

/** A webhook's secret that was made for it: shown this once. */
export function NewSecret({ channel }: { channel: Schemas["CreatedChannel"] }) {
  if (!channel.generated_secret) return null;
  return <Copy label="Signing secret, shown only now" text={channel.generated_secret} />;
}
