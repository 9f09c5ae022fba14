import { useState } from "react";
import { labelFault, labelsIn } from "../../lib/matchers";
import { Field } from "../../ui/controls";
import { Select } from "../../ui/form";
import { LengthField } from "../../ui/length-field";
import { BY, type By, byOf, DEFAULT, type Grouping } from "./grouping";

interface Props {
  grouping: Grouping;
  set: (grouping: Grouping) => void;
  error: (name: string) => string | undefined;
}

/** Which problems go in one message, and when. */
export function GroupingFields({ grouping, set, error }: Props) {
  const all = { ...DEFAULT, ...grouping };
  const [by, setBy] = useState<By | "labels">(byOf(all.group_by) ?? "labels");
  const [text, setText] = useState(by !== "labels" ? "device_type, alertname" : all.group_by.join(", "));
  const chooseLabels = (written: string) => {
    setText(written);
    set({ ...grouping, group_by: labelsIn(written) });
  };
  const length = (name: "group_wait_seconds" | "group_interval_seconds" | "repeat_interval_seconds", label: string, hint: string) => (
    <LengthField
      label={label}
      seconds={all[name]}
      // what is empty is refused, and so said at the field
      set={(seconds) => set({ ...grouping, [name]: seconds })}
      hint={hint}
      error={error(`grouping.${name}`)}
    />
  );
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        <Select
          label="Go together"
          value={by}
          onChange={(event) => {
            const chosen = event.target.value as By | "labels";
            setBy(chosen);
            if (chosen === "labels") chooseLabels(text);
            else set({ ...grouping, group_by: [...BY[chosen][1]] });
          }}
        >
          {Object.entries(BY).map(([value, [word]]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
          <option value="labels">Problems that share some labels…</option>
        </Select>
        {by === "labels" && (
          <Field
            label="Labels"
            value={text}
            onChange={(event) => chooseLabels(event.target.value)}
            hint="With commas between, such as device_type, severity"
            error={labelFault(error("grouping.group_by"))}
          />
        )}
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        {length("group_wait_seconds", "The first message waits", "So that what follows is in it. At most an hour")}
        {length("group_interval_seconds", "News at most every", "What is new, worse or over. At most a day")}
        {length("repeat_interval_seconds", "Said again after", "What lasts and nobody took on. A minute to 31 days")}
      </div>
    </>
  );
}
