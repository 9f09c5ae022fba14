import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { METRICS, metricLook } from "../../lib/metrics";
import { Button, Field } from "../../ui/controls";
import { Dialog } from "../../ui/dialog";
import { fieldError, FormError, formText, Select } from "../../ui/form";
import { ScopePicker } from "../../ui/scope-picker";
import { asWritten, inWords, type Rule } from "./rule";

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
const words = (text: string) => text.split(/[\s,;]+/).filter(Boolean);
const SHOWN = ["scope", "name", "metric", "entity", "comparison", "threshold", "clear_threshold", "for_seconds", "severity"];

/** A threshold rule to make or change; of the built-in "device down", only what may change. */
export function RuleForm({ rule, close }: { rule: Rule | null; close: () => void }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const isThreshold = (rule?.kind ?? "threshold") === "threshold";
  const [scope, setScope] = useState(rule?.scope ?? EVERYWHERE);
  const [metric, setMetric] = useState(rule?.metric ?? "icmp_rtt_avg_ms");
  const { unit, factor = 1 } = metricLook(metric);
  const save = useMutation({
    mutationFn: (body: Schemas["RuleIn"]) =>
      rule
        ? done(api.PUT("/api/v1/alert-rules/{rule_id}", { params: { path: { rule_id: rule.id } }, body }))
        : done(api.POST("/api/v1/alert-rules", { body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["rules"] });
      close();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = formText(event.currentTarget);
    const number = (name: string) => (text(name) === "" ? null : Number((Number(text(name)) / factor).toPrecision(12)));
    save.mutate({
      // what this form does not show stays as it is
      ...(rule ? asWritten(rule) : {}),
      name: text("name"),
      severity: text("severity") as Schemas["Severity"],
      scope: { ...scope, tags: words(text("tags")) },
      ...(isThreshold
        ? {
            kind: "threshold",
            metric,
            entity: text("entity"),
            comparison: text("comparison") as Schemas["Comparison"],
            threshold: number("threshold"),
            clear_threshold: number("clear_threshold"),
            for_seconds: Math.round(Number(text("for_seconds")) || 0),
          }
        : {}),
    });
  };
  const error = (name: string) => fieldError(save.error, name);
  const inUnit = (value: number | null | undefined) => (value == null ? "" : String(Number((value * factor).toPrecision(12))));
  const metrics = Object.keys(METRICS).includes(metric) ? Object.keys(METRICS) : [metric, ...Object.keys(METRICS)];
  return (
    <Dialog title={rule ? `Change ${rule.name}` : "Add a rule"} close={close}>
      <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
        {rule && !isThreshold && <p className="text-muted">{inWords(rule)}</p>}
        <Field label="Name" name="name" defaultValue={rule?.name ?? ""} placeholder="Uplink is slow" error={error("name")} />
        {isThreshold && (
          <>
            <Select label="When" name="metric" value={metric} onChange={(event) => setMetric(event.target.value)} error={error("metric")}>
              {metrics.map((each) => (
                <option key={each} value={each}>
                  {metricLook(each).name}
                </option>
              ))}
            </Select>
            <div className="grid grid-cols-2 gap-3">
              <Select label="is" name="comparison" defaultValue={rule?.comparison ?? ">"} error={error("comparison")}>
                {Object.entries(COMPARISONS).map(([sign, word]) => (
                  <option key={sign} value={sign}>
                    {word}
                  </option>
                ))}
              </Select>
              <Field
                label={unit ? `Limit (${unit})` : "Limit"}
                name="threshold"
                type="number"
                step="any"
                defaultValue={inUnit(rule?.threshold)}
                error={error("threshold")}
              />
              <Field
                label="for (seconds)"
                name="for_seconds"
                type="number"
                min={0}
                defaultValue={rule?.for_seconds ?? 60}
                error={error("for_seconds")}
              />
              <Field
                label={unit ? `Clears at (${unit})` : "Clears at"}
                name="clear_threshold"
                type="number"
                step="any"
                defaultValue={inUnit(rule?.clear_threshold)}
                hint="Empty: the limit"
                error={error("clear_threshold")}
              />
            </div>
            <Field
              label="On"
              name="entity"
              defaultValue={rule?.entity ?? "*"}
              hint="* is every interface or disk; one is named like if:ether1"
              error={error("entity")}
            />
          </>
        )}
        <Select label="Severity" name="severity" defaultValue={rule?.severity ?? "warning"} error={error("severity")}>
          {Object.entries(SEVERITIES).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
        <ScopePicker
          label="Only these devices or groups"
          value={{ device_ids: scope.device_ids ?? [], group_ids: scope.group_ids ?? [] }}
          choose={({ device_ids, group_ids }) => setScope({ ...scope, device_ids: [...device_ids], group_ids: [...group_ids] })}
          error={error("scope")}
        />
        <Field label="Only with the tags" name="tags" defaultValue={(scope.tags ?? []).join(", ")} placeholder="Any" />
        <FormError error={save.error} fields={isThreshold ? SHOWN : ["name", "severity"]} />
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" disabled={save.isPending}>
            {save.isPending ? "Saving…" : "Save"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
