import type { Schemas } from "../../api/client";
import { Field } from "../../ui/controls";
import { Select } from "../../ui/form";
import { DIRECTIONS } from "./kinds";
import type { Rule } from "./rule";

const SENSITIVITIES: Record<Schemas["Sensitivity"], string> = {
  low: "Only what is very unusual",
  medium: "What is clearly unusual",
  high: "Everything unusual",
};
const DAY_H = 24;
export const UNUSUAL = ["sensitivity", "direction", "history_hours", "least_deviation"];

interface Props {
  rule: Rule | null;
  unit: string;
  factor: number;
  error: (name: string) => string | undefined;
}

/** What a rule takes for unusual. */
export function UnusualFields({ rule, unit, factor, error }: Props) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Select label="Tells of" name="sensitivity" defaultValue={rule?.sensitivity ?? "medium"} error={error("sensitivity")}>
        {Object.entries(SENSITIVITIES).map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      <Select label="When it is" name="direction" defaultValue={rule?.direction ?? "both"} error={error("direction")}>
        {Object.entries(DIRECTIONS).map(([value, word]) => (
          <option key={value} value={value}>
            {word} what is usual
          </option>
        ))}
      </Select>
      <Field
        label="Learns first (days)"
        name="history_days"
        type="number"
        min={1}
        max={28}
        step="any"
        defaultValue={(rule?.history_hours ?? 7 * DAY_H) / DAY_H}
        hint="Until then it is quiet"
        error={error("history_hours")}
      />
      <Field
        label={`Never within${unit ? ` (${unit})` : ""}`}
        name="least_deviation"
        type="number"
        min={0}
        step="any"
        defaultValue={Number(((rule?.least_deviation ?? 0) * factor).toPrecision(12))}
        hint="Nearer than this to what is expected is never trouble"
        error={error("least_deviation")}
      />
    </div>
  );
}

/** The same as the API takes it. */
export function unusualOf(text: (name: string) => string, factor: number) {
  return {
    sensitivity: text("sensitivity") as Schemas["Sensitivity"],
    direction: text("direction") as Schemas["Direction"],
    history_hours: Math.round(Number(text("history_days")) * DAY_H),
    least_deviation: Number((Number(text("least_deviation")) / factor).toPrecision(12)),
  };
}
