import { Field } from "./controls";
import { Weekdays } from "./weekdays";

interface Hours {
  weekdays: readonly number[];
  /** A wall clock's times, such as `08:00`. */
  from: string;
  to: string;
}

interface Props {
  value: Hours;
  set: (hours: Hours & { weekdays: number[] }) => void;
  toHint?: string;
  error: (name: "weekdays" | "from_time" | "to_time") => string | undefined;
}

/** Hours of some days of the week. */
export function HoursFields({ value, set, toHint, error }: Props) {
  const next = (part: Partial<Hours>) => {
    const all = { ...value, ...part };
    set({ ...all, weekdays: [...all.weekdays] });
  };
  const ofDays = error("weekdays");
  return (
    <div className="grid gap-3 sm:grid-cols-[auto_1fr_1fr]">
      <div>
        <Weekdays label="On" value={value.weekdays} choose={(weekdays) => next({ weekdays })} />
        {ofDays && <p className="text-offline">{ofDays}</p>}
      </div>
      <Field label="From" type="time" value={value.from.slice(0, 5)} onChange={(event) => next({ from: event.target.value })} error={error("from_time")} />
      <Field
        label="To"
        type="time"
        value={value.to.slice(0, 5)}
        onChange={(event) => next({ to: event.target.value })}
        error={error("to_time")}
        {...(toHint ? { hint: toHint } : {})}
      />
    </div>
  );
}
