import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { useSnapshot } from "../../app/use-snapshot";
import type { Snapshot } from "../../lib/snapshot";
import { asStatus, byUrgency, LOOK, type Status, STATUSES } from "../../lib/status";
import { Empty, Failed, Loading } from "../../ui/controls";
import { WallCanvas } from "./canvas";

export interface Tile {
  number: number;
  name: string;
  status: Status;
  maintenance: boolean;
}

/** The snapshot's columns as tiles, worst first. */
export function tilesOf(snapshot: Snapshot): Tile[] {
  const maintenance = new Set(snapshot.maintenance);
  return snapshot.numbers
    .map((number, at) => ({
      number,
      name: snapshot.names[at] ?? "",
      status: asStatus(snapshot.status_names[Number(snapshot.statuses[at] ?? -1)] ?? ""),
      maintenance: maintenance.has(number),
    }))
    .sort(byUrgency);
}

/** Every device as a tile, live. */
export function Wall() {
  const { api, feed } = useApp();
  const navigate = useNavigate();
  const [only, setOnly] = useState<Status | null>(null);
  const snapshot = useSnapshot();
  const tiles = useMemo(() => (snapshot.data ? tilesOf(snapshot.data) : []), [snapshot.data]);
  if (snapshot.isPending) return <Loading what="the wall" />;
  if (snapshot.isError) return <Failed error={snapshot.error} retry={() => void snapshot.refetch()} />;
  if (tiles.length === 0)
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
    <div className={feed.kind === "offline" ? "opacity-60 grayscale" : ""}>
      <h1 className="sr-only">Status wall</h1>
      <Counts tiles={tiles} only={only} choose={setOnly} />
      <WallCanvas
        tiles={only ? tiles.filter((tile) => tile.status === only) : tiles}
        stale={feed.kind === "offline"}
        open={(tile) => void open(tile)}
      />
    </div>
  );
}

function Counts(props: { tiles: Tile[]; only: Status | null; choose: (status: Status | null) => void }) {
  return (
    <div className="mb-4 grid grid-cols-2 gap-2 sm:grid-cols-5">
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={props.only === status}
          onClick={() => props.choose(props.only === status ? null : status)}
          className="flex cursor-pointer items-baseline last:col-span-2 sm:last:col-span-1 justify-between gap-2 rounded-lg border border-line bg-panel px-3 py-2 aria-pressed:border-accent"
        >
          <span className={`font-medium ${LOOK[status].text}`}>
            <span aria-hidden="true">{LOOK[status].shape} </span>
            {LOOK[status].word}
          </span>
          <span className="text-lg font-bold tabular-nums">
            {props.tiles.filter((tile) => tile.status === status).length}
          </span>
        </button>
      ))}
    </div>
  );
}
