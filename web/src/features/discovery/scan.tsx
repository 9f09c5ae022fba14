import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { milliseconds } from "../../lib/metrics";
import { Button, Empty, Failed, Loading, PageHead } from "../../ui/controls";
import { Pager } from "../../ui/pager";
import { DevicePlaces } from "../devices/places";
import { isUnderWay } from "./discovery";
import { ScanState } from "./state";

type Result = Schemas["ResultView"];
type Scan = Schemas["ScanView"];

const EVERY_MS = 2_000;
const PER_PAGE = 200;

/** One scan: how far it is, what it found, what of that is to be watched. */
export function Scan() {
  const { api } = useApp();
  const { scanId } = useParams({ from: "/discovery/$scanId" });
  const params = { path: { scan_id: scanId } };
  const scan = useQuery({
    queryKey: ["scans", "one", scanId],
    refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? EVERY_MS : false),
    queryFn: () => read(api.GET("/api/v1/discovery/scans/{scan_id}", { params })).then((answer) => answer.data),
  });
  return (
    <div className="flex flex-col gap-4">
      <DevicePlaces />
      {scan.isPending && <Loading what="the scan" />}
      {scan.isError && <Failed error={scan.error} retry={() => void scan.refetch()} />}
      {scan.data && (
        <>
          <PageHead
            title={scan.data.networks.join(", ") || "Neighbours"}
            note={`${scan.data.found} found, ${scan.data.asked} of ${scan.data.addresses} addresses asked`}
          >
            <Cancel scan={scan.data} />
          </PageHead>
          <p className="flex flex-wrap items-center gap-3" role="status">
            <ScanState scan={scan.data} />
            {scan.data.state === "running" && (
              <progress value={scan.data.progress} max={1} aria-label="How far the scan is" className="h-2 w-48 accent-accent" />
            )}
          </p>
          <Results scan={scan.data} />
        </>
      )}
    </div>
  );
}

