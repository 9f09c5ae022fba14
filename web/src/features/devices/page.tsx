import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { type Device, done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { asStatus } from "../../lib/status";
import { ago, instant } from "../../lib/time";
import { Button, Failed, Panel } from "../../ui/controls";
import { StatusMark } from "../../ui/status";
import { Chart, short } from "./chart";

const RANGES = { "15m": "15 min", "1h": "1 hour", "6h": "6 hours", "24h": "24 hours", "7d": "7 days" } as const;
const CHARTS = [
  { title: "Round trip", metrics: ["icmp_rtt_avg_ms", "icmp_rtt_max_ms"], unit: "ms" },
  { title: "Packet loss", metrics: ["icmp_loss_ratio"], unit: "" },
  { title: "Processor and memory", metrics: ["cpu_usage", "memory_usage"], unit: "%" },
] as const;
const OPER: Record<number, string> = { 1: "● up", 2: "▲ down", 3: "◆ testing", 4: "? unknown", 5: "◇ dormant", 6: "— absent", 7: "◇ lower layer down" };
const route = getRouteApi("/devices/$deviceId");

/** One device: how it is, what it is, how it was. */
export function DevicePage() {
  const { api } = useApp();
  const { deviceId } = route.useParams();
  const device = useQuery({
    queryKey: ["devices", deviceId],
    queryFn: () =>
      read(api.GET("/api/v1/devices/{device_id}", { params: { path: { device_id: deviceId } } })).then((a) => a.data),
  });
  if (device.isPending) return <p className="text-muted">Loading the device…</p>;
  if (device.isError) return <Failed error={device.error} retry={() => void device.refetch()} />;
  return (
    <div className="flex flex-col gap-5">
      <Head device={device.data} />
      <Charts deviceId={deviceId} />
      <Interfaces deviceId={deviceId} />
    </div>
  );
}

function Head({ device }: { device: Device }) {
  const { api } = useApp();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => done(api.DELETE("/api/v1/devices/{device_id}", { params: { path: { device_id: device.id } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["devices"] });
      await navigate({ to: "/devices" });
    },
  });
  const facts: [string, string | null | undefined][] = [
    ["Address", device.ip_address],
    ["Vendor", device.vendor],
    ["Model", device.model],
    ["System", [device.os, device.os_version].filter(Boolean).join(" ")],
    ["Serial number", device.serial_number],
    ["Location", device.location],
    ["Response", device.response_time_ms == null ? null : `${device.response_time_ms.toFixed(1)} ms`],
    ["Polled every", `${device.interval_seconds} s`],
    ["Last seen", ago(device.last_seen_at)],
  ];
  return (
    <Panel>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-bold break-words">{device.name}</h1>
          <p className="flex flex-wrap gap-x-3">
            <StatusMark status={asStatus(device.status)} maintenance={device.maintenance} />
            {device.status_since && (
              <span className="text-muted" title={instant(device.status_since)}>
                since {ago(device.status_since).replace(" ago", "")}
              </span>
            )}
          </p>
          {device.status_reason && <p className="text-muted">{device.status_reason}</p>}
        </div>
        <Button
          look="danger"
          disabled={remove.isPending}
          onClick={() => {
            if (confirm(`Stop watching ${device.name}? Its history is kept for the retention period.`)) remove.mutate();
          }}
        >
          Remove
        </Button>
      </div>
      <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-5">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt className="text-xs text-muted">{name}</dt>
              <dd className="font-medium break-words tabular-nums">{value}</dd>
            </div>
          ))}
      </dl>
    </Panel>
  );
}

function Charts({ deviceId }: { deviceId: string }) {
  const { range = "1h" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Panel
      title="Measurements"
      actions={
        <div role="group" aria-label="Range" className="flex flex-wrap gap-1">
          {Object.entries(RANGES).map(([key, word]) => (
            <button
              key={key}
              type="button"
              aria-pressed={range === key}
              onClick={() => void navigate({ search: { range: key } })}
              className="cursor-pointer rounded-md px-2.5 py-1.5 text-muted aria-pressed:bg-raised aria-pressed:text-ink"
            >
              {word}
            </button>
          ))}
        </div>
      }
    >
      <div className="grid gap-6 lg:grid-cols-2">
        {CHARTS.map((chart) => (
          <MetricChart key={chart.title} deviceId={deviceId} range={range} {...chart} />
        ))}
      </div>
    </Panel>
  );
}

interface MetricChartProps {
  deviceId: string;
  range: string;
  title: string;
  metrics: readonly string[];
  unit: string;
}

function MetricChart({ deviceId, range, title, metrics, unit }: MetricChartProps) {
  const { api } = useApp();
  const answer = useQuery({
    queryKey: ["metrics", deviceId, range, metrics],
    refetchInterval: 30_000,
    queryFn: () =>
      read(
        api.GET("/api/v1/devices/{device_id}/metrics", {
          params: { path: { device_id: deviceId }, query: { metric: [...metrics], from: `-${range}` } },
        }),
      ).then((a) => a.data),
  });
  const curves = useMemo(
    () =>
      (answer.data?.series ?? []).map((series) => ({
        label: series.entity ? `${series.metric} ${series.entity}` : series.metric,
        points: series.points as [string, number | null][],
      })),
    [answer.data],
  );
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 font-medium">{title}</figcaption>
      {answer.isError && <Failed error={answer.error} retry={() => void answer.refetch()} />}
      {answer.isSuccess && curves.length === 0 && <p className="text-muted">No data in this range.</p>}
      {curves.length > 0 && <Chart curves={curves} unit={unit} name={`${title} over ${range}`} />}
    </figure>
  );
}

function Interfaces({ deviceId }: { deviceId: string }) {
  const { api } = useApp();
  const interfaces = useQuery({
    queryKey: ["devices", deviceId, "interfaces"],
    queryFn: () =>
      read(api.GET("/api/v1/devices/{device_id}/interfaces", { params: { path: { device_id: deviceId } } })).then(
        (a) => a.data,
      ),
  });
  if (!interfaces.data) return null;
  return (
    <Panel title={`Interfaces (${interfaces.data.length})`}>
      {interfaces.data.length === 0 ? (
        <p className="text-muted">None read yet. They appear after the first SNMP walk.</p>
      ) : (
        <div className="-mx-4 overflow-x-auto px-4" tabIndex={0} role="region" aria-label="Interface table">
          <table className="w-full min-w-xl text-left">
            <thead className="text-muted">
              <tr>
                {["Name", "Alias", "Status", "Speed", "MTU", "MAC address"].map((head) => (
                  <th key={head} scope="col" className="py-2 pr-4 font-medium">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {interfaces.data.map((each) => (
                <tr key={each.name}>
                  <td className="py-2 pr-4 font-medium">{each.name}</td>
                  <td className="py-2 pr-4 text-muted">{each.alias}</td>
                  <td className="py-2 pr-4 whitespace-nowrap">{operWord(each.oper_status)}</td>
                  <td className="py-2 pr-4 tabular-nums">{each.speed_bps ? `${short(each.speed_bps)}bit/s` : ""}</td>
                  <td className="py-2 pr-4 tabular-nums">{each.mtu}</td>
                  <td className="py-2 pr-4 tabular-nums">{each.mac_address}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function operWord(status: unknown): string {
  return typeof status === "number" ? (OPER[status] ?? "? unknown") : String(status ?? "? unknown");
}
