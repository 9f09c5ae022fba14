import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { type Device, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { milliseconds } from "../../lib/metrics";
import { asStatus, LOOK, type Status, STATUSES } from "../../lib/status";
import { Ago } from "../../ui/ago";
import { Choice, SearchBox } from "../../ui/choice";
import { Empty, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { usePaging } from "../../ui/paging";
import { StatusMark } from "../../ui/status";
import { DevicePlaces } from "./places";

const ALL_STATUSES: readonly (readonly [Status | "", string])[] = [
  ["", "Every status"],
  ...STATUSES.map((status) => [status, `${LOOK[status].shape} ${LOOK[status].word}`] as const),
];

/** All devices, to be searched. */
export function DeviceList() {
  const { api } = useApp();
  const mayWrite = useCan("device:write");
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState<Status | "">("");
  const { page, setPage, filtering } = usePaging();
  const wanted = useDeferredValue(search.trim());
  const devices = useQuery({
    queryKey: ["devices", "list", wanted, status, page],
    placeholderData: keepPreviousData,
    queryFn: () =>
      read(
        api.GET("/api/v1/devices", {
          params: { query: { page, per_page: 50, ...(wanted ? { search: wanted } : {}), ...(status ? { status: [status] } : {}) } },
        }),
      ),
  });
  const isFiltered = wanted !== "" || status !== "";
  const add = mayWrite && (
    <Link to="/devices/new" className="inline-flex min-h-10 items-center rounded-md bg-accent px-4 font-medium text-accent-ink">
      Add a device
    </Link>
  );
  return (
    <div className="flex flex-col gap-4">
      <DevicePlaces />
      <PageHead title="Devices">{add}</PageHead>
      <div className="flex flex-wrap gap-2">
        <SearchBox label="Search" placeholder="Name, address, location, model" value={search} type={filtering(setSearch)} />
        <Choice label="Status" value={status} options={ALL_STATUSES} choose={filtering(setStatus)} />
      </div>
      <Listing
        what="devices"
        query={devices}
        rows={devices.data?.data}
        pagination={devices.data?.pagination}
        go={setPage}
        empty={
          <Empty title={isFiltered ? "No device is like that" : "No devices yet"}>
            <p className="mb-4">
              {isFiltered ? "Search by name, address, location or model, or choose another status." : "Add the first one: an address is enough."}
            </p>
            {!isFiltered && add}
          </Empty>
        }
      >
        {(device) => <Row key={device.id} device={device} />}
      </Listing>
    </div>
  );
}

function Row({ device }: { device: Device }) {
  const kind = [device.vendor, device.model || device.os].filter(Boolean).join(" ") || device.device_type;
  return (
    <li>
      <Link
        to="/devices/$deviceId"
        params={{ deviceId: device.id }}
        className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 px-4 py-3 hover:bg-raised sm:grid-cols-[2fr_2fr_1fr_auto]"
      >
        <span className="min-w-0">
          <span className="block truncate font-semibold">{device.name}</span>
          <span className="block truncate text-muted tabular-nums">{device.ip_address}</span>
        </span>
        <span className="hidden truncate text-muted sm:block">{kind}</span>
        <span className="hidden text-muted tabular-nums sm:block">
          {device.response_time_ms == null ? "" : milliseconds(device.response_time_ms)}
        </span>
        <span className="text-right">
          <StatusMark status={asStatus(device.status)} maintenance={device.maintenance} />
          <span className="block text-xs text-muted">seen <Ago at={device.last_seen_at} /></span>
        </span>
      </Link>
    </li>
  );
}
