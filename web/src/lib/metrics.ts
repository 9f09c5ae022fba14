export interface MetricLook {
  name: string;
  unit: string;
  /** What a stored value is multiplied with to be shown, e.g. a ratio as a percentage. */
  factor?: number;
}

/** The measurements people see and set limits on, by the name they are stored under. */
export const METRICS: Record<string, MetricLook> = {
  icmp_rtt_avg_ms: { name: "Round trip, average", unit: "ms" },
  icmp_rtt_max_ms: { name: "Round trip, longest", unit: "ms" },
  icmp_jitter_ms: { name: "Jitter", unit: "ms" },
  icmp_loss_ratio: { name: "Packet loss", unit: "%", factor: 100 },
  response_time_ms: { name: "Response time", unit: "ms" },
  cpu_usage: { name: "Processor", unit: "%" },
  memory_usage: { name: "Memory", unit: "%" },
  disk_usage: { name: "Disk", unit: "%" },
  uptime_seconds: { name: "Uptime", unit: "s" },
  if_in_bps: { name: "In", unit: "bit/s" },
  if_out_bps: { name: "Out", unit: "bit/s" },
  if_in_utilization: { name: "Interface load in", unit: "%" },
  if_out_utilization: { name: "Interface load out", unit: "%" },
  if_in_errors_per_s: { name: "Interface errors in", unit: "/s" },
  if_out_errors_per_s: { name: "Interface errors out", unit: "/s" },
  if_in_discards_per_s: { name: "Interface discards in", unit: "/s" },
  if_out_discards_per_s: { name: "Interface discards out", unit: "/s" },
  tcp_connect_ms: { name: "TCP connect", unit: "ms" },
  http_response_ms: { name: "HTTP response", unit: "ms" },
  check_ok: { name: "Check passes (1) or fails (0)", unit: "" },
  check_response_ms: { name: "Check's response", unit: "ms" },
  temperature_celsius: { name: "Temperature", unit: "°C" },
  ifOperStatus: { name: "Interface state", unit: "" },
  http_status: { name: "HTTP status", unit: "" },
  tls_days_left: { name: "TLS certificate, days left", unit: "d" },
};

export function metricLook(metric: string): MetricLook {
  return METRICS[metric] ?? { name: metric.replaceAll("_", " "), unit: "" };
}

/** A length of time in milliseconds, as far as it can be told. */
export const milliseconds = (value: number): string => (value < 0.1 ? "< 0.1 ms" : `${value.toFixed(1)} ms`);

/** A number with an SI letter, e.g. `12.5 M`. */
export function short(value: number): string {
  for (const [letter, size] of [
    ["T", 1e12],
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e3],
  ] as const)
    if (Math.abs(value) >= size) return `${Number((value / size).toPrecision(4))} ${letter}`;
  return String(Number(value.toPrecision(4)));
}

/** A stored value as people read it, with its unit. */
export function shown(metric: string, value: number): string {
  const { unit, factor = 1 } = metricLook(metric);
  return `${short(value * factor)}${unit && unit !== "/s" && unit !== "%" ? " " : ""}${unit}`;
}
