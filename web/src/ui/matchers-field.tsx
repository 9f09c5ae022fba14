import { TextArea } from "./form";

interface Props {
  label: string;
  value: string;
  type: (text: string) => void;
  error?: string | undefined;
  hint?: string;
}

/** Labels to match, one a line, with what they look like. */
export function MatchersField({ label, value, type, error, hint }: Props) {
  return (
    <TextArea
      label={label}
      value={value}
      onChange={(event) => type(event.target.value)}
      rows={3}
      spellCheck={false}
      placeholder={"severity = critical\ndevice =~ mlima-.*"}
      error={error}
      hint={hint ?? "One a line: a label, = != =~ or !~, and a value. Labels are alertname, severity, device, device_type, tags, metric, entity …"}
      className="font-mono"
    />
  );
}
