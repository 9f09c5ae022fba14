import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { Ago } from "../../ui/ago";
import { Button, Empty, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { DevicePlaces } from "../devices/places";
import { ScanForm } from "./form";
import { DiscoveryPlaces } from "./places";
import { ScanState } from "./state";

type Scan = Schemas["ScanView"];
const route = getRouteApi("/discovery");

/** Scans of networks, newest first. */
export function Discovery() {
  const { api } = useApp();
  const mayWrite = useCan("device:write");
  const [page, setPage] = useState(1);
  const [isOpen, setOpen] = useState(false);
  const { schedule } = route.useSearch();
  const scans = useQuery({
    queryKey: ["scans", page, schedule],
    refetchInterval: ({ state }) => (state.data?.data.some(isUnderWay) ? 2_000 : false),
    queryFn: () => read(api.GET("/api/v1/discovery/scans", { params: { query: { page, per_page: 20, ...(schedule ? { schedule_id: schedule } : {}) } } })),
  });
  const add = (
    <Button look="primary" onClick={() => setOpen(true)}>
      Scan a network
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <DevicePlaces />
      <DiscoveryPlaces />
      <PageHead title="Discovery" note="Scan networks, look at what answers, add what you want to watch.">
        {mayWrite && add}
      </PageHead>
      {schedule && (
        <p className="flex flex-wrap items-center gap-3">
          Only what one schedule began.
          <Link to="/discovery" className="text-accent underline">
            Show all scans
          </Link>
        </p>
      )}
      <Listing
        what="scans"
        query={scans}
        rows={scans.data?.data}
        pagination={scans.data?.pagination}
        go={setPage}
        empty={
          schedule ? (
            <Empty title="This schedule has begun no scan yet">It begins the first within a minute of its turn.</Empty>
          ) : (
            <Empty title="Nothing was scanned yet">
              <p className="mb-4">Name a network such as 198.51.100.0/24. A scan only looks: nothing is added before you say so.</p>
              {mayWrite && add}
            </Empty>
          )
        }
      >
        {(scan) => <Row key={scan.id} scan={scan} />}
      </Listing>
      {isOpen && <ScanForm close={() => setOpen(false)} />}
    </div>
  );
}

export const isUnderWay = (scan: Pick<Scan, "state">) => scan.state === "queued" || scan.state === "running";

function Row({ scan }: { scan: Scan }) {
  return (
    <li>
      <Link
        to="/discovery/$scanId"
        params={{ scanId: scan.id }}
        className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 hover:bg-raised"
      >
        <span className="min-w-0 grow">
          <span className="block font-semibold break-words">{scan.networks.join(", ") || "Neighbours"}</span>
          <span className="text-muted">
            {scan.found} found, {scan.asked} of {scan.addresses} addresses asked, <Ago at={scan.created_at} />
            {scan.schedule_id && ", scheduled"}
          </span>
        </span>
        <ScanState scan={scan} />
      </Link>
    </li>
  );
}
