import { WEEKDAYS } from "../lib/time";

interface Props {
  label: string;
  value: readonly number[];
  choose: (days: number[]) => void;
}

/** Days of the week to choose; Monday is 0. */
export function Weekdays({ label, value, choose }: Props) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{label}</legend>
      <div className="grid max-w-sm grid-cols-7 gap-1">
        {WEEKDAYS.map((day, at) => (
          <button
            key={day}
            type="button"
            aria-pressed={value.includes(at)}
            onClick={() => choose(value.includes(at) ? value.filter((each) => each !== at) : [...value, at])}
            className="min-h-10 cursor-pointer rounded-md border border-line px-0.5 text-muted hover:text-ink aria-pressed:border-accent aria-pressed:bg-raised aria-pressed:font-semibold aria-pressed:text-ink"
          >
            {day}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
