import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { asStatus, LOOK } from "../../lib/status";
import { clock, day, duration } from "../../lib/time";
import { useNow } from "../../ui/ago";

type Period = Schemas["PeriodView"];
const DAY_MS = 86_400_000;

interface Segment {
  key: string;
  status: keyof typeof LOOK;
  left: number;
  width: number;
  title: string;
}

/** The parts of the last day, oldest first, in per cent of it; what is not known is left out. */
export function segments(periods: readonly Period[], now: number): Segment[] {
  const start = now - DAY_MS;
  return periods.flatMap((period) => {
    const began = Math.max(start, Date.parse(period.began_at));
    const ended = Math.min(now, period.ended_at ? Date.parse(period.ended_at) : now);
    if (ended <= began) return [];
    const status = period.maintenance ? ("maintenance" as const) : asStatus(period.status);
    const from = new Date(Date.parse(period.began_at));
    return [
      {
        key: `${period.began_at}${status}`,
        status,
        left: ((began - start) / DAY_MS) * 100,
        width: ((ended - began) / DAY_MS) * 100,
        title: `${LOOK[status].word} from ${day(from)} ${clock(from)} for ${duration((ended - Date.parse(period.began_at)) / 1000)}`,
      },
    ];
  });
}

/** The last 24 hours as one bar, and how much of them the device was up. */
export function History({ deviceId }: { deviceId: string }) {
  const { api } = useApp();
  const now = useNow();
  const path = { device_id: deviceId };
  const status = useQuery({
    queryKey: ["devices", deviceId, "status"],
    queryFn: () =>
      read(api.GET("/api/v1/devices/{device_id}/status", { params: { path, query: { periods: 200 } } })).then((a) => a.data),
  });
  const availability = useQuery({
    queryKey: ["devices", deviceId, "availability"],
    refetchInterval: 60_000,
    queryFn: () =>
      read(api.GET("/api/v1/devices/{device_id}/availability", { params: { path, query: { from: "-24h" } } })).then(
        (a) => a.data,
      ),
  });
  const bar = segments(status.data?.periods ?? [], now);
  const ratio = availability.data?.availability;
  const known = availability.isPending
    ? "…"
    : ratio == null
      ? "availability is not known yet."
      : `${(Math.floor(ratio * 100_000) / 1000).toFixed(ratio === 1 ? 0 : 3)} % available, ${availability.data?.outages ?? 0} ${availability.data?.outages === 1 ? "outage" : "outages"}` +
        (availability.data?.down_seconds ? `, ${duration(availability.data.down_seconds)} down` : "");
  return (
    <div className="mt-5">
      <p className="mb-1.5 text-xs text-muted">Last 24 hours: {known}</p>
      <div
        role="img"
        aria-label={`Last 24 hours. ${bar.map((each) => each.title).join(". ") || "Nothing known."}`}
        className="relative h-4 overflow-hidden rounded bg-raised"
      >
        {bar.map((each) => (
          <span
            key={each.key}
            title={each.title}
            className="absolute inset-y-0 min-w-0.5"
            style={{ left: `${each.left}%`, width: `${each.width}%`, background: `var(${LOOK[each.status].css})` }}
          />
        ))}
      </div>
    </div>
  );
}
