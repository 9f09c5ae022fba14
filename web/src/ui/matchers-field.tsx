import { useState } from "react";
import { type Matcher, matchersIn, matchersWritten } from "../lib/matchers";
import { TextArea } from "./form";

export interface Written {
  text: string;
  type: (text: string) => void;
  matchers: Matcher[];
  /** What is wrong with the first line that is no matcher. */
  fault: string | undefined;
}

/** Matchers as they are being written. */
export function useMatchers(first: readonly Matcher[] = []): Written {
  const [text, type] = useState(() => matchersWritten(first).join("\n"));
  const { matchers, wrong } = matchersIn(text);
  return { text, type, matchers, fault: wrong[0] === undefined ? undefined : `“${wrong[0]}” is no label, sign and value.` };
}

interface Props {
  label: string;
  written: Written;
  error?: string | undefined;
  hint?: string;
  /** What is shown while nothing is written. */
  example?: string;
}

/** Labels to match, one a line, with what they look like. */
export function MatchersField({ label, written, error, hint, example = "severity = critical\ndevice =~ mlima-.*" }: Props) {
  return (
    <TextArea
      label={label}
      value={written.text}
      onChange={(event) => written.type(event.target.value)}
      rows={3}
      spellCheck={false}
      placeholder={example}
      error={written.fault ?? error}
      hint={hint ?? "One a line: a label, = != =~ or !~, and a value. Labels are alertname, severity, device, device_type, tags, metric, entity …"}
      className="font-mono"
    />
  );
}
