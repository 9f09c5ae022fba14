import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { recallFleet, useFleet, useSnapshotQuery, useStaleSince } from "../../app/fleet";
import type { Tile } from "../../lib/fleet";
import type { Status } from "../../lib/status";
import { Empty, Failed, Loading } from "../../ui/controls";
import { WallCanvas } from "./canvas";
import { Counts } from "./counts";
import { Stale } from "./stale";

/** Every device as a tile, live; until the feed is, as it last was and marked so. */
export function Wall() {
  const { api } = useApp();
  const navigate = useNavigate();
  const [only, setOnly] = useState<Status | null>(null);
  const snapshot = useSnapshotQuery();
  const fleet = useFleet();
  const since = useStaleSince();
  useEffect(() => void recallFleet(), []);
  if (snapshot.isError && !fleet) return <Failed error={snapshot.error} retry={() => void snapshot.refetch()} />;
  if (!fleet) return <Loading what="the wall" />;
  if (fleet.size === 0 && since === null)
    return (
      <Empty title="Nothing is watched yet" first>
        <p className="mb-4">Add your first device: an address and an SNMP community are enough.</p>
        <Link to="/start" className="rounded-md bg-accent px-4 py-2.5 font-medium text-accent-ink">
          Add a device
        </Link>
      </Empty>
    );
  const open = async (tile: Tile) => {
    const found = await read(api.GET("/api/v1/devices", { params: { query: { number: [tile.number], per_page: 1 } } }));
    const device = found.data[0];
    if (device) await navigate({ to: "/devices/$deviceId", params: { deviceId: device.id } });
  };
  return (
    <div>
      <h1 className="sr-only">Status wall</h1>
      {since !== null && <Stale since={since} doing="Newer figures are on their way." />}
      <Counts fleet={fleet} isStale={since !== null} only={only} choose={setOnly} />
      {only && fleet.order(only).length === 0 && <p className="py-8 text-center text-muted">No device is like that now.</p>}
      <WallCanvas fleet={fleet} only={only} isStale={since !== null} open={(tile) => void open(tile)} />
    </div>
  );
}
