import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { ago, instant } from "../../lib/time";
import { Button, Empty, Failed } from "../../ui/controls";
import { SeverityMark } from "../../ui/status";

type Alert = Schemas["AlertView"];
type Page = { data: Alert[] };

const KEY = ["alerts", "open"] as const;
const RANK: Record<string, number> = { critical: 0, warning: 1, info: 2 };

/** Unacknowledged first, then the worst, then the oldest. */
export function byUrgency(a: Alert, b: Alert): number {
  return (
    Number(a.acknowledged) - Number(b.acknowledged) ||
    (RANK[a.severity] ?? 9) - (RANK[b.severity] ?? 9) ||
    a.began_at.localeCompare(b.began_at)
  );
}

/** What is wrong now; `j` and `k` move, `a` acknowledges. */
export function Problems() {
  const { api } = useApp();
  const queries = useQueryClient();
  const [at, setAt] = useState(0);
  const alerts = useQuery({
    queryKey: KEY,
    queryFn: () => read(api.GET("/api/v1/alerts", { params: { query: { resolved: false, per_page: 200 } } })),
  });
  const acknowledge = useMutation({
    mutationFn: (id: string) =>
      done(api.POST("/api/v1/alerts/{alert_id}/acknowledge", { params: { path: { alert_id: id } }, body: { note: "" } })),
    // shown at once; taken back when the server refuses
    onMutate: (id) => {
      const before = queries.getQueryData<Page>(KEY);
      queries.setQueryData<Page>(KEY, (old) =>
        old ? { ...old, data: old.data.map((each) => (each.id === id ? { ...each, acknowledged: true } : each)) } : old,
      );
      return before;
    },
    onError: (_error, _id, before) => queries.setQueryData(KEY, before),
    onSettled: () => queries.invalidateQueries({ queryKey: ["alerts"] }),
  });
  const shown = [...(alerts.data?.data ?? [])].sort(byUrgency);
  const chosen = shown[Math.min(at, shown.length - 1)];

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.metaKey || event.ctrlKey || event.altKey || target.closest("input, textarea, select")) return;
      if (event.key === "j") setAt((now) => Math.min(now + 1, shown.length - 1));
      if (event.key === "k") setAt((now) => Math.max(now - 1, 0));
      if (event.key === "a" && chosen && !chosen.acknowledged) acknowledge.mutate(chosen.id);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [shown.length, chosen, acknowledge]);

  if (alerts.isPending) return <p className="text-muted">Loading problems…</p>;
  if (alerts.isError) return <Failed error={alerts.error} retry={() => void alerts.refetch()} />;
  if (shown.length === 0)
    return (
      <Empty title="No open problems">
        <p>Everything that can be reached answers. This list fills by itself.</p>
      </Empty>
    );
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h1 className="text-xl font-bold">Problems ({shown.length})</h1>
        <p className="hidden text-muted sm:block">
          <kbd>j</kbd> <kbd>k</kbd> move, <kbd>a</kbd> acknowledges
        </p>
      </div>
      {acknowledge.isError && <Failed error={acknowledge.error} retry={() => acknowledge.reset()} />}
      <ul className="flex flex-col gap-2">
        {shown.map((alert) => (
          <Row
            key={alert.id}
            alert={alert}
            chosen={alert.id === chosen?.id}
            acknowledge={() => acknowledge.mutate(alert.id)}
          />
        ))}
      </ul>
    </div>
  );
}

function Row({ alert, chosen, acknowledge }: { alert: Alert; chosen: boolean; acknowledge: () => void }) {

  return (
    <li
      aria-current={chosen ? "true" : undefined}
      className="grid gap-2 rounded-lg border border-line bg-panel p-3 aria-current:border-accent sm:grid-cols-[7rem_1fr_auto] sm:items-center"
    >
      <SeverityMark severity={alert.severity} />
      <div className="min-w-0">
        <p className="font-medium break-words">{alert.message}</p>
        <p className="text-muted">
          {alert.device_id && (
            <Link to="/devices/$deviceId" params={{ deviceId: alert.device_id }} className="underline">
              {alert.device_name}
            </Link>
          )}
          <span title={instant(alert.began_at)}> since {ago(alert.began_at)}</span>
          {alert.state === "suppressed" && <span> · suppressed: {alert.reason.replaceAll("_", " ")}</span>}
        </p>
      </div>
      {alert.acknowledged ? (
        <p className="text-muted">
          ✓ {alert.acknowledged_by_name || "Acknowledged"}
          {alert.acknowledged_at && ` ${ago(alert.acknowledged_at)}`}
        </p>
      ) : (
        <Button onClick={acknowledge}>Acknowledge</Button>
      )}
    </li>
  );
}
