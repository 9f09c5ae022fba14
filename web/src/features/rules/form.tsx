import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { METRICS, metricLook } from "../../lib/metrics";
import { useChange } from "../../ui/change";
import { Field } from "../../ui/controls";
import { fieldError, formText, Select } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { ScopePicker } from "../../ui/scope-picker";
import { TrialOf } from "./dry-run";
import { type Kind, KINDS, kindLook } from "./kinds";
import { asWritten, inWords, type Rule, unitOf } from "./rule";
import { UNUSUAL, UnusualFields, unusualOf } from "./unusual";

const COMPARISONS: Record<Schemas["Comparison"], string> = {
  ">": "above",
  ">=": "at or above",
  "<": "below",
  "<=": "at or below",
  "==": "exactly",
  "!=": "anything but",
};
const SEVERITIES = { critical: "▲ Critical", warning: "◆ Warning", info: "● Info" } as const;
const EVERYWHERE: Schemas["ScopeIn"] = { device_ids: [], group_ids: [], tags: [], device_types: [] };
const LINES = ["if_in_bps", "if_out_bps"];
const SPANS: readonly (readonly [number, string])[] = [
  [0, "from one value to the next"],
  [300, "5 minutes"],
  [900, "15 minutes"],
  [3_600, "1 hour"],
  [21_600, "6 hours"],
  [86_400, "1 day"],
  [259_200, "3 days"],
  [604_800, "7 days"],
  [1_209_600, "14 days"],
  [2_592_000, "30 days"],
];
const NUMBERS = ["threshold", "critical_threshold", "clear_threshold", "from_value", "to_value"] as const;
const SHOWN = [...NUMBERS, ...UNUSUAL, "scope", "name", "kind", "metric", "entity", "comparison", "window_seconds", "speed_bps", "for_seconds", "severity", "breaches", "of_last"];
const words = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

