import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { duration } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { Failed, Loading, Panel } from "../../ui/controls";
import { type Fact, Facts } from "../../ui/facts";

type Spread = Schemas["SpreadView"];

const ms = (value: number) => (value < 10 ? `${value.toFixed(1)} ms` : value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`);

/** How late and how completely a device is polled. */
export function Polling({ deviceId }: { deviceId: string }) {
  const { api } = useApp();
  const polling = useQuery({
    queryKey: ["devices", deviceId, "polling"],
    refetchInterval: 10_000,
    queryFn: () =>
      read(api.GET("/api/v1/devices/{device_id}/polling", { params: { path: { device_id: deviceId } } })).then((a) => a.data),
  });
  if (polling.isPending) return <Loading what="how it is polled" />;
  if (polling.isError) return <Failed error={polling.error} retry={() => void polling.refetch()} />;
  const { data } = polling;
  const facts: Fact[] = [
    ["Polled every", duration(data.interval_seconds)],
    ["Last slot", <Ago key="last" at={data.last_slot_at} />],
    ["Recorded", `${data.recorded_slots} of ${data.expected_slots} slots in ${duration(data.window_seconds)}`],
    ["Missing", data.missing_slots === 0 ? "none" : `${data.missing_slots} slots`],
    ["Verdict", data.verdict ? `${data.verdict.state}${data.verdict.is_hard ? "" : ", not yet sure"}` : "none yet"],
    ["Lost probes", data.verdict?.lost_probes ?? null],
    ["Poller", data.verdict?.poller],
    ["Shard", data.shard],
  ];
  return (
    <Panel title="Polling">
      <Facts facts={facts} className="sm:grid-cols-4" />
      <div className="mt-5 grid gap-4 sm:grid-cols-2">
        <SpreadOf name="How late slots were begun" spread={data.lag_ms} />
        <SpreadOf name="How long visits took" spread={data.duration_ms} />
      </div>
    </Panel>
  );
}

function SpreadOf({ name, spread }: { name: string; spread: Spread | null }) {
  return (
    <section className="rounded-md bg-ground p-4">
      <h3 className="mb-2 font-medium">{name}</h3>
      {spread ? (
        <dl className="grid grid-cols-4 gap-2">
          {(
            [
              ["Latest", spread.last],
              ["Median", spread.p50],
              ["95 %", spread.p95],
              ["Highest", spread.highest],
            ] as const
          ).map(([word, value]) => (
            <div key={word}>
              <dt className="text-xs text-muted">{word}</dt>
              <dd className="font-medium tabular-nums">{ms(value)}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className="text-muted">Not measured yet.</p>
      )}
    </section>
  );
}
