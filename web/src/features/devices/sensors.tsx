import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { short } from "../../lib/metrics";
import { Ago } from "../../ui/ago";
import { Failed, Loading, Panel } from "../../ui/controls";
import { Table } from "../../ui/table";

type Sensor = Schemas["SensorView"];
type Storage = Schemas["StorageView"];

const PER_PAGE = 200;
const LEVELS = {
  critical: { word: "Critical", shape: "▲", text: "text-offline" },
  warning: { word: "Warning", shape: "◆", text: "text-degraded" },
  fine: { word: "Within limits", shape: "●", text: "text-online" },
} as const;

/** How a value stands to its own limits; null where it has none or was not measured. */
export function levelOf(sensor: Pick<Sensor, "value" | `${"low" | "high"}_${"warning" | "critical"}`>): keyof typeof LEVELS | null {
  const { value, low_critical, low_warning, high_warning, high_critical } = sensor;
  if (value == null) return null;
  const isBeyond = (low: number | null, high: number | null) => (low !== null && value <= low) || (high !== null && value >= high);
  if (isBeyond(low_critical, high_critical)) return "critical";
  if (isBeyond(low_warning, high_warning)) return "warning";
  return [low_critical, low_warning, high_warning, high_critical].some((limit) => limit !== null) ? "fine" : null;
}

/** A number of bytes in binary units, e.g. `15.9 GiB`. */
export function bytes(count: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10));
  return `${Number((count / 1024 ** step).toPrecision(3))} ${units[step] ?? ""}`;
}

/** What a device measures of itself, and how full its disks and memory are. */
export function Sensors({ deviceId }: { deviceId: string }) {
  const { api } = useApp();
  const params = { path: { device_id: deviceId }, query: { per_page: PER_PAGE } };
  const sensors = useQuery({
    queryKey: ["devices", deviceId, "sensors"],
    refetchInterval: 30_000,
    queryFn: () => read(api.GET("/api/v1/devices/{device_id}/sensors", { params })),
  });
  const storages = useQuery({
    queryKey: ["devices", deviceId, "storages"],
    refetchInterval: 30_000,
    queryFn: () => read(api.GET("/api/v1/devices/{device_id}/storages", { params })),
  });
  return (
    <>
      <Panel title={sensors.data ? `Sensors: ${sensors.data.pagination.total}` : "Sensors"}>
        {sensors.isPending && <Loading what="sensors" />}
        {sensors.isError && <Failed error={sensors.error} retry={() => void sensors.refetch()} />}
        {sensors.data?.data.length === 0 && (
          <p className="text-muted">None read yet. What a device tells of itself appears after the first SNMP walk.</p>
        )}
        {sensors.data && sensors.data.data.length > 0 && (
          <Table
            label="Sensor table"
            rows={sensors.data.data}
            keyOf={(each) => `${each.entity} ${each.metric}`}
            columns={[
              { head: "Name", of: (each) => each.description || each.name, className: "min-w-40" },
              { head: "Value", of: valueOf },
              { head: "Limits", of: (each) => <Level sensor={each} /> },
              { head: "Kind", of: (each) => each.sensor_class.replaceAll("_", " "), className: "text-muted" },
              { head: "Measured", of: (each) => <Ago at={each.measured_at} />, className: "whitespace-nowrap text-muted" },
            ]}
          />
        )}
      </Panel>
      <Panel title={storages.data ? `Storage: ${storages.data.pagination.total}` : "Storage"}>
        {storages.isPending && <Loading what="disks and memory" />}
        {storages.isError && <Failed error={storages.error} retry={() => void storages.refetch()} />}
        {storages.data?.data.length === 0 && <p className="text-muted">No disks or memory pools read yet.</p>}
        {storages.data && storages.data.data.length > 0 && (
          <Table
            label="Storage table"
            rows={storages.data.data}
            keyOf={(each) => each.entity}
            columns={[
              { head: "Name", of: (each) => each.description || each.name, className: "min-w-32" },
              { head: "Used", of: (each) => <Used storage={each} /> },
              { head: "Of", of: (each) => (each.size_bytes == null ? "" : bytes(each.size_bytes)) },
              { head: "Kind", of: (each) => (each.kind === "memory" ? "Memory" : "Disk"), className: "text-muted" },
              { head: "Measured", of: (each) => <Ago at={each.measured_at} />, className: "whitespace-nowrap text-muted" },
            ]}
          />
        )}
      </Panel>
    </>
  );
}

function valueOf(sensor: Sensor): string {
  if (sensor.state) return sensor.state.replaceAll("_", " ");
  if (sensor.value == null) return "no data";
  return `${short(sensor.value)}${sensor.unit === "%" ? "" : " "}${sensor.unit}`;
}

function Level({ sensor }: { sensor: Sensor }) {
  const level = levelOf(sensor);
  if (!level) return <span className="text-muted">none told</span>;
  const look = LEVELS[level];
  return (
    <span className={`font-medium ${look.text}`}>
      <span aria-hidden="true">{look.shape} </span>
      {look.word}
    </span>
  );
}

function Used({ storage }: { storage: Storage }) {
  const percent = storage.used_percent;
  if (percent == null) return <span className="text-muted">no data</span>;
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden="true" className="h-2 w-24 overflow-hidden rounded bg-raised">
        <span className="block h-full bg-accent" style={{ width: `${Math.min(100, percent)}%` }} />
      </span>
      {percent.toFixed(1)}%
    </span>
  );
}
