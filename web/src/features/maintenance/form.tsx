import { useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { forField, zoneHere } from "../../lib/time";
import { useChange } from "../../ui/change";
import { Field } from "../../ui/controls";
import { Check, fieldError, Select } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { type Chosen, ScopePicker } from "../../ui/scope-picker";
import { Weekdays } from "../../ui/weekdays";
import type { Window } from "./window";

const HOUR_MS = 3_600_000;
const SHOWN = ["name", "starts_at", "duration_seconds", "scope", "comment", "recurrence"];
type Frequency = Schemas["Frequency"];

/** The next full hour by the viewer's clock. */
const soon = () => forField(new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS));

/** Maintenance to plan or to change, by the clock of its zone: the viewer's, if it is new. */
export function WindowForm({ window, close }: { window: Window | null; close: () => void }) {
  const { api } = useApp();
  const scope = window?.scope;
  const [chosen, setChosen] = useState<Chosen>({ device_ids: scope?.device_ids ?? [], group_ids: scope?.group_ids ?? [] });
  const [isWithChildren, setWithChildren] = useState(window?.with_children ?? true);
  const [frequency, setFrequency] = useState<Frequency | "">(window?.recurrence?.frequency ?? "");
  const [weekdays, setWeekdays] = useState<readonly number[]>(window?.recurrence?.weekdays ?? []);
  const zone = window?.time_zone ?? zoneHere();
  const save = useChange(
    (body: Schemas["WindowIn"]) =>
      window
        ? done(api.PUT("/api/v1/maintenance-windows/{window_id}", { params: { path: { window_id: window.id } }, body }))
        : done(api.POST("/api/v1/maintenance-windows", { body })),
    [["maintenance"]],
    close,
  );
  const submit = (text: (name: string) => string) =>
    save.mutate({
      name: text("name"),
      comment: text("comment"),
      scope: {
        tags: scope?.tags ?? [],
        device_types: scope?.device_types ?? [],
        device_ids: [...chosen.device_ids],
        group_ids: [...chosen.group_ids],
      },
      with_children: isWithChildren,
      time_zone: zone,
      starts_at: `${text("starts_at")}:00`,
      duration_seconds: Math.round(Number(text("hours")) * 3_600),
      enabled: window?.enabled ?? true,
      recurrence: frequency
        ? {
            frequency,
            interval: window?.recurrence?.interval ?? 1,
            weekdays: frequency === "weekly" ? [...weekdays] : [],
            month_day: frequency === "monthly" ? (window?.recurrence?.month_day ?? null) : null,
            until: text("until") || null,
          }
        : null,
    });
  const error = (name: string) => fieldError(save.error, name);
  return (
    <FormDialog
      title={window ? `Change ${window.name}` : "Plan maintenance"}
      close={close}
      save={save}
      shown={SHOWN}
      words={[window ? "Save" : "Plan it", "Saving…"]}
      submit={submit}
    >
      <Field label="Name" name="name" defaultValue={window?.name} placeholder="Tower climb at Mlima" error={error("name")} />
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label="Begins"
          name="starts_at"
          type="datetime-local"
          defaultValue={window?.starts_at.slice(0, 16) ?? soon()}
          hint={zone}
          error={error("starts_at")}
        />
        <Field
          label="Hours"
          name="hours"
          type="number"
          min={0.25}
          step={0.25}
          defaultValue={window ? window.duration_seconds / 3_600 : 2}
          error={error("duration_seconds")}
        />
        <Select
          label="Again"
          value={frequency}
          onChange={(event) => setFrequency(event.target.value as Frequency | "")}
          error={error("recurrence")}
        >
          <option value="">No, once</option>
          <option value="daily">Every day</option>
          <option value="weekly">Every week</option>
          <option value="monthly">Every month</option>
        </Select>
        {frequency && <Field label="Until" name="until" type="date" defaultValue={window?.recurrence?.until ?? ""} hint="Empty: for good" />}
      </div>
      {frequency === "weekly" && <Weekdays label="On" value={weekdays} choose={setWeekdays} />}
      <ScopePicker label="Devices or groups" value={chosen} choose={setChosen} error={error("scope")} />
      <Check label="With what hangs on them alone" checked={isWithChildren} onChange={setWithChildren} />
      <Field label="Why" name="comment" defaultValue={window?.comment} placeholder="What is done" error={error("comment")} />
    </FormDialog>
  );
}