function Cancel({ scan }: { scan: Scan }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const mayWrite = useCan("device:write");
  const cancel = useMutation({
    mutationFn: () => done(api.DELETE("/api/v1/jobs/{job_id}", { params: { path: { job_id: scan.job_id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["scans"] }),
  });
  if (!mayWrite || !isUnderWay(scan)) return null;
  return (
    <Button disabled={cancel.isPending} onClick={() => cancel.mutate()}>
      Cancel the scan
    </Button>
  );
}

function Results({ scan }: { scan: Scan }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const mayWrite = useCan("device:write");
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const path = { scan_id: scan.id };
  const results = useQuery({
    queryKey: ["scans", "results", scan.id, page],
    placeholderData: keepPreviousData,
    refetchInterval: isUnderWay(scan) ? EVERY_MS : false,
    queryFn: () =>
      read(api.GET("/api/v1/discovery/scans/{scan_id}/results", { params: { path, query: { page, per_page: PER_PAGE } } })),
  });
  const refresh = async () => {
    setChosen(new Set());
    await Promise.all(["scans", "devices", "snapshot"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
  const addresses = [...chosen];
  const accept = useMutation({
    mutationFn: () =>
      read(api.POST("/api/v1/discovery/scans/{scan_id}/accept", { params: { path }, body: { addresses } })).then((a) => a.data),
    onSuccess: refresh,
  });
  const ignore = useMutation({
    mutationFn: () => done(api.POST("/api/v1/discovery/scans/{scan_id}/ignore", { params: { path }, body: { addresses } })),
    onSuccess: refresh,
  });
  if (results.isPending) return <Loading what="what was found" />;
  if (results.isError) return <Failed error={results.error} retry={() => void results.refetch()} />;
  const found = results.data.data;
  const fresh = found.filter((each) => each.state === "new");
  if (found.length === 0)
    return isUnderWay(scan) ? (
      <p className="text-muted">Nothing has answered yet.</p>
    ) : (
      <Empty title="Nothing answered">Is the network right, and do its devices answer pings or SNMP from where the pollers are?</Empty>
    );
  const turn = (address: string, on: boolean) =>
    setChosen((old) => new Set(on ? [...old, address] : [...old].filter((each) => each !== address)));
  return (
    <>
      {mayWrite && (
        <div className="sticky top-14 z-[2] flex flex-wrap items-center gap-2 rounded-lg border border-line bg-panel px-4 py-2">
          <label className="inline-flex min-h-10 grow cursor-pointer items-center gap-2 font-medium">
            <input
              type="checkbox"
              className="size-4.5 accent-accent"
              disabled={fresh.length === 0}
              checked={fresh.length > 0 && fresh.every((each) => chosen.has(each.address))}
              onChange={(event) => setChosen(new Set(event.target.checked ? fresh.map((each) => each.address) : []))}
            />
            {chosen.size ? `${chosen.size} chosen` : `All ${fresh.length} that are new`}
          </label>
          <Button disabled={chosen.size === 0 || ignore.isPending} onClick={() => ignore.mutate()}>
            Ignore
          </Button>
          <Button look="primary" disabled={chosen.size === 0 || accept.isPending} onClick={() => accept.mutate()}>
            {accept.isPending ? "Adding…" : `Add ${chosen.size || ""} as ${chosen.size === 1 ? "a device" : "devices"}`}
          </Button>
        </div>
      )}
      {accept.data && <Accepted outcome={accept.data} />}
      {(accept.error ?? ignore.error) && (
        <p role="alert" className="text-offline">
          {(accept.error ?? ignore.error)?.message}
        </p>
      )}
      <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
        {found.map((each) => (
          <Row key={each.address} result={each} isChosen={chosen.has(each.address)} turn={mayWrite ? turn : null} />
        ))}
      </ul>
      <Pager what="addresses" pagination={results.data.pagination} go={setPage} />
    </>
  );
}

function Accepted({ outcome }: { outcome: Schemas["AcceptView"] }) {
  const failed = outcome.rows.filter((row) => row.outcome === "failed");
  return (
    <div role="status" className="rounded-lg border border-line bg-panel px-4 py-3">
      <p>
        {outcome.created} added, {outcome.known} known already{failed.length > 0 && `, ${failed.length} could not be added`}.{" "}
        <Link to="/" className="text-accent underline">
          Look at the wall
        </Link>
      </p>
      {failed.map((row) => (
        <p key={row.address} className="text-offline">
          {row.address}: {row.error}
        </p>
      ))}
    </div>
  );
}

interface RowProps {
  result: Result;
  isChosen: boolean;
  turn: ((address: string, on: boolean) => void) | null;
}

function Row({ result, isChosen, turn }: RowProps) {
  const what = [result.vendor, result.model || result.os].filter(Boolean).join(" ");
  const how = [result.icmp && "ping", result.snmp && "SNMP"].filter(Boolean).join(" and ");
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      {turn && (
        <input
          type="checkbox"
          aria-label={`Choose ${result.address}`}
          className="mt-1 size-4.5 accent-accent disabled:opacity-40"
          disabled={result.state !== "new"}
          checked={isChosen}
          onChange={(event) => turn(result.address, event.target.checked)}
        />
      )}
      <div className="grid min-w-0 grow gap-x-4 sm:grid-cols-[1fr_1.5fr_6rem]">
        <span className="min-w-0">
          <span className="block font-semibold break-words">{result.sys_name || result.address}</span>
          {result.sys_name && <span className="block text-muted tabular-nums">{result.address}</span>}
        </span>
        <span className="min-w-0 text-muted">
          <span className="block break-words">{what || result.device_type.replaceAll("_", " ")}</span>
          <span className="block">
            answers {how || "nothing"}
            {result.rtt_ms != null && ` in ${milliseconds(result.rtt_ms)}`}
          </span>
        </span>
        <span className="font-medium">
          {result.state === "new" && <span className="text-accent">+ New</span>}
          {result.state === "ignored" && <span className="text-muted">■ Ignored</span>}
          {result.state === "known" &&
            (result.device_id ? (
              <Link to="/devices/$deviceId" params={{ deviceId: result.device_id }} className="text-accent underline">
                A device
              </Link>
            ) : (
              <span className="text-muted">Known</span>
            ))}
        </span>
      </div>
    </li>
  );
}
