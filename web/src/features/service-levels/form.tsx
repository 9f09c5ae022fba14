import { useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { zoneHere } from "../../lib/time";
import { useChange } from "../../ui/change";
import { Field } from "../../ui/controls";
import { Check, fieldError, listError } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { HoursFields } from "../../ui/hours-fields";
import { LengthField } from "../../ui/length-field";
import { MatchersField, useMatchers } from "../../ui/matchers-field";
import { Ticks } from "../../ui/ticks";
import { useChannels } from "../notifications/channels";
import { type Level, LEVELS } from "./level";

const SHOWN = ["name", "matchers", "respond_seconds", "restore_seconds", "hours", "channel_ids", "priority", "body"];
const OFFICE = { weekdays: [0, 1, 2, 3, 4], from_time: "08:00", to_time: "18:00" };

/** A service level to make or change. */
export function LevelForm({ level, close }: { level: Level | null; close: () => void }) {
  const { api } = useApp();
  const channels = useChannels();
  const written = useMatchers(level?.matchers);
  const [respond, setRespond] = useState(level ? (level.respond_seconds ?? null) : 900);
  const [restore, setRestore] = useState(level ? (level.restore_seconds ?? null) : 14_400);
  const [hours, setHours] = useState<Omit<Schemas["HoursModel"], "time_zone"> | null>(level?.hours ?? null);
  const [told, setTold] = useState<readonly string[]>(level?.channel_ids ?? []);
  const save = useChange(
    (body: Schemas["ServiceLevelIn"]) =>
      level
        ? done(api.PUT("/api/v1/service-levels/{level_id}", { params: { path: { level_id: level.id } }, body }))
        : done(api.POST("/api/v1/service-levels", { body })),
    // an alert's clock is kept as it was promised; its level's name may be new
    [LEVELS, ["alerts"]],
    close,
  );
  const error = (name: string) => fieldError(save.error, name);
  // of the body as a whole only one thing can be wrong: neither time is given
  const ofBoth = error("body") && "Give this time, the other one, or both";
  return (
    <FormDialog
      title={level ? `Change ${level.name}` : "Add a service level"}
      close={close}
      save={save}
      shown={SHOWN}
      submit={(text) => {
        if (!written.fault)
          save.mutate({
            name: text("name"),
            matchers: written.matchers,
            respond_seconds: respond,
            restore_seconds: restore,
            hours: hours && { ...hours, time_zone: text("time_zone") },
            channel_ids: [...told],
            priority: Number(text("priority")),
            enabled: level?.enabled ?? true,
          });
      }}
      wide
    >
      <Field label="Name" name="name" defaultValue={level?.name} placeholder="Gold" error={error("name")} />
      <MatchersField
        label="Problems with"
        written={written}
        error={error("matchers")}
        hint="Empty: every problem. Else one a line: a label, = != =~ or !~, and a value."
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <LengthField
          label="Response within"
          seconds={respond}
          set={setRespond}
          hint="Until somebody acknowledges it. Empty: not promised"
          error={error("respond_seconds") ?? ofBoth}
        />
        <LengthField
          label="Restoration within"
          seconds={restore}
          set={setRestore}
          unit={3_600}
          hint="Until it is resolved. Empty: not promised"
          error={error("restore_seconds") ?? ofBoth}
        />
      </div>
      <Check label="Only business hours count" checked={hours !== null} onChange={(on) => setHours(on ? OFFICE : null)} />
      {hours && (
        <fieldset className="flex flex-col gap-3 rounded-md border border-line p-3">
          <legend className="px-1 font-medium">Business hours</legend>
          <HoursFields
            value={{ weekdays: hours.weekdays, from: hours.from_time, to: hours.to_time }}
            set={({ weekdays, from, to }) => setHours({ weekdays, from_time: from, to_time: to })}
            toHint="00:00 is the end of the day"
            error={(name) => error(`hours.${name}`)}
          />
          <Field label="Time zone" name="time_zone" defaultValue={level?.hours?.time_zone ?? zoneHere()} error={error("hours.time_zone")} />
          {listError(save.error, "hours") && <p className="text-offline">The hours must end after they begin.</p>}
        </fieldset>
      )}
      <fieldset>
        <legend className="font-medium">Told at 50, 75 and 100 % of each time</legend>
        <div className="flex flex-wrap gap-x-4">
          <Ticks options={channels.data?.map(({ id, name }) => [id, name])} chosen={told} choose={setTold} />
        </div>
        {channels.data?.length === 0 && <p className="text-muted">There is nobody to tell yet: add a channel under Notifications.</p>}
        {error("channel_ids") && <p className="text-offline">{error("channel_ids")}</p>}
      </fieldset>
      <Field
        label="Priority"
        name="priority"
        type="number"
        min={0}
        max={10000}
        defaultValue={level?.priority ?? 100}
        hint="Of the service levels that fit, the lowest counts"
        error={error("priority")}
        className="sm:max-w-72"
      />
    </FormDialog>
  );
}
