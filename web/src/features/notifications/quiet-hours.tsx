import type { Schemas } from "../../api/client";
import { weeklyHoursInWords, zoneHere } from "../../lib/time";
import { Field } from "../../ui/controls";
import { Check } from "../../ui/form";
import { HoursFields } from "../../ui/hours-fields";

export type QuietHours = Schemas["QuietHoursModel"];

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const newNights = (): QuietHours => ({ time_zone: zoneHere(), weekdays: EVERY_DAY, from_time: "22:00", to_time: "06:00", even_critical: false });

/** When a channel is left alone, e.g. `Quiet every day, 22:00 to 06:00 (Africa/Nairobi), but for critical ones`. */
export function quietHoursInWords(hours: QuietHours): string {
  return `Quiet ${weeklyHoursInWords(hours)}, ${hours.even_critical ? "even for critical ones" : "but for critical ones"}`;
}

interface Props {
  /** Null: it has none. */
  hours: QuietHours | null;
  set: (hours: QuietHours | null) => void;
  error: (name: string) => string | undefined;
  /** What was refused of them as a whole. */
  fault: string | undefined;
}

/** Hours in which a channel is left alone, and what gets through all the same. */
export function QuietHoursFields({ hours, set, error, fault }: Props) {
  return (
    <>
      <Check label="Leave it alone at some hours" checked={hours !== null} onChange={(on) => set(on ? newNights() : null)} />
      {hours && (
        <fieldset className="flex flex-col gap-3 rounded-md border border-line p-3">
          <legend className="px-1 font-medium">Quiet hours</legend>
          <HoursFields
            value={{ weekdays: hours.weekdays ?? EVERY_DAY, from: hours.from_time, to: hours.to_time }}
            set={({ weekdays, from, to }) => set({ ...hours, weekdays, from_time: from, to_time: to })}
            toHint="If it is earlier, on the day after"
            error={(name) => error(`quiet_hours.${name}`)}
          />
          <Field
            label="Time zone"
            value={hours.time_zone}
            onChange={(event) => set({ ...hours, time_zone: event.target.value })}
            error={error("quiet_hours.time_zone")}
          />
          <Check
            label="Not even critical problems are told"
            checked={hours.even_critical ?? false}
            onChange={(even_critical) => set({ ...hours, even_critical })}
          />
          <p className="text-muted">
            {hours.even_critical ? "Escalations and service levels still get through" : "Critical problems, escalations and service levels still get through"}.
            What waits is told afterwards, if it still lasts.
          </p>
          {fault && <p className="text-offline">{fault}</p>}
        </fieldset>
      )}
    </>
  );
}
