import { useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { zoneHere } from "../../lib/time";
import { useChange } from "../../ui/change";
import { Button, Field } from "../../ui/controls";
import { Check, fieldError, listError, Select } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { HoursFields } from "../../ui/hours-fields";
import { MemberFields, NOBODY } from "./members";
import { type Schedule, SCHEDULES } from "./schedules";

type Layer = Schemas["LayerModel"];
const SHOWN = ["name", "time_zone", "layers"];
const TURNS: readonly (readonly [number, string])[] = [
  [1, "every day"],
  [2, "every 2 days"],
  [7, "every week"],
  [14, "every 2 weeks"],
];

/** Monday of this week at nine: a turn begins when people are at work. */
function monday(): string {
  const at = new Date();
  at.setDate(at.getDate() - ((at.getDay() + 6) % 7));
  const two = (part: number) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T09:00`;
}

const newLayer = (): Layer => ({ members: [NOBODY], starts_at: monday(), turn_days: 7, weekdays: [], from_time: null, to_time: null });

/** An on-call schedule to make or change. */
export function ScheduleForm({ schedule, close }: { schedule: Schedule | null; close: () => void }) {
  const { api } = useApp();
  const [layers, setLayers] = useState<readonly Layer[]>(schedule?.layers ?? [newLayer()]);
  const [mayHaveHoles, setMayHaveHoles] = useState(false);
  const save = useChange(
    (body: Schemas["OnCallScheduleIn"]) =>
      schedule
        ? done(api.PUT("/api/v1/on-call-schedules/{schedule_id}", { params: { path: { schedule_id: schedule.id } }, body }))
        : done(api.POST("/api/v1/on-call-schedules", { body })),
    [SCHEDULES],
    close,
  );
  const error = (name: string) => fieldError(save.error, name);
  const ofAll = listError(save.error, "layers");
  return (
    <FormDialog
      title={schedule ? `Change ${schedule.name}` : "Add a schedule"}
      close={close}
      save={save}
      shown={SHOWN}
      submit={(text) =>
        save.mutate({
          name: text("name"),
          time_zone: text("time_zone"),
          layers: layers.map((layer) => ({ ...layer, starts_at: `${layer.starts_at.slice(0, 16)}:00` })),
          overrides: schedule?.overrides ?? [],
          allow_holes: mayHaveHoles,
        })
      }
      wide
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Name" name="name" defaultValue={schedule?.name} placeholder="Night shift" error={error("name")} />
        <Field label="Time zone" name="time_zone" defaultValue={schedule?.time_zone ?? zoneHere()} error={error("time_zone")} />
      </div>
      {layers.map((layer, at) => (
        <LayerFields
          key={at}
          title={layers.length > 1 ? `Turns ${at + 1}${at === 0 ? ", asked first" : ", when nobody above is on call"}` : "Turns"}
          layer={layer}
          set={(next) => setLayers(layers.with(at, next))}
          remove={layers.length > 1 ? () => setLayers(layers.toSpliced(at, 1)) : null}
          error={(name) => error(`layers.${at}.${name}`)}
        />
      ))}
      {ofAll && <p className="text-offline">{ofAll}</p>}
      <Button className="self-start" onClick={() => setLayers([...layers, newLayer()])}>
        Add turns for other hours
      </Button>
      <Check label="At times nobody is on call, and that is meant so" checked={mayHaveHoles} onChange={setMayHaveHoles} />
    </FormDialog>
  );
}

interface LayerProps {
  title: string;
  layer: Layer;
  set: (layer: Layer) => void;
  remove: (() => void) | null;
  error: (name: string) => string | undefined;
}

/** Who takes turns, when they hand over, and in which hours. */
function LayerFields({ title, layer, set, remove, error }: LayerProps) {
  const { members, turn_days = 7, weekdays = [] } = layer;
  const hasHours = layer.from_time != null;
  const turns = TURNS.some(([days]) => days === turn_days) ? TURNS : [...TURNS, [turn_days, `every ${turn_days} days`] as const];
  return (
    <fieldset className="flex flex-col gap-3 rounded-md border border-line p-3">
      <legend className="px-1 font-medium">{title}</legend>
      {members.map((member, at) => (
        <MemberFields
          key={at}
          member={member}
          set={(next) => set({ ...layer, members: members.with(at, next) })}
          remove={members.length > 1 ? () => set({ ...layer, members: members.toSpliced(at, 1) }) : null}
          error={error(`members.${at}`)}
        />
      ))}
      <Button className="self-start" onClick={() => set({ ...layer, members: [...members, NOBODY] })}>
        Add somebody
      </Button>
      <div className="grid gap-3 sm:grid-cols-2">
        <Select
          label="They hand over"
          value={turn_days}
          onChange={(event) => set({ ...layer, turn_days: Number(event.target.value) })}
          error={error("turn_days")}
        >
          {turns.map(([days, word]) => (
            <option key={days} value={days}>
              {word}
            </option>
          ))}
        </Select>
        <Field
          label="First hand-over"
          type="datetime-local"
          value={layer.starts_at.slice(0, 16)}
          onChange={(event) => set({ ...layer, starts_at: event.target.value })}
          error={error("starts_at")}
        />
      </div>
      <Check
        label="Only on some days or hours"
        checked={hasHours || weekdays.length > 0}
        onChange={(on) => set({ ...layer, weekdays: on ? [0, 1, 2, 3, 4] : [], from_time: on ? "08:00" : null, to_time: on ? "18:00" : null })}
      />
      {(hasHours || weekdays.length > 0) && (
        <HoursFields
          value={{ weekdays, from: layer.from_time ?? "", to: layer.to_time ?? "" }}
          set={(hours) => set({ ...layer, weekdays: hours.weekdays, from_time: hours.from || null, to_time: hours.to || null })}
          error={error}
        />
      )}
      {remove && (
        <Button look="danger" className="self-start" onClick={remove}>
          Take these turns out
        </Button>
      )}
    </fieldset>
  );
}
