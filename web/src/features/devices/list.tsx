import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { type Device, read } from "../../api/client";
import { useApp } from "../../app/context";
import { milliseconds } from "../../lib/metrics";
import { asStatus } from "../../lib/status";
import { Ago } from "../../ui/ago";
import { Empty, Failed, Field, Loading } from "../../ui/controls";
import { Pager } from "../../ui/pager";
import { StatusMark } from "../../ui/status";
import { DevicePlaces } from "./places";

const PER_PAGE = 50;

/** All devices, to be searched. */
export function DeviceList() {
  const { api } = useApp();
  const [search, setSearch] = useState("");
  const [page, setPage] = useState(1);
  const wanted = useDeferredValue(search.trim());
  const devices = useQuery({
    queryKey: ["devices", "list", wanted, page],
    placeholderData: keepPreviousData,
    queryFn: () =>
      read(
        api.GET("/api/v1/devices", {
          params: { query: { page, per_page: PER_PAGE, ...(wanted ? { search: wanted } : {}) } },
        }),
      ),
  });
  return (
    <div className="flex flex-col gap-4">
      <DevicePlaces />
      <div className="flex flex-wrap items-end gap-3">
        <h1 className="grow text-xl font-bold">Devices</h1>
        <Field
          label="Search"
          type="search"
          placeholder="Name, address, location, model"
          value={search}
          onChange={(event) => {
            setSearch(event.target.value);
            setPage(1);
          }}
          className="w-full sm:w-72"
        />
        <Link
          to="/devices/new"
          className="inline-flex min-h-10 items-center rounded-md bg-accent px-4 font-medium text-accent-ink"
        >
          Add a device
        </Link>
      </div>
      {devices.isPending && <Loading what="devices" />}
      {devices.isError && <Failed error={devices.error} retry={() => void devices.refetch()} />}
      {devices.data?.data.length === 0 && (
        <Empty title={wanted ? `Nothing matches “${wanted}”` : "No devices yet"}>
          {wanted ? "Search by name, address, location or model." : "Add the first one: an address is enough."}
        </Empty>
      )}
      {devices.data && devices.data.data.length > 0 && (
        <>
          <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
            {devices.data.data.map((device) => (
              <Row key={device.id} device={device} />
            ))}
          </ul>
          <Pager what="devices" pagination={devices.data.pagination} go={setPage} />
        </>
      )}
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
