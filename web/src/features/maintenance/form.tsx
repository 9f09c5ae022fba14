import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { Button, Field } from "../../ui/controls";
import { Dialog } from "../../ui/dialog";
import { Check, fieldError, FormError, formText, Select } from "../../ui/form";
import { type Chosen, ScopePicker } from "../../ui/scope-picker";

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const SHOWN = ["name", "starts_at", "duration_seconds", "scope", "comment", "recurrence"];

/** The clock on the viewer's wall in an hour, as a date field takes it. */
function soon(): string {
  const at = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Maintenance to plan, by the clock of the viewer's zone. */
export function WindowForm({ close }: { close: () => void }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<Chosen>({ device_ids: [], group_ids: [] });
  const [isWithChildren, setWithChildren] = useState(true);
  const save = useMutation({
    mutationFn: (body: Schemas["WindowIn"]) => done(api.POST("/api/v1/maintenance-windows", { body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["maintenance"] });
      close();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = formText(event.currentTarget);
    const frequency = text("frequency") as Schemas["Frequency"] | "";
    save.mutate({
      name: text("name"),
      comment: text("comment"),
      scope: { device_ids: [...chosen.device_ids], group_ids: [...chosen.group_ids], tags: [], device_types: [] },
      with_children: isWithChildren,
      time_zone: HERE,
      starts_at: `${text("starts_at")}:00`,
      duration_seconds: Math.round(Number(text("hours")) * 3_600),
      recurrence: frequency ? { frequency } : null,
    });
  };
  const error = (name: string) => fieldError(save.error, name);
  return (
    <Dialog title="Plan maintenance" close={close}>
      <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <Field label="Name" name="name" placeholder="Tower climb at Mlima" error={error("name")} />
        <div className="grid gap-3 sm:grid-cols-2">
          <Field
            label="Begins"
            name="starts_at"
            type="datetime-local"
            defaultValue={soon()}
            hint={HERE}
            error={error("starts_at")}
          />
          <Field
            label="Hours"
            name="hours"
            type="number"
            min={0.25}
            step={0.25}
            defaultValue={2}
            error={error("duration_seconds")}
          />
        </div>
        <Select label="Again" name="frequency" error={error("recurrence")}>
          <option value="">No, once</option>
          <option value="daily">Every day</option>
          <option value="weekly">Every week</option>
          <option value="monthly">Every month</option>
        </Select>
        <ScopePicker label="Devices or groups" value={chosen} choose={setChosen} error={error("scope")} />
        <Check label="With what hangs on them alone" checked={isWithChildren} onChange={setWithChildren} />
        <Field label="Why" name="comment" placeholder="What is done" error={error("comment")} />
        <FormError error={save.error} fields={SHOWN} />
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" disabled={save.isPending}>
            {save.isPending ? "Saving…" : "Plan it"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
