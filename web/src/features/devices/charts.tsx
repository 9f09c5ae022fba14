import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { clock, day } from "../../lib/time";
import { Button, Failed, Loading, Panel } from "../../ui/controls";
import { useBands } from "./bands";
import { Chart } from "./chart";
import { aligned, labelOf } from "./curves";

type Series = Schemas["SeriesView"];

const RANGES = { "15m": "15 min", "1h": "1 hour", "6h": "6 hours", "24h": "24 hours", "7d": "7 days" } as const;
const CHARTS = [
  { title: "Round trip", metrics: ["icmp_rtt_avg_ms", "icmp_rtt_max_ms"], unit: "ms" },
  { title: "Packet loss", metrics: ["icmp_loss_ratio"], unit: "%" },
  { title: "Processor and memory", metrics: ["cpu_usage", "memory_usage"], unit: "%" },
  { title: "Disks", metrics: ["disk_usage"], unit: "%" },
  { title: "Connect and response", metrics: ["tcp_connect_ms", "http_response_ms"], unit: "ms" },
] as const;
const TRAFFIC = ["if_in_bps", "if_out_bps"] as const;
const route = getRouteApi("/devices/$deviceId");
const NO_SERIES: readonly never[] = [];

interface Span {
  range: string;
  from?: string;
  to?: string;
}

/** What was measured, in a range that the address keeps. */
export function Charts({ deviceId }: { deviceId: string }) {
  const { api } = useApp();
  const { range = "1h", from, to } = route.useSearch();
  const navigate = route.useNavigate();
  const series = useQuery({
    queryKey: ["series", deviceId],
    refetchInterval: 30_000,
    queryFn: () =>
      read(api.GET("/api/v1/devices/{device_id}/series", { params: { path: { device_id: deviceId } } })).then((a) => a.data),
  });
  const known = new Set(series.data?.map((each) => each.metric));
  const charts = CHARTS.filter((chart) => chart.metrics.some((metric) => known.has(metric)));
  const span: Span = from && to ? { range, from, to } : { range };
  const choose = (key: string) => void navigate({ search: (old) => ({ range: key, ...(old.if ? { if: old.if } : {}) }) });
  return (
    <Panel
      title="Measurements"
      actions={
        <div role="group" aria-label="Range" className="flex flex-wrap gap-1">
          {Object.entries(RANGES).map(([key, word]) => (
            <button
              key={key}
              type="button"
              aria-pressed={range === key && !from}
              onClick={() => choose(key)}
              className="min-h-9 cursor-pointer rounded-md px-2.5 text-muted aria-pressed:bg-raised aria-pressed:text-ink"
            >
              {word}
            </button>
          ))}
        </div>
      }
    >
      {from && to && (
        <div className="mb-4 flex flex-wrap items-center gap-3">
          <p className="tabular-nums">
            {day(new Date(from))} {clock(new Date(from), true)} to {clock(new Date(to), true)}
          </p>
          <Button onClick={() => choose(range)}>Show all of it</Button>
        </div>
      )}
      {series.isPending && <Loading what="measurements" />}
      {series.isError && <Failed error={series.error} retry={() => void series.refetch()} />}
      {series.data && charts.length === 0 && (
        <p className="text-muted">Nothing measured yet. The first figures come with the first poll.</p>
      )}
      <div className="grid gap-x-8 gap-y-6 lg:grid-cols-2">
        {charts.map((chart) => (
          <MetricChart key={chart.title} deviceId={deviceId} span={span} {...chart} />
        ))}
        {series.data && <Traffic deviceId={deviceId} span={span} series={series.data} />}
      </div>
    </Panel>
  );
}

function Traffic({ deviceId, span, series }: { deviceId: string; span: Span; series: Series[] }) {
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const entities = [...new Set(series.filter((each) => each.metric === TRAFFIC[0]).map((each) => each.entity))].sort(
    (a, b) => a.localeCompare(b, undefined, { numeric: true }),
  );
  const chosen = entities.find((each) => each === search.if) ?? entities[0];
  if (!chosen) return null;
  return (
    <MetricChart
      deviceId={deviceId}
      span={span}
      title="Traffic"
      metrics={TRAFFIC}
      entity={chosen}
      unit="bit/s"
      actions={
        <select
          aria-label="Interface"
          value={chosen}
          onChange={(event) => void navigate({ search: (old) => ({ ...old, if: event.target.value }), resetScroll: false })}
          className="min-h-9 max-w-48 rounded-md border border-line bg-ground px-2"
        >
          {entities.map((entity) => (
            <option key={entity} value={entity}>
              {entity.replace(/^if:/, "")}
            </option>
          ))}
        </select>
      }
    />
  );
}

interface MetricChartProps {
  deviceId: string;
  span: Span;
  title: string;
  metrics: readonly string[];
  unit: string;
  entity?: string;
  actions?: React.ReactNode;
}

function MetricChart({ deviceId, span, title, metrics, unit, entity, actions }: MetricChartProps) {
  const { api } = useApp();
  const navigate = route.useNavigate();
  const when = span.from && span.to ? { from: span.from, to: span.to } : { from: `-${span.range}` };
  const answer = useQuery({
    queryKey: ["metrics", deviceId, when, metrics, entity],
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
    // to compare two long curves point by point costs more than to draw one
    structuralSharing: false,
    queryFn: () =>
      read(
        api.GET("/api/v1/devices/{device_id}/metrics", {
          params: {
            path: { device_id: deviceId },
            query: { metric: [...metrics], ...(entity === undefined ? {} : { entity }), ...when, format: "columns" },
          },
        }),
      ).then((a) => a.data),
  });
  const [labels, data] = useMemo(() => {
    const curves = answer.data?.series ?? [];
    return [curves.map(labelOf), aligned(answer.data?.axes ?? [], curves)] as const;
  }, [answer.data]);
  const from = answer.data?.from;
  const to = answer.data?.to;
  const axis = useMemo(
    () => [Date.parse(from ?? "") / 1000, Date.parse(to ?? "") / 1000] as const,
    [from, to],
  );
  const bands = useBands(deviceId, answer.data?.series ?? NO_SERIES, ...axis);
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 flex min-h-9 items-center justify-between gap-3 font-medium">
        {title}
        {actions}
      </figcaption>
      {answer.isPending && (
        <div className="flex h-55 items-center justify-center rounded-md bg-ground">
          <Loading what={title.toLowerCase()} />
        </div>
      )}
      {answer.isError && <Failed error={answer.error} retry={() => void answer.refetch()} />}
      {answer.isSuccess && labels.length === 0 && <p className="text-muted">No data in this range.</p>}
      {labels.length > 0 && (
        <Chart
          labels={labels}
          data={data}
          bands={bands}
          unit={unit}
          span={axis}
          name={`${title}. Drag to zoom, double-click for all.`}
          zoom={(from, to) =>
            void navigate({
              search: (old) => ({ ...old, from: from.toISOString(), to: to.toISOString() }),
              resetScroll: false,
            })
          }
          reset={() => void navigate({ search: ({ range, if: shown }) => ({ ...(range ? { range } : {}), ...(shown ? { if: shown } : {}) }), resetScroll: false })}
        />
      )}
    </figure>
  );
}
