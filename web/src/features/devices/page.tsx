import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type Device, done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { milliseconds } from "../../lib/metrics";
import { asStatus } from "../../lib/status";
import { Ago } from "../../ui/ago";
import { Button, Failed, Loading, Panel } from "../../ui/controls";
import { type Fact, Facts } from "../../ui/facts";
import { Places } from "../../ui/places";
import { StatusMark } from "../../ui/status";
import { DeviceChecks } from "../checks/list";
import { Charts } from "./charts";
import { DeviceProblems } from "./device-problems";
import { History } from "./history";
import { Interfaces } from "./interfaces";
import { Neighbours } from "./neighbours";
import { OwnLimits } from "./own-limits";
import { Polling } from "./polling";
import { Sensors } from "./sensors";

const route = getRouteApi("/devices/$deviceId");
const TABS = [
  ["", "Measurements"],
  ["checks", "Checks"],
  ["sensors", "Sensors"],
  ["rules", "Rules"],
  ["neighbours", "Neighbours"],
  ["polling", "Polling"],
] as const;

/** One device: how it is, what it is, how it was. */
export function DevicePage() {
  const { api } = useApp();
  const { deviceId } = route.useParams();
  const { tab } = route.useSearch();
  const device = useQuery({
    queryKey: ["devices", deviceId],
    refetchInterval: 15_000,
    queryFn: () =>
      read(api.GET("/api/v1/devices/{device_id}", { params: { path: { device_id: deviceId } } })).then((a) => a.data),
  });
  if (device.isPending) return <Loading what="the device" />;
  if (device.isError) return <Failed error={device.error} retry={() => void device.refetch()} />;
  return (
    <div className="flex flex-col gap-5">
      <Head device={device.data} />
      <DeviceProblems deviceId={deviceId} />
      <Places
        name="About this device"
        places={TABS.map(([key, label]) => ({
          label,
          link: { to: "/devices/$deviceId", params: { deviceId }, search: { tab: key || undefined } },
          deep: true,
        }))}
      />
      {tab === "checks" && <DeviceChecks deviceId={deviceId} />}
      {tab === "sensors" && <Sensors deviceId={deviceId} />}
      {tab === "rules" && <OwnLimits deviceId={deviceId} />}
      {tab === "neighbours" && <Neighbours deviceId={deviceId} />}
      {tab === "polling" && <Polling deviceId={deviceId} />}
      {!tab && (
        <>
          <Charts deviceId={deviceId} />
          <Interfaces deviceId={deviceId} />
        </>
      )}
    </div>
  );
}

function Head({ device }: { device: Device }) {
  const kind = device.device_type.replaceAll("_", " ");
  const facts: Fact[] = [
    ["Address", device.ip_address],
    ["Type", kind === "other" ? "" : kind],
    ["Vendor", device.vendor],
    ["Model", device.model],
    ["System", [device.os, device.os_version].filter(Boolean).join(" ")],
    ["Serial number", device.serial_number],
    ["Location", device.location],
    ["Response", device.response_time_ms == null ? null : milliseconds(device.response_time_ms)],
    ["Polled every", `${device.interval_seconds} s`],
    ["Last seen", <Ago at={device.last_seen_at} key="seen" />],
  ];
  return (
    <Panel>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-bold break-words">{device.name}</h1>
          <p className="flex flex-wrap gap-x-3">
            <StatusMark status={asStatus(device.status)} maintenance={device.maintenance} />
            {device.status_since && (
              <span className="text-muted">
                for <Ago at={device.status_since} plain />
              </span>
            )}
          </p>
          {device.status_reason && <p className="text-muted">{sentence(device.status_reason)}</p>}
        </div>
        <Remove device={device} />
      </div>
      <div className="mt-4">
        <Facts facts={facts} className="sm:grid-cols-3 lg:grid-cols-5" />
      </div>
      <History deviceId={device.id} />
    </Panel>
  );
}

function Remove({ device }: { device: Device }) {
  const { api } = useApp();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const mayWrite = useCan("device:write");
  const remove = useMutation({
    mutationFn: () => done(api.DELETE("/api/v1/devices/{device_id}", { params: { path: { device_id: device.id } } })),
    onSuccess: async () => {
      await navigate({ to: "/devices" });
      await queries.invalidateQueries();
    },
  });
  if (!mayWrite) return null;
  return (
    <div>
      <Button
        look="danger"
        disabled={remove.isPending}
        onClick={() => {
          if (confirm(`Stop watching ${device.name}? Its history is kept for the retention period.`)) remove.mutate();
        }}
      >
        Remove
      </Button>
      {remove.isError && (
        <p role="alert" className="text-offline">
          {remove.error.message}
        </p>
      )}
    </div>
  );
}

function sentence(reason: string): string {
  const words = reason.replaceAll("_", " ").replace(/\b(icmp|snmp|tcp|http|tls)\b/g, (name) => name.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
