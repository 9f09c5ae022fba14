import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { saveAs } from "../../lib/download";
import { METRICS, metricLook } from "../../lib/metrics";
import { clock, day, duration } from "../../lib/time";
import { Fault, useChange } from "../../ui/change";
import { Choice } from "../../ui/choice";
import { Button, Empty, Failed, Field, Loading, PageHead, Panel } from "../../ui/controls";
import { Select } from "../../ui/form";
import { ScopePicker } from "../../ui/scope-picker";
import { Chart } from "../devices/chart";
import { drawnOf, listOf, queryOf } from "./asked";
import type { Asked } from "./search";

const route = getRouteApi("/explore");
const RANGES = [
  ["1h", "The last hour"],
  ["6h", "The last 6 hours"],
  ["24h", "The last 24 hours"],
  ["7d", "The last 7 days"],
  ["30d", "The last 30 days"],
  ["90d", "The last 90 days"],
  ["365d", "The last year"],
] as const;
const COMBINES = [
  ["", "Each series by itself"],
  ["avg", "Their average"],
  ["sum", "Their sum"],
  ["max", "The highest of them"],
  ["min", "The lowest of them"],
  ["p95", "Their 95th percentile"],
] as const;
const BY = [
  ["", "Of all together"],
  ["device", "Of each device"],
  ["group", "Of each group"],
  ["tag", "Of each tag"],
  ["entity", "Of each interface or disk"],
] as const;
const COMPARES = [
  ["", "Nothing"],
  ["1h", "The hour before"],
  ["1d", "The day before"],
  ["7d", "The week before"],
  ["28d", "Four weeks before"],
] as const;

/** Any measurement of any devices, combined and compared; the address keeps the question. */
export function Explore() {
  const { api } = useApp();
  const asked = route.useSearch();
  const navigate = route.useNavigate();
  const ask = (change: Partial<Asked>) => {
    const next = Object.entries({ ...asked, ...change }).filter(([, value]) => value);
    void navigate({ search: Object.fromEntries(next) as Asked, resetScroll: false, replace: true });
  };
  const metric = asked.metric ?? "icmp_rtt_avg_ms";
  const body = useMemo(() => queryOf(asked), [asked]);
  const answer = useQuery({
    queryKey: ["explore", body],
    refetchInterval: asked.to ? false : 60_000,
    placeholderData: keepPreviousData,
    // to compare two long curves point by point costs more than to draw one
    structuralSharing: false,
    gcTime: 60_000,
    queryFn: () => read(api.POST("/api/v1/metrics/query", { body })).then((a) => a.data),
  });
  const exported = useChange(async () => {
    const csv = await read(api.POST("/api/v1/metrics/query/csv", { body, parseAs: "blob" }));
    saveAs(`${metric}.csv`, csv as unknown as Blob);
  }, []);
  const before = COMPARES.find(([key]) => key === asked.compare)?.[1].toLowerCase() ?? "";
  const drawn = useMemo(() => (answer.data ? drawnOf(answer.data, before) : null), [answer.data, before]);
  const { data } = answer;
  return (
    <div className="flex flex-col gap-4">
      <PageHead title="Explore" note="Any measurement of any devices, side by side. The address keeps the question: send it to a colleague.">
        <Button onClick={() => exported.mutate()} disabled={exported.isPending || !data?.series.length}>
          {exported.isPending ? "Exporting…" : "Export as CSV"}
        </Button>
      </PageHead>
      <Fault error={exported.error} />
      <Panel>
        <Question asked={asked} ask={ask} />
      </Panel>
      <Panel
        title={metricLook(metric).name}
        actions={
          asked.from && asked.to ? (
            <div className="flex flex-wrap items-center gap-2">
              <span className="tabular-nums">
                {day(new Date(asked.from))} {clock(new Date(asked.from))} to {day(new Date(asked.to))} {clock(new Date(asked.to))}
              </span>
              <Button onClick={() => ask({ from: "", to: "" })}>Show all of it</Button>
            </div>
          ) : (
            <Choice label="Range" value={asked.range ?? "24h"} options={RANGES} choose={(range) => ask({ range })} />
          )
        }
      >
        {answer.isPending && <Loading what="the curves" />}
        {answer.isError && <Failed error={answer.error} retry={() => void answer.refetch()} />}
        {answer.isSuccess && data?.series.length === 0 && (
          <Empty title="Nothing was measured">
            <p>None of these devices has this measurement in this time. Choose another one, a longer range, or more devices.</p>
          </Empty>
        )}
        {data && drawn && data.series.length > 0 && (
          <>
            <Chart
              labels={drawn.labels}
              data={drawn.data}
              dashed={drawn.dashed}
              unit={metricLook(metric).unit}
              span={[Date.parse(data.from) / 1000, Date.parse(data.to) / 1000]}
              name={`${metricLook(metric).name}. Drag to zoom, double-click for all.`}
              zoom={(from, to) => ask({ from: from.toISOString(), to: to.toISOString() })}
              reset={() => ask({ from: "", to: "" })}
            />
            <p className="mt-2 text-muted">
              A point each {duration(data.step_seconds)}.
              {drawn.leftOut > 0 && ` ${drawn.leftOut} more curves are not drawn: choose fewer devices, or combine them.`}
            </p>
          </>
        )}
      </Panel>
    </div>
  );
}

function Question({ asked, ask }: { asked: Asked; ask: (change: Partial<Asked>) => void }) {
  const metric = asked.metric ?? "icmp_rtt_avg_ms";
  const [entity, setEntity] = useState(asked.entity ?? "");
  const known = Object.keys(METRICS);
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <div className="flex flex-col gap-4">
        <Select label="What is measured" value={metric} onChange={(event) => ask({ metric: event.target.value })}>
          {(known.includes(metric) ? known : [metric, ...known]).map((each) => (
            <option key={each} value={each}>
              {metricLook(each).name}
            </option>
          ))}
        </Select>
        <ScopePicker
          label="Of these devices or groups"
          value={{ device_ids: listOf(asked.devices), group_ids: listOf(asked.groups) }}
          choose={({ device_ids, group_ids }) => ask({ devices: device_ids.join(","), groups: group_ids.join(",") })}
        />
      </div>
      <div className="grid content-start gap-4 sm:grid-cols-2">
        <Select label="Drawn as" value={asked.combine ?? ""} onChange={(event) => ask({ combine: event.target.value })}>
          {COMBINES.map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
        <Select label="By" value={asked.by ?? ""} disabled={!asked.combine} onChange={(event) => ask({ by: event.target.value })}>
          {BY.map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
        <Select label="Compared with" value={asked.compare ?? ""} onChange={(event) => ask({ compare: event.target.value })}>
          {COMPARES.map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
        <Field
          label="Interface, disk or check"
          value={entity}
          onChange={(event) => setEntity(event.target.value)}
          onBlur={() => ask({ entity: entity.trim() })}
          onKeyDown={(event) => event.key === "Enter" && ask({ entity: entity.trim() })}
          placeholder="Any, or if:ether*"
        />
      </div>
    </div>
  );
}
