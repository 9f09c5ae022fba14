import { useId, useState } from "react";
import { duration } from "../lib/time";

const UNITS = [
  [1, "seconds"],
  [60, "minutes"],
  [3_600, "hours"],
  [86_400, "days"],
] as const;

interface Props {
  label: string;
  /** How long at first; null: not said. */
  seconds: number | null;
  set: (seconds: number | null) => void;
  /** The unit while nothing is said. */
  unit?: number;
  hint?: string;
  error?: string | undefined;
}

/** What the API says of a length in seconds, said as a length. */
const inLengths = (error: string): string =>
  error
    .replace(/^Input should be greater than or equal to (\d+)$/, (_, seconds: string) => `At least ${duration(Number(seconds))}`)
    .replace(/^Input should be less than or equal to (\d+)$/, (_, seconds: string) => `At most ${duration(Number(seconds))}`);

/** A length of time: a number and its unit, told in seconds. */
export function LengthField({ label, seconds, set, unit = 60, hint, error }: Props) {
  const id = useId();
  const [size, setSize] = useState<number>(() => (seconds ? (UNITS.findLast(([each]) => seconds % each === 0)?.[0] ?? 1) : unit));
  const [text, setText] = useState(() => (seconds === null ? "" : String(seconds / size)));
  const fault = error && inLengths(error);
  const note = fault ?? hint;
  const tell = (written: string, each: number) => {
    setText(written);
    setSize(each);
    set(written === "" ? null : Math.round(Number(written) * each));
  };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          type="number"
          min={0}
          step="any"
          value={text}
          onChange={(event) => tell(event.target.value, size)}
          aria-invalid={fault ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          className="min-h-10 w-full min-w-0 rounded-md border border-line bg-ground px-3 text-ink aria-invalid:border-offline"
        />
        <select
          aria-label={`${label}: unit`}
          value={size}
          onChange={(event) => tell(text, Number(event.target.value))}
          className="min-h-10 rounded-md border border-line bg-ground px-2 text-ink"
        >
          {UNITS.map(([each, word]) => (
            <option key={each} value={each}>
              {word}
            </option>
          ))}
        </select>
      </div>
      {note && (
        <p id={`${id}-note`} className={fault ? "text-offline" : "text-muted"}>
          {note}
        </p>
      )}
    </div>
  );
}
