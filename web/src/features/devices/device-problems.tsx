import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { Ago } from "../../ui/ago";
import { SeverityMark } from "../../ui/status";

/** What is wrong with this device now; nothing where nothing is. */
export function DeviceProblems({ deviceId }: { deviceId: string }) {
  const { api } = useApp();
  const alerts = useQuery({
    queryKey: ["alerts", "device", deviceId],
    queryFn: () =>
      read(api.GET("/api/v1/alerts", { params: { query: { device_id: deviceId, resolved: false, per_page: 20 } } })).then(
        (answer) => answer.data,
      ),
  });
  if (!alerts.data?.length) return null;
  return (
    <ul className="flex flex-col gap-2" aria-label="Open problems of this device">
      {alerts.data.map((alert) => (
        <li key={alert.id}>
          <Link
            to="/alerts/$alertId"
            params={{ alertId: alert.id }}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line bg-panel px-4 py-3 hover:bg-raised"
          >
            <SeverityMark severity={alert.severity} />
            <span className="min-w-0 grow break-words">{alert.message}</span>
            <span className="text-muted">
              {alert.acknowledged && "✓ acknowledged, "}
              <Ago at={alert.began_at} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
