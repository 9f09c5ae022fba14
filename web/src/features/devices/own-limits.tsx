import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { duration } from "../../lib/time";
import { DeleteButton, Fault, useChange } from "../../ui/change";
import { Button, Empty, Field, Panel } from "../../ui/controls";
import { Check, fieldError } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { Listing } from "../../ui/listing";
import { usePaging } from "../../ui/paging";
import { SeverityMark } from "../../ui/status";
import { kindLook } from "../rules/kinds";
import { inWords, type Rule, unitOf } from "../rules/rule";

type Override = Schemas["OverrideView"];
type Level = "threshold" | "critical_threshold" | "clear_threshold";

const KEY = ["rules"] as const;
const LEVELS: readonly (readonly [Level, string, string])[] = [
  ["threshold", "Limit", "Empty: as for all"],
  ["critical_threshold", "Critical from", "Empty: never"],
  ["clear_threshold", "Clears at", "Empty: the limit"],
];

/** The rules that look at a device, and what they are for it alone. */
export function OwnLimits({ deviceId }: { deviceId: string }) {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const [edited, setEdited] = useState<Rule | null>(null);
  const { page, setPage } = usePaging();
  const rules = useQuery({
    queryKey: [...KEY, "of", deviceId, page],
    placeholderData: keepPreviousData,
    queryFn: () => read(api.GET("/api/v1/alert-rules", { params: { query: { device_id: deviceId, page, per_page: 50 } } })),
  });
  return (
    <Panel title="Alert rules for this device">
      <Listing
        what="rules"
        query={rules}
        rows={rules.data?.data}
        pagination={rules.data?.pagination}
        go={setPage}
        framed
        empty={
          <Empty title="No rule looks at this device">
            <p>
              Nobody is told when it is in trouble.{" "}
              <Link to="/rules" className="text-accent underline">
                Add a rule, or widen one
              </Link>
            </p>
          </Empty>
        }
      >
        {(rule) => (
          <Row key={rule.id} rule={rule} deviceId={deviceId} edit={mayWrite ? () => setEdited(rule) : null} />
        )}
      </Listing>
      {edited && <OverrideForm rule={edited} deviceId={deviceId} close={() => setEdited(null)} />}
    </Panel>
  );
}

const ownOf = (rule: Rule, deviceId: string) => rule.overrides.find((each) => each.device_id === deviceId);

/** What a rule is for a device that has its own, in words. */
export function ownInWords(rule: Rule, own: Override): string {
  if (!own.enabled) return "Does not look at this device";
  const { unit, factor } = unitOf(rule);
  const level = (word: string, value: number | null | undefined) =>
    value == null ? [] : [`${word} ${Number((value * factor).toPrecision(12))} ${unit}`.trim()];
  const parts = [
    ...level("limit", own.threshold),
    ...level("critical from", own.critical_threshold),
    ...level("clears at", own.clear_threshold),
    ...(own.for_seconds == null ? [] : [`after ${duration(own.for_seconds)}`]),
  ];
  return `Here: ${parts.join(", ") || "as for all"}`;
}

interface RowProps {
  rule: Rule;
  deviceId: string;
  edit: (() => void) | null;
}

function Row({ rule, deviceId, edit }: RowProps) {
  const { api } = useApp();
  const own = ownOf(rule, deviceId);
  const word = own ? "Change" : "Set";
  const path = { rule_id: rule.id, device_id: deviceId };
  const remove = useChange(
    () => done(api.DELETE("/api/v1/alert-rules/{rule_id}/overrides/{device_id}", { params: { path } })),
    [KEY],
  );
  return (
    <li className="grid gap-x-4 gap-y-1 py-3 lg:grid-cols-[7rem_1fr_auto] lg:items-center">
      <SeverityMark severity={rule.severity} />
      <div className={`min-w-0 ${rule.enabled && own?.enabled !== false ? "" : "text-muted"}`}>
        <p className="font-semibold break-words">
          {rule.name}
          {!rule.enabled && <span className="font-normal"> (off)</span>}
        </p>
        <p className="break-words text-muted">{inWords(rule)}</p>
        {own && <p className="font-medium break-words">{ownInWords(rule, own)}</p>}
        <Fault error={remove.error} />
      </div>
      {edit && (
        <div className="flex flex-wrap items-center gap-2">
          <Button onClick={edit} aria-label={`${word} ${rule.name} for this device`}>
            {word}
          </Button>
          {own && (
            <DeleteButton name={`the exception from ${rule.name}`} word="Take back" change={remove} ask="It is for this device what it is for all." />
          )}
        </div>
      )}
    </li>
  );
}

interface FormProps {
  rule: Rule;
  deviceId: string;
  close: () => void;
}

/** What a rule is to be for one device. */
function OverrideForm({ rule, deviceId, close }: FormProps) {
  const { api } = useApp();
  const own = ownOf(rule, deviceId);
  const [looks, setLooks] = useState(own?.enabled ?? true);
  const { parts } = kindLook(rule.kind);
  const { unit, factor } = unitOf(rule);
  const shown = parts.includes("levels") ? LEVELS : parts.includes("limits") ? LEVELS.slice(0, 1) : [];
  const hasHold = parts.includes("hold");
  const save = useChange(
    (body: Schemas["OverrideIn"]) =>
      done(
        api.PUT("/api/v1/alert-rules/{rule_id}/overrides/{device_id}", {
          params: { path: { rule_id: rule.id, device_id: deviceId } },
          body,
        }),
      ),
    [KEY],
    close,
  );
  const inUnit = (value: number | null | undefined) => (value == null ? "" : String(Number((value * factor).toPrecision(12))));
  const submit = (text: (name: string) => string) => {
    const level = (name: Level) => (text(name) === "" ? null : Number((Number(text(name)) / factor).toPrecision(12)));
    save.mutate({
      enabled: looks,
      // of a device that the rule does not look at nothing else is kept
      ...(looks ? Object.fromEntries(shown.map(([name]) => [name, level(name)])) : {}),
      ...(looks && hasHold ? { for_seconds: text("for_seconds") === "" ? null : Math.round(Number(text("for_seconds"))) } : {}),
    });
  };
  return (
    <FormDialog
      title={`${rule.name} for this device`}
      close={close}
      save={save}
      shown={[...shown.map(([name]) => name), ...(hasHold ? ["for_seconds"] : [])]}
      submit={submit}
    >
      <p className="text-muted">For all: {inWords(rule)}</p>
      <Check label="The rule looks at this device" checked={looks} onChange={setLooks} />
      {looks && shown.length > 0 && (
        <div className="grid gap-3 sm:grid-cols-3">
          {shown.map(([name, label, hint]) => (
            <Field
              key={name}
              label={unit ? `${label} (${unit})` : label}
              name={name}
              type="number"
              step="any"
              defaultValue={inUnit(own?.[name])}
              placeholder={name === "threshold" ? inUnit(rule.threshold) : ""}
              hint={hint}
              error={fieldError(save.error, name)}
            />
          ))}
        </div>
      )}
      {looks && hasHold && (
        <Field
          label="For (seconds)"
          name="for_seconds"
          type="number"
          min={0}
          defaultValue={own?.for_seconds ?? ""}
          placeholder={String(rule.for_seconds)}
          hint="Empty: as for all"
          error={fieldError(save.error, "for_seconds")}
        />
      )}
    </FormDialog>
  );
}
