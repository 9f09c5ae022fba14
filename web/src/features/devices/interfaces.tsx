import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { short } from "../../lib/metrics";
import { Failed, Panel } from "../../ui/controls";
import { type Column, Table } from "../../ui/table";

type Interface = Schemas["InterfaceView"];

interface Look {
  word: string;
  shape: string;
  text: string;
  rank: number;
}

const LOOKS: Record<string, Look> = {
  up: { word: "Up", shape: "●", text: "text-online", rank: 0 },
  testing: { word: "Testing", shape: "◆", text: "text-degraded", rank: 1 },
  dormant: { word: "Dormant", shape: "◇", text: "text-unreachable", rank: 1 },
  lowerLayerDown: { word: "Lower layer down", shape: "▽", text: "text-unreachable", rank: 2 },
  down: { word: "Down", shape: "▲", text: "text-offline", rank: 3 },
  shut: { word: "Shut", shape: "■", text: "text-maintenance", rank: 4 },
  notPresent: { word: "Absent", shape: "—", text: "text-unknown", rank: 5 },
};
const UNKNOWN: Look = { word: "Unknown", shape: "?", text: "text-unknown", rank: 6 };

/** How an interface is: what is shut on purpose is not down. */
export function interfaceLook(each: Pick<Interface, "admin_status" | "oper_status">): Look {
  const camel = each.oper_status.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (each.admin_status === "down" && camel !== "up") return LOOKS["shut"] ?? UNKNOWN;
  return LOOKS[camel] ?? UNKNOWN;
}

/** What carries traffic first, then what is down, what is shut last; ports in the order of their numbers. */
export function byUse(a: Interface, b: Interface): number {
  return (
    interfaceLook(a).rank - interfaceLook(b).rank || a.name.localeCompare(b.name, undefined, { numeric: true })
  );
}

/** The interfaces of a device with what goes through them; columns without anything are left out. */
export function Interfaces({ deviceId }: { deviceId: string }) {
  const { api } = useApp();
  const path = { device_id: deviceId };
  const interfaces = useQuery({
    queryKey: ["devices", deviceId, "interfaces"],
    queryFn: () => read(api.GET("/api/v1/devices/{device_id}/interfaces", { params: { path } })).then((a) => a.data),
  });
  const latest = useQuery({
    queryKey: ["latest", deviceId],
    refetchInterval: 30_000,
    queryFn: () =>
      read(
        api.GET("/api/v1/devices/{device_id}/metrics/latest", {
          params: { path, query: { metric: ["if_in_bps", "if_out_bps"] } },
        }),
      ).then((a) => a.data),
  });
  if (interfaces.isError) return <Failed error={interfaces.error} retry={() => void interfaces.refetch()} />;
  if (!interfaces.data) return null;
  const values = new Map(latest.data?.map((each) => [`${each.metric} ${each.entity}`, each.value]));
  const rate = (metric: string, each: Interface) => {
    const value = values.get(`${metric} ${each.entity}`);
    return value === undefined ? "" : `${short(value)}bit/s`;
  };
  const columns: Column<Interface>[] = [
    { head: "Name", of: (each) => each.name },
    { head: "Status", of: (each) => <State each={each} /> },
    {
      head: "Description",
      of: (each) => each.alias || (each.description === each.name ? "" : each.description),
      className: "text-muted",
    },
    { head: "In", of: (each) => rate("if_in_bps", each) },
    { head: "Out", of: (each) => rate("if_out_bps", each) },
    { head: "Speed", of: (each) => (each.speed_bps ? `${short(each.speed_bps)}bit/s` : "") },
    { head: "MTU", of: (each) => each.mtu },
    { head: "MAC address", of: (each) => each.mac_address },
  ];
  const sorted = [...interfaces.data].sort(byUse);
  const up = sorted.filter((each) => each.oper_status === "up").length;
  return (
    <Panel title={sorted.length ? `Interfaces: ${up} of ${sorted.length} up` : "Interfaces"}>
      {sorted.length === 0 ? (
        <p className="text-muted">None read yet. They appear after the first SNMP walk.</p>
      ) : (
        <Table label="Interface table" rows={sorted} keyOf={(each) => each.name} columns={columns} />
      )}
    </Panel>
  );
}

function State({ each }: { each: Interface }) {
  const look = interfaceLook(each);
  return (
    <span className={`font-medium ${look.text}`}>
      <span aria-hidden="true">{look.shape} </span>
      {look.word}
    </span>
  );
}
