import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { Fault, useChange } from "../../ui/change";
import { Button, Empty, PageHead, Panel } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { DevicePlaces } from "../devices/places";

type Proposal = Schemas["ProposalView"];
const PROPOSALS = ["proposals"];

function useProposals(deviceId: string | null, page: number) {
  const { api } = useApp();
  return useQuery({
    queryKey: [...PROPOSALS, deviceId, page],
    queryFn: () =>
      read(
        api.GET("/api/v1/topology/proposals", {
          params: { query: { page, per_page: 50, ...(deviceId ? { device_id: deviceId } : {}) } },
        }),
      ),
  });
}

/** The parent links that a device's neighbours suggest; nothing where none do. */
export function Proposals({ deviceId }: { deviceId: string }) {
  const proposals = useProposals(deviceId, 1);
  if (!proposals.data?.data.length) return null;
  return (
    <Panel title="Proposed links">
      <ul className="-my-4 divide-y divide-line">
        {proposals.data.data.map((each) => (
          <Row key={`${each.device_id} ${each.parent_id}`} proposal={each} />
        ))}
      </ul>
    </Panel>
  );
}

/** All parent links that neighbours suggest and nobody has decided on. */
export function Topology() {
  const [page, setPage] = useState(1);
  const proposals = useProposals(null, page);
  return (
    <div className="flex flex-col gap-4">
      <DevicePlaces />
      <PageHead
        title="Proposed links"
        note="What LLDP and CDP say of who hangs on whom. Alerts below a parent wait for it, so a person decides."
      />
      <Listing
        what="proposals"
        query={proposals}
        rows={proposals.data?.data}
        pagination={proposals.data?.pagination}
        go={setPage}
        empty={
          <Empty title="Nothing to decide">
            Links appear here when two of your devices name each other as neighbours. Devices need LLDP or CDP for that.
          </Empty>
        }
      >
        {(each) => <Row key={`${each.device_id} ${each.parent_id}`} proposal={each} framed />}
      </Listing>
    </div>
  );
}

function Row({ proposal, framed = false }: { proposal: Proposal; framed?: boolean }) {
  const { api } = useApp();
  const mayWrite = useCan("device:write");
  // neighbours tell that there is a link, not which end is nearer to the world
  const [isTurned, setTurned] = useState(false);
  const ends = [
    { id: proposal.device_id, name: proposal.device_name },
    { id: proposal.parent_id, name: proposal.parent_name },
  ] as const;
  const [below, above] = isTurned ? [ends[1], ends[0]] : ends;
  const decide = useChange(
    (how: "confirm" | "dismiss") => {
      const body = { device_id: below.id, parent_id: above.id };
      return how === "confirm"
        ? done(api.POST("/api/v1/topology/proposals/confirm", { body }))
        : done(api.POST("/api/v1/topology/proposals/dismiss", { body }));
    },
    [PROPOSALS, ["devices"]],
  );
  const [evidence] = proposal.evidence;
  return (
    <li className={`flex flex-wrap items-center gap-x-4 gap-y-2 py-3 ${framed ? "px-4" : ""}`}>
      <div className="min-w-0 grow">
        <p className="break-words">
          <DeviceLink {...below} /> hangs on <DeviceLink {...above} />
        </p>
        <p className="text-muted">
          {evidence && `${evidence.protocol.toUpperCase()} on ${evidence.local_if_name} to ${evidence.remote_port}. `}
          {proposal.seen_from_both ? "Both ends say so." : "One end says so."}
        </p>
        <Fault error={decide.error} />
      </div>
      {mayWrite && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setTurned(!isTurned)} aria-label={`Turn around: ${above.name} hangs on ${below.name}`}>
            ⇅ Turn around
          </Button>
          <Button look="primary" disabled={decide.isPending} onClick={() => decide.mutate("confirm")}>
            Confirm
          </Button>
          <Button disabled={decide.isPending} onClick={() => decide.mutate("dismiss")}>
            Dismiss
          </Button>
        </div>
      )}
    </li>
  );
}

function DeviceLink({ id, name }: { id: string; name: string }) {
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: id }} className="font-semibold text-accent underline">
      {name}
    </Link>
  );
}
