import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { duration, instant } from "../../lib/time";
import { useChange } from "../../ui/change";
import { Button } from "../../ui/controls";
import { Dialog } from "../../ui/dialog";
import { FormError, Select } from "../../ui/form";
import { SeverityMark } from "../../ui/status";
import type { Rule } from "./rule";

type Trial = Schemas["DryRunView"];
const PERIODS: readonly (readonly [number, string])[] = [
  [1, "the last day"],
  [7, "the last 7 days"],
  [30, "the last 30 days"],
];

/** A rule as it stands, tried on the past: what would it have sent? */
export function DryRunDialog({ rule, close }: { rule: Rule; close: () => void }) {
  const { api } = useApp();
  const run = useChange(
    (days: number) =>
      read(
        api.POST("/api/v1/alert-rules/{rule_id}/dry-run", { params: { path: { rule_id: rule.id } }, body: { days } }),
      ).then((answer) => answer.data),
    [],
  );
  return (
    <Dialog title={`Try ${rule.name}`} close={close} wide>
      <TrialOf run={run} start={(days) => run.mutate(days)} />
    </Dialog>
  );
}

interface Props {
  run: { data: Trial | undefined; error: Error | null; isPending: boolean };
  start: (days: number, form: HTMLFormElement | null) => void;
  /** The fields of a form around it that show their own errors. */
  shown?: readonly string[];
}

/** Which past to try a rule on, and what came of it. */
export function TrialOf({ run, start, shown = [] }: Props) {
  const [days, setDays] = useState(7);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <Select label="On" value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {PERIODS.map(([count, word]) => (
            <option key={count} value={count}>
              {word}
            </option>
          ))}
        </Select>
        <Button onClick={(event) => start(days, event.currentTarget.form)} disabled={run.isPending}>
          {run.isPending ? "Trying…" : "What would it have sent?"}
        </Button>
      </div>
      <FormError error={run.error} fields={shown} />
      <div role="status" className="empty:hidden">
        {run.data && <Outcome trial={run.data} />}
      </div>
    </div>
  );
}

const counted = (count: number, one: string, many: string) => `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;

/** What came of it, in a sentence. */
function inShort({ opened, notifications, values, devices }: Trial): string {
  if (opened > 0) return `${counted(opened, "problem", "problems")}, ${counted(notifications, "message", "messages")}.`;
  return values === 0 && devices === 0 ? "There is nothing to try it on: no device measured this then." : "It would have stayed quiet.";
}

function Outcome({ trial }: { trial: Trial }) {
  return (
    <div className="flex flex-col gap-2">
      <p className="font-semibold">
        {inShort(trial)}
      </p>
      <p className="text-muted">
        {`Read: ${counted(trial.values, "value", "values")} of ${counted(trial.devices, "device", "devices")}.`}
        {trial.devices_left_out > 0 && ` ${counted(trial.devices_left_out, "device was", "devices were")} left out: too much to read at once.`}
        {" Silences, maintenance and parents are not played back."}
      </p>
      {trial.alerts.length > 0 && (
        <ul className="max-h-72 divide-y divide-line overflow-y-auto rounded-md border border-line" aria-label="Problems it would have opened" tabIndex={0}>
          {trial.alerts.map((each) => (
            <li key={`${each.device_id} ${each.entity} ${each.began_at}`} className="flex flex-wrap gap-x-3 px-3 py-2">
              <SeverityMark severity={each.severity} />
              <span className="min-w-0 grow break-words">
                <Link to="/devices/$deviceId" params={{ deviceId: each.device_id }} className="underline">
                  {each.device_name}
                </Link>
                {`: ${each.message}`}
              </span>
              <span className="text-muted">
                {instant(each.fired_at)},{" "}
                {each.resolved_at
                  ? `for ${duration((Date.parse(each.resolved_at) - Date.parse(each.began_at)) / 1000)}`
                  : "still so"}
              </span>
            </li>
          ))}
        </ul>
      )}
      {trial.opened > trial.alerts.length && <p className="text-muted">The newest {trial.alerts.length} are listed.</p>}
    </div>
  );
}
