import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { duration } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { Empty, Failed, Loading, PageHead, Panel } from "../../ui/controls";
import { bytes } from "../devices/sensors";
import { DevicePlaces } from "../devices/places";

type Poller = Schemas["PollerView"];

/** How the pollers are: alive, late, skipping, losing. */
export function Pollers() {
  const { api } = useApp();
  const fleet = useQuery({
    queryKey: ["pollers"],
    refetchInterval: 5_000,
    queryFn: () => read(api.GET("/api/v1/pollers")).then((answer) => answer.data),
  });
  return (
    <div className="flex flex-col gap-4">
      <DevicePlaces />
      <PageHead title="Pollers" note="Who polls your devices, how late, and what was skipped or lost." />
      {fleet.isPending && <Loading what="pollers" />}
      {fleet.isError && <Failed error={fleet.error} retry={() => void fleet.refetch()} />}
      {fleet.data && (
        <>
          <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4">
            {(
              [
                ["Alive", `${fleet.data.alive} of ${fleet.data.pollers.length}`],
                ["Devices", fleet.data.devices],
                ["Shards", fleet.data.shards],
                ["Shards nobody holds", fleet.data.orphaned_shards],
              ] as const
            ).map(([name, value]) => (
              <div key={name} className="rounded-lg border border-line bg-panel px-3 py-2">
                <dt className="text-xs text-muted">{name}</dt>
                <dd className="text-lg font-bold tabular-nums">{value}</dd>
              </div>
            ))}
          </dl>
          {fleet.data.pollers.length === 0 && <Empty title="No poller has been heard of">Nothing is polled until one runs.</Empty>}
          {fleet.data.pollers.map((poller) => (
            <One key={poller.name} poller={poller} />
          ))}
        </>
      )}
    </div>
  );
}

function One({ poller }: { poller: Poller }) {
  const lag = (value: number | null | undefined) => (value == null ? "not measured" : `${Math.round(value)} ms`);
  const facts: [string, React.ReactNode][] = [
    ["Heartbeat", `${duration(poller.heartbeat_age_seconds)} ago`],
    ["Running since", <Ago key="since" at={poller.started_at ?? null} plain />],
    ["Shards", poller.shards],
    ["Devices", poller.devices ?? 0],
    ["Being polled now", poller.in_flight ?? 0],
    ["Late, median", lag(poller.lag_ms?.p50)],
    ["Late, 95 %", lag(poller.lag_ms?.p95)],
    ["Samples", poller.samples ?? 0],
    ["Skipped slots", poller.skipped_slots ?? 0],
    ["Failed writes", poller.write_failures ?? 0],
    ["Waiting on disk", bytes(poller.spool_bytes ?? 0)],
    ["Lost cycles", poller.lost_cycles ?? 0],
  ];
  return (
    <Panel
      title={poller.name}
      actions={
        <span className={`font-medium ${poller.is_alive ? "text-online" : "text-offline"}`}>
          {poller.is_alive ? "● Alive" : "▲ Silent"}
        </span>
      }
    >
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4 lg:grid-cols-6">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="font-medium break-words tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
