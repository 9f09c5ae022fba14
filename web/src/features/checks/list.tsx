import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useDeferredValue, useState } from "react";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { milliseconds } from "../../lib/metrics";
import { Ago } from "../../ui/ago";
import { DeleteButton, Fault, OnSwitch, useChange } from "../../ui/change";
import { Choice, SearchBox } from "../../ui/choice";
import { Button, Empty, PageHead, Panel } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { usePaging } from "../../ui/paging";
import { DevicePlaces } from "../devices/places";
import { asksInWords, type Check, CHECK_KINDS, CHECK_STATES, type CheckKind, type CheckState, saidInWords } from "./check";
import { CheckForm } from "./form";

const CHECKS = ["checks"] as const;
const STATES: readonly (readonly [CheckState | "", string])[] = [
  ["", "Every state"],
  ...Object.entries(CHECK_STATES).map(([state, { word, shape }]) => [state as CheckState, `${shape} ${word}`] as const),
];
const KINDS: readonly (readonly [CheckKind | "", string])[] = [
  ["", "Every kind"],
  ...Object.entries(CHECK_KINDS).map(([kind, { name }]) => [kind as CheckKind, name] as const),
];

/** The checks of all devices, each with what it said last. */
export function Checks() {
  const { api } = useApp();
  const [search, setSearch] = useState("");
  const [state, setState] = useState<CheckState | "">("");
  const [kind, setKind] = useState<CheckKind | "">("");
  const { page, setPage, filtering } = usePaging();
  const wanted = useDeferredValue(search.trim());
  const checks = useQuery({
    queryKey: [...CHECKS, wanted, state, kind, page],
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
    queryFn: () =>
      read(
        api.GET("/api/v1/checks", {
          params: {
            query: {
              page,
              per_page: 50,
              ...(wanted ? { search: wanted } : {}),
              ...(state ? { state: [state] } : {}),
              ...(kind ? { kind: [kind] } : {}),
            },
          },
        }),
      ),
  });
  const isFiltered = wanted !== "" || state !== "" || kind !== "";
  return (
    <div className="flex flex-col gap-4">
      <DevicePlaces />
      <PageHead title="Checks" note="What devices serve: a port, a web page, a name, a command." />
      <div className="flex flex-wrap gap-2">
        <SearchBox label="Search checks" placeholder="Check or device" value={search} type={filtering(setSearch)} />
        <Choice label="State" value={state} options={STATES} choose={filtering(setState)} />
        <Choice label="Kind" value={kind} options={KINDS} choose={filtering(setKind)} />
      </div>
      <Listing
        what="checks"
        query={checks}
        rows={checks.data?.data}
        pagination={checks.data?.pagination}
        go={setPage}
        empty={
          <Empty title={isFiltered ? "No check is like that" : "Nothing is checked yet"}>
            {isFiltered ? (
              "Search by the check's or the device's name, or choose another state."
            ) : (
              <p>
                Open a{" "}
                <Link to="/devices" className="text-accent underline">
                  device
                </Link>{" "}
                and add a check there: a web page it should serve, or a port that should accept.
              </p>
            )}
          </Empty>
        }
      >
        {(check) => (
          <Row
            key={check.id}
            check={check}
            head={
              <Link to="/devices/$deviceId" params={{ deviceId: check.device_id }} search={{ tab: "checks" }} className="text-accent underline">
                {check.device_name}
              </Link>
            }
          />
        )}
      </Listing>
    </div>
  );
}

/** The checks of one device, to be added to and changed. */
export function DeviceChecks({ deviceId }: { deviceId: string }) {
  const { api } = useApp();
  const mayWrite = useCan("device:write");
  const [isAdding, setAdding] = useState(false);
  const [page, setPage] = useState(1);
  const checks = useQuery({
    queryKey: [...CHECKS, "of", deviceId, page],
    refetchInterval: 5_000,
    queryFn: () =>
      read(
        api.GET("/api/v1/devices/{device_id}/checks", {
          params: { path: { device_id: deviceId }, query: { page, per_page: 50 } },
        }),
      ),
  });
  const add = mayWrite && (
    <Button look="primary" onClick={() => setAdding(true)}>
      Add a check
    </Button>
  );
  return (
    <Panel title="Checks" actions={checks.data && checks.data.data.length > 0 && add}>
      <Listing
        what="checks"
        query={checks}
        rows={checks.data?.data}
        pagination={checks.data?.pagination}
        go={setPage}
        framed
        empty={
          <div className="flex flex-col items-start gap-3">
            <p className="text-muted">
              None yet. A check asks something this device serves, such as a web page or a port, and tells you when the answer
              is not what it should be.
            </p>
            {add}
          </div>
        }
      >
        {(check) => <Row key={check.id} check={check} />}
      </Listing>
      {isAdding && <CheckForm deviceId={deviceId} check={null} close={() => setAdding(false)} />}
    </Panel>
  );
}

function Row({ check, head }: { check: Check; head?: ReactNode }) {
  const { api } = useApp();
  const mayWrite = useCan("device:write");
  const [isEdited, setEdited] = useState(false);
  const params = { path: { device_id: check.device_id, check_id: check.id } };
  const at = "/api/v1/devices/{device_id}/checks/{check_id}" as const;
  const turn = useChange((enabled: boolean) => done(api.PATCH(at, { params, body: { enabled } })), [CHECKS]);
  const remove = useChange(() => done(api.DELETE(at, { params })), [CHECKS]);
  const forget = useChange(() => done(api.DELETE("/api/v1/devices/{device_id}/checks/{check_id}/host-key", { params })), [CHECKS]);
  const look = CHECK_STATES[check.state];
  const said = saidInWords(check);
  return (
    <li className={`grid gap-x-4 gap-y-2 py-3 lg:grid-cols-[8rem_1fr_auto] lg:items-center ${head ? "px-4" : ""}`}>
      <p className={`font-medium ${check.enabled ? look.text : "text-muted"}`}>
        <span aria-hidden="true">{check.enabled ? look.shape : "■"} </span>
        {check.enabled ? look.word : "Off"}
      </p>
      <div className="min-w-0">
        <p className="break-words">
          <strong>{check.name}</strong> {head && <>on {head}</>}
        </p>
        <p className="wrap-anywhere text-muted">
          {CHECK_KINDS[check.kind].name}, {asksInWords(check)}, every {check.interval_seconds} s
        </p>
        {said && <p className="break-words text-offline">{said}</p>}
        <p className="text-xs text-muted">
          {check.checked_at ? (
            <>
              made <Ago at={check.checked_at} />
              {check.response_ms != null && `, answered in ${milliseconds(check.response_ms)}`}
            </>
          ) : (
            "made within seconds"
          )}
        </p>
        {check.pinned_host_key && (
          <p className="text-xs wrap-anywhere text-muted">
            Host key {check.pinned_host_key}{" "}
            {mayWrite && (
              <button type="button" className="cursor-pointer underline hover:text-ink" disabled={forget.isPending} onClick={() => forget.mutate()}>
                forget it
              </button>
            )}
          </p>
        )}
        <Fault error={turn.error ?? remove.error ?? forget.error} />
      </div>
      {mayWrite && (
        <div className="flex flex-wrap items-center gap-2">
          <OnSwitch name={check.name} isOn={check.enabled} change={turn} />
          <Button onClick={() => setEdited(true)} aria-label={`Change ${check.name}`}>
            Change
          </Button>
          <DeleteButton name={check.name} change={remove} ask="What it measured stays." />
        </div>
      )}
      {isEdited && <CheckForm deviceId={check.device_id} check={check} close={() => setEdited(false)} />}
    </li>
  );
}
