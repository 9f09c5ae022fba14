import { type FormEvent, useState } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useChange } from "../../ui/change";
import { Button, Field } from "../../ui/controls";
import { Copy } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { Check, fieldError, FormError, formText, listError, Select } from "../../ui/form";
import { targetOf, Trial } from "./channel-row";
import { type Channel, CHANNELS } from "./channels";
import { DEFAULT, type Grouping } from "./grouping";
import { GroupingFields } from "./grouping-fields";
import { type QuietHours, QuietHoursFields } from "./quiet-hours";

type Kind = Schemas["ChannelKind"];
type Severity = Schemas["Severity"];

const TARGETS: Record<Kind, { label: string; hint: string; placeholder: string }> = {
  email: { label: "Addresses", hint: "Several with commas between", placeholder: "noc@example.org" },
  sms: { label: "Phone numbers", hint: "With the country, several with commas between", placeholder: "+254711000111" },
  webhook: { label: "URL", hint: "Gets a signed POST for every change", placeholder: "https://example.org/hook" },
};
/** What the form says of a channel; its kind and whether it is on are not among it. */
type Said = Omit<Schemas["ChannelInput"], "kind" | "enabled">;

const SEVERITIES: readonly Severity[] = ["critical", "warning", "info"];
const SHOWN = ["name", "config.to", "config.url", "config.secret", "severities", "grouping", "quiet_hours"];

interface FieldsProps {
  /** What is changed; null: a new one is made. */
  channel?: Channel | null;
  done: (channel: Schemas["CreatedChannel"]) => void;
  cancel?: () => void;
  /** The name when nobody gives one; then only the least is asked. */
  name?: string;
}

/** The fields of a channel, new or to be changed; its kind stays. */
export function ChannelFields({ channel = null, done, cancel, name }: FieldsProps) {
  const { api } = useApp();
  const [kind, setKind] = useState<Kind>(channel?.kind ?? "email");
  const [grouping, setGrouping] = useState<Grouping>(channel?.grouping ?? DEFAULT);
  const [quiet, setQuiet] = useState<QuietHours | null>(channel?.quiet_hours ?? null);
  const save = useChange(
    async (said: Said): Promise<Schemas["CreatedChannel"]> => {
      const params = { path: { channel_id: channel?.id ?? "" } };
      const answer = channel
        ? api.PATCH("/api/v1/notification-channels/{channel_id}", { params, body: said })
        : api.POST("/api/v1/notification-channels", { body: { ...said, kind, enabled: true } });
      return (await read<{ data: Schemas["CreatedChannel"] }>(answer)).data;
    },
    [CHANNELS],
    done,
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = formText(event.currentTarget);
    const target = text("target");
    const to = target.split(/[\s,;]+/).filter(Boolean);
    save.mutate({
      name: text("name") || name || "",
      config: kind === "webhook" ? { url: target, ...(text("secret") ? { secret: text("secret") } : {}) } : { to },
      severities: SEVERITIES.filter((severity) => text(severity) === "on"),
      ...(name === undefined ? { grouping, critical_at_once: text("critical_at_once") === "on", quiet_hours: quiet } : {}),
    });
  };
  const error = (field: string) => fieldError(save.error, field);
  const target = TARGETS[kind];
  const [word, busy] = channel ? ["Save", "Saving…"] : ["Add the channel", "Adding…"];
  return (
    <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
      {name === undefined && <Field label="Name" name="name" defaultValue={channel?.name} placeholder="Night shift" error={error("name")} />}
      {!channel && (
        <Select label="By" name="kind" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
          <option value="email">Email</option>
          <option value="sms">SMS</option>
          <option value="webhook">Webhook</option>
        </Select>
      )}
      <Field
        key={kind}
        label={target.label}
        name="target"
        defaultValue={channel ? targetOf(channel) : undefined}
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
          hint={channel ? "Signs every request. Empty: it stays as it is." : "Signs every request. Leave it empty and one is made."}
          error={error("config.secret")}
        />
      )}
      <fieldset>
        <legend className="font-medium">Tells of</legend>
        <div className="flex flex-wrap gap-x-4">
          {SEVERITIES.map((severity) => (
            <Check
              key={severity}
              label={severity}
              name={severity}
              defaultChecked={channel ? channel.severities.includes(severity) : severity !== "info"}
            />
          ))}
        </div>
        {error("severities") && <p className="text-offline">{error("severities")}</p>}
      </fieldset>
      {name === undefined && (
        <fieldset className="flex flex-col gap-3 rounded-md border border-line p-3">
          <legend className="px-1 font-medium">Several problems in one message</legend>
          <GroupingFields grouping={grouping} set={setGrouping} error={error} />
          <Check
            label="Critical problems at once, each by itself"
            name="critical_at_once"
            defaultChecked={channel?.critical_at_once ?? true}
          />
        </fieldset>
      )}
      {name === undefined && (
        <QuietHoursFields hours={quiet} set={setQuiet} error={error} fault={listError(save.error, "quiet_hours")} />
      )}
      <FormError error={save.error} fields={SHOWN} />
      <div className="flex justify-end gap-2">
        {cancel && <Button onClick={cancel}>Cancel</Button>}
        <Button type="submit" look="primary" disabled={save.isPending}>
          {save.isPending ? busy : word}
        </Button>
      </div>
    </form>
  );
}

/** A channel to change, or a new one and then a test of it. */
export function ChannelForm({ channel, close }: { channel: Channel | null; close: () => void }) {
  const [made, setMade] = useState<Schemas["CreatedChannel"] | null>(null);
  if (channel)
    return (
      <Dialog title={`Change ${channel.name}`} close={close} wide>
        <ChannelFields channel={channel} done={close} cancel={close} />
      </Dialog>
    );
  return (
    <Dialog title={made ? `${made.name} is ready` : "Add a channel"} close={close} wide>
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
