import { useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useChange } from "../../ui/change";
import { Field } from "../../ui/controls";
import { Check, fieldError, formText, Select } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { SCAN_FIELDS, ScanFields, useScan } from "./scan-fields";
import { everyInWords, SCHEDULES, type Schedule } from "./schedule";

const EVERY = [1, 6, 12, 24, 168, 720];
const SHOWN = ["name", "every_hours", "first_at", ...SCAN_FIELDS];

/** A scan that repeats, to be set up or changed. */
export function ScheduleForm({ schedule, close }: { schedule: Schedule | null; close: () => void }) {
  const { api } = useApp();
  const scanOf = useScan();
  const [adds, setAdds] = useState(schedule ? !schedule.scan.dry_run : false);
  const save = useChange(
    async (form: HTMLFormElement) => {
      const text = formText(form);
      const asked = await scanOf(form);
      // what this form does not show stays as it is
      const scan = { ...schedule?.scan, ...asked, dry_run: !adds } as Schemas["ScanIn"];
      const body = { name: text("name"), every_hours: Number(text("every_hours")), scan };
      if (schedule)
        return done(api.PATCH("/api/v1/discovery/schedules/{schedule_id}", { params: { path: { schedule_id: schedule.id } }, body }));
      const first = text("first_at");
      return done(
        api.POST("/api/v1/discovery/schedules", { body: { ...body, ...(first ? { first_at: new Date(first).toISOString() } : {}) } }),
      );
    },
    [SCHEDULES],
    close,
  );
  const error = (name: string) => fieldError(save.error, name);
  const every = schedule?.every_hours ?? 24;
  return (
    <FormDialog
      title={schedule ? `Change ${schedule.name}` : "Schedule a scan"}
      close={close}
      save={save}
      shown={SHOWN}
      submit={(_, form) => save.mutate(form)}
    >
      <Field label="Name" name="name" defaultValue={schedule?.name ?? ""} placeholder="Branch offices" error={error("name")} />
      <div className="grid gap-3 sm:grid-cols-2">
        <Select label="Repeat" name="every_hours" defaultValue={every} error={error("every_hours")}>
          {[...new Set([every, ...EVERY])]
            .sort((a, b) => a - b)
            .map((hours) => (
              <option key={hours} value={hours}>
                {everyInWords(hours)}
              </option>
            ))}
        </Select>
        {!schedule && (
          <Field label="First at" name="first_at" type="datetime-local" hint="Empty: now" error={error("first_at")} />
        )}
      </div>
      <ScanFields error={save.error} {...(schedule ? { scan: schedule.scan } : {})} />
      <Check label="Add what is new by itself" checked={adds} onChange={setAdds} />
      <p className="text-muted">
        {adds ? "What answers and is no device yet becomes one within a minute." : "A scan only looks: you choose from what it finds."}
      </p>
    </FormDialog>
  );
}
