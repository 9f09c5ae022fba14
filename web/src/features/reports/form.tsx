import { useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useChange } from "../../ui/change";
import { Field } from "../../ui/controls";
import { Check, fieldError, Select } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { type Chosen, ScopePicker } from "../../ui/scope-picker";

type Kind = Schemas["ReportKind"];
type Period = Schemas["NamedPeriod"];
type Cadence = Schemas["Cadence"];

const KINDS: Record<Kind, string> = {
  uptime: "Availability and outages",
  performance: "Measurements",
  alerts: "Problems",
  custom: "All of it",
};
const PERIODS: Partial<Record<Period, string>> = {
  today: "Today",
  yesterday: "Yesterday",
  last_7_days: "Last 7 days",
  last_week: "Last week",
  last_30_days: "Last 30 days",
  this_month: "This month",
  last_month: "Last month",
  last_quarter: "Last quarter",
};
const CADENCES: Record<Cadence, { word: string; period: Period }> = {
  daily: { word: "Every day", period: "yesterday" },
  weekly: { word: "Every Monday", period: "last_week" },
  monthly: { word: "On the first of every month", period: "last_month" },
};
const FORMATS: readonly Schemas["ReportFormat"][] = ["pdf", "csv", "json"];
const SHOWN = ["kind", "name", "device_ids", "group_ids", "at", "recipients", "period", "tags", "formats"];
const METRICS = ["icmp_rtt_avg_ms", "icmp_loss_ratio", "cpu_usage", "memory_usage"];

/** What a report holds, now or again and again. */
export function ReportForm({ close }: { close: () => void }) {
  const { api } = useApp();
  const [cadence, setCadence] = useState<Cadence | "">("");
  const [chosen, setChosen] = useState<Chosen>({ device_ids: [], group_ids: [] });
  const save = useChange((send: () => Promise<void>) => send(), [["reports"], ["report-schedules"]], close);
  const submit = (text: (name: string) => string) => {
    const kind = text("kind") as Kind;
    const contents = {
      kind,
      device_ids: [...chosen.device_ids],
      group_ids: [...chosen.group_ids],
      tags: text("tags").split(/[\s,]+/).filter(Boolean),
      metrics: kind === "performance" || kind === "custom" ? METRICS : [],
      sections: kind === "custom" ? (["uptime", "performance", "alerts"] as Schemas["ReportSection"][]) : [],
      formats: FORMATS.filter((format) => text(format) === "on"),
      recipients: text("recipients").split(/[\s,;]+/).filter(Boolean),
      channel_ids: [],
    };
    const name = text("name") || KINDS[kind];
    if (!cadence)
      save.mutate(() =>
        done(api.POST("/api/v1/reports/generate", { body: { ...contents, name, period: text("period") as Period } })),
      );
    else
      save.mutate(() =>
        done(
          api.POST("/api/v1/report-schedules", {
            body: {
              ...contents,
              name,
              enabled: true,
              cadence,
              at: `${text("at") || "06:00"}:00`,
              weekday: 0,
              day_of_month: 1,
              period: CADENCES[cadence].period,
            },
          }),
        ),
      );
  };
  const error = (field: string) => fieldError(save.error, field);
  return (
    <FormDialog
      title="Make a report"
      close={close}
      save={save}
      shown={SHOWN}
      words={[cadence ? "Make it regularly" : "Make it", "Asking…"]}
      submit={submit}
    >
      <Select label="Of" name="kind" error={error("kind")}>
        {Object.entries(KINDS).map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      <Field label="Name" name="name" placeholder="What it is of, if you leave this empty" error={error("name")} />
      <Select label="When" value={cadence} onChange={(event) => setCadence(event.target.value as Cadence | "")}>
        <option value="">Once, now</option>
        {Object.entries(CADENCES).map(([value, { word }]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      {cadence ? (
        <>
          <Field label="At" name="at" type="time" defaultValue="06:00" error={error("at")} />
          <Field label="Mailed to" name="recipients" placeholder="noc@example.org" error={error("recipients")} />
        </>
      ) : (
        <Select label="Period" name="period" defaultValue="last_7_days" error={error("period")}>
          {Object.entries(PERIODS).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
      )}
      <ScopePicker
        label="Only these devices or groups"
        value={chosen}
        choose={setChosen}
        error={error("device_ids") ?? error("group_ids")}
      />
      <Field label="Only devices with the tag" name="tags" placeholder="All devices" error={error("tags")} />
      <fieldset>
        <legend className="font-medium">As</legend>
        <div className="flex flex-wrap gap-x-4">
          {FORMATS.map((format) => (
            <Check key={format} label={format.toUpperCase()} name={format} defaultChecked={format === "pdf" || !cadence} />
          ))}
        </div>
        {error("formats") && <p className="text-offline">{error("formats")}</p>}
      </fieldset>
    </FormDialog>
  );
}