/** A rule to make or change, and to try before it is saved. */
export function RuleForm({ rule, close }: { rule: Rule | null; close: () => void }) {
  const { api } = useApp();
  const [kind, setKind] = useState<Kind>(rule?.kind ?? "threshold");
  const [scope, setScope] = useState(rule?.scope ?? EVERYWHERE);
  const [metric, setMetric] = useState(rule?.metric ?? "icmp_rtt_avg_ms");
  const look = kindLook(kind);
  const has = (part: (typeof look.parts)[number]) => look.parts.includes(part);
  const isShare = kind === "percent_of_speed";
  const { unit, factor } = unitOf({ kind, metric });
  const save = useChange(
    (body: Schemas["RuleIn"]) =>
      rule
        ? done(api.PUT("/api/v1/alert-rules/{rule_id}", { params: { path: { rule_id: rule.id } }, body }))
        : done(api.POST("/api/v1/alert-rules", { body })),
    [["rules"]],
    close,
  );
  const trial = useChange(
    (body: Schemas["DryRunIn"]) => read(api.POST("/api/v1/alert-rules/dry-run", { body })).then((answer) => answer.data),
    [],
  );
  const ruleOf = (text: (name: string) => string): Schemas["RuleIn"] => {
    const plain = (name: string) => (text(name) === "" ? null : Number(text(name)));
    const number = (name: string) => (text(name) === "" ? null : Number((Number(text(name)) / factor).toPrecision(12)));
    return {
      // what this form does not show stays as it is
      ...(rule ? asWritten(rule) : {}),
      kind,
      name: text("name"),
      severity: text("severity") as Schemas["Severity"],
      scope: { ...scope, tags: words(text("tags")) },
      ...(has("metric") ? { metric, entity: text("entity") } : {}),
      ...(has("limits")
        ? {
            comparison: text("comparison") as Schemas["Comparison"],
            threshold: number("threshold"),
          }
        : {}),
      ...(has("levels") ? { critical_threshold: number("critical_threshold"), clear_threshold: number("clear_threshold") } : {}),
      ...(has("unusual") ? unusualOf(text, factor) : {}),
      ...(has("window") ? { window_seconds: Number(text("window_seconds")) } : {}),
      ...(has("values") ? { from_value: plain("from_value"), to_value: plain("to_value") } : {}),
      ...(has("speed") ? { speed_bps: text("speed") === "" ? null : Number(text("speed")) * 1e6 } : {}),
      ...(has("hold") ? { for_seconds: Math.round(Number(text("for_seconds")) || 0) } : {}),
    };
  };
  const error = (name: string) => fieldError(save.error ?? trial.error, name);
  const inUnit = (value: number | null | undefined) => (value == null ? "" : String(Number((value * factor).toPrecision(12))));
  const inWhat = (label: string) => (unit ? `${label} (${unit}${kind === "rate" ? " a second" : ""})` : label);
  const known = isShare ? LINES : Object.keys(METRICS);
  const metrics = known.includes(metric) ? known : [metric, ...known];
  const spans = SPANS.some(([seconds]) => seconds === rule?.window_seconds) || !rule?.window_seconds
    ? SPANS
    : [[rule.window_seconds, `${rule.window_seconds} s`] as const, ...SPANS];
  const number = (name: (typeof NUMBERS)[number], label: string, hint?: string) => (
    <Field
      key={name}
      label={label}
      name={name}
      type="number"
      step="any"
      defaultValue={name === "from_value" || name === "to_value" ? (rule?.[name] ?? "") : inUnit(rule?.[name])}
      error={error(name)}
      {...(hint ? { hint } : {})}
    />
  );
  return (
    <FormDialog
      title={rule ? `Change ${rule.name}` : "Add a rule"}
      close={close}
      save={save}
      shown={SHOWN}
      submit={(text) => save.mutate(ruleOf(text))}
      wide
    >
      {rule && <p className="text-muted">{inWords(rule)}</p>}
      <Field label="Name" name="name" defaultValue={rule?.name ?? ""} placeholder="Uplink is slow" error={error("name")} />
      {!rule && (
        <Select
          label="Trouble is when"
          value={kind}
          onChange={(event) => {
            const next = event.target.value as Kind;
            setKind(next);
            if (next === "percent_of_speed") setMetric("if_in_bps");
          }}
          hint={look.hint || undefined}
          error={error("kind")}
        >
          {Object.entries(KINDS).map(([value, { word }]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
      )}
      {has("metric") && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Select label="What is measured" value={metric} onChange={(event) => setMetric(event.target.value)} error={error("metric")}>
            {metrics.map((each) => (
              <option key={each} value={each}>
                {metricLook(each).name}
              </option>
            ))}
          </Select>
          <Field
            label="On"
            name="entity"
            defaultValue={rule?.entity ?? "*"}
            hint="* is every interface or disk; one is named like if:ether1"
            error={error("entity")}
          />
        </div>
      )}
      <div className="grid grid-cols-2 gap-3 empty:hidden sm:grid-cols-4">
        {has("limits") && (
          <Select label="is" name="comparison" defaultValue={rule?.comparison ?? ">"} error={error("comparison")}>
            {Object.entries(COMPARISONS).map(([sign, word]) => (
              <option key={sign} value={sign}>
                {word}
              </option>
            ))}
          </Select>
        )}
        {has("limits") && number("threshold", inWhat("Limit"))}
        {has("levels") && number("critical_threshold", inWhat("Critical from"), "Empty: never")}
        {has("levels") && number("clear_threshold", inWhat("Clears at"), "Empty: the limit")}
        {has("values") && number("from_value", "From")}
        {has("values") && number("to_value", "To")}
      </div>
      {has("unusual") && <UnusualFields key={metric} rule={rule} unit={unit} factor={factor} error={error} />}
      <div className="grid gap-3 empty:hidden sm:grid-cols-2">
        {has("window") && look.window && (
          <Select
            key={kind}
            label={look.window[0]}
            name="window_seconds"
            defaultValue={rule?.window_seconds ?? look.window[1]}
            error={error("window_seconds")}
          >
            {spans.map(([seconds, word]) => (
              <option key={seconds} value={seconds}>
                {word}
              </option>
            ))}
          </Select>
        )}
        {has("speed") && (
          <Field
            label="Speed (Mbit/s)"
            name="speed"
            type="number"
            step="any"
            defaultValue={rule?.speed_bps ? String(rule.speed_bps / 1e6) : ""}
            hint="Empty: what the interface tells"
            error={error("speed_bps")}
          />
        )}
        {has("hold") && (
          <Field
            label="For (seconds)"
            name="for_seconds"
            type="number"
            min={0}
            defaultValue={rule?.for_seconds ?? 60}
            hint="The trouble must last so long"
            error={error("for_seconds")}
          />
        )}
        <Select label="Severity" name="severity" defaultValue={rule?.severity ?? "warning"} error={error("severity")}>
          {Object.entries(SEVERITIES).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
      </div>
      <ScopePicker
        label="Only these devices or groups"
        value={{ device_ids: scope.device_ids ?? [], group_ids: scope.group_ids ?? [] }}
        choose={({ device_ids, group_ids }) => setScope({ ...scope, device_ids: [...device_ids], group_ids: [...group_ids] })}
        error={error("scope")}
      />
      <Field label="Only with the tags" name="tags" defaultValue={(scope.tags ?? []).join(", ")} placeholder="Any" />
      <fieldset className="rounded-md border border-line p-3">
        <legend className="px-1 font-medium">Try it before it wakes anybody</legend>
        <TrialOf
          run={trial}
          shown={SHOWN}
          start={(days, form) => {
            save.reset();
            if (form) trial.mutate({ days, rule: ruleOf(formText(form)) });
          }}
        />
      </fieldset>
    </FormDialog>
  );
}
