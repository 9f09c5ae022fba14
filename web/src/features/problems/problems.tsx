import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { useKeys } from "../../lib/keys";
import { Ago } from "../../ui/ago";
import { Button, Empty, Failed, Loading } from "../../ui/controls";
import { SeverityMark } from "../../ui/status";
import { NoteDialog } from "./note";
import { ProblemPlaces } from "./places";
import { AlertMark } from "./state";

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
  const navigate = useNavigate();
  const mayWrite = useCan("alert:write");
  const [at, setAt] = useState(0);
  const [noted, setNoted] = useState<string | null>(null);
  const alerts = useQuery({
    queryKey: KEY,
    queryFn: () => read(api.GET("/api/v1/alerts", { params: { query: { resolved: false, per_page: 200 } } })),
  });
  const acknowledge = useMutation({
    mutationFn: ({ id, note }: { id: string; note: string }) =>
      done(api.POST("/api/v1/alerts/{alert_id}/acknowledge", { params: { path: { alert_id: id } }, body: { note } })),
    // shown at once; taken back when the server refuses
    onMutate: async ({ id }) => {
      // an answer that is under way would show the alert as it was
      await queries.cancelQueries({ queryKey: KEY });
      const before = queries.getQueryData<Page>(KEY);
      queries.setQueryData<Page>(KEY, (old) =>
        old ? { ...old, data: old.data.map((each) => (each.id === id ? { ...each, acknowledged: true } : each)) } : old,
      );
      return before;
    },
    onError: (_error, _id, before) => queries.setQueryData(KEY, before),
    onSuccess: () => setNoted(null),
    onSettled: () => queries.invalidateQueries({ queryKey: ["alerts"] }),
  });
  const shown = useMemo(() => [...(alerts.data?.data ?? [])].sort(byUrgency), [alerts.data]);
  const chosen = shown[Math.min(at, shown.length - 1)];
  const isOpen = mayWrite && chosen && !chosen.acknowledged;
  useKeys({
    j: () => setAt((now) => Math.max(0, Math.min(now + 1, shown.length - 1))),
    k: () => setAt((now) => Math.max(now - 1, 0)),
    a: () => isOpen && acknowledge.mutate({ id: chosen.id, note: "" }),
    A: () => isOpen && setNoted(chosen.id),
    Enter: () => {
      // on a link or a button, Enter is theirs
      if (document.activeElement?.closest("a, button")) (document.activeElement as HTMLElement).click();
      else if (chosen) void navigate({ to: "/alerts/$alertId", params: { alertId: chosen.id } });
    },
  });

  if (alerts.isPending) return <Loading what="problems" />;
  if (alerts.isError) return <Failed error={alerts.error} retry={() => void alerts.refetch()} />;
  return (
    <div className="flex flex-col gap-3">
      <ProblemPlaces />
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h1 className="text-xl font-bold">{shown.length > 0 ? `Problems (${shown.length})` : "Problems"}</h1>
        {shown.length > 0 && (
          <p className="hidden text-muted sm:block">
            <kbd>j</kbd> <kbd>k</kbd> move, <kbd>a</kbd> acknowledges, <kbd>Enter</kbd> opens
          </p>
        )}
      </div>
      {acknowledge.isError && !noted && <Failed error={acknowledge.error} retry={() => acknowledge.reset()} />}
      {shown.length === 0 && (
        <Empty title="No open problems">
          <p>No rule is broken now. This list fills by itself.</p>
        </Empty>
      )}
      <ul className="flex flex-col gap-2">
        {shown.map((alert) => (
          <Row
            key={alert.id}
            alert={alert}
            chosen={alert.id === chosen?.id}
            acknowledge={mayWrite ? () => acknowledge.mutate({ id: alert.id, note: "" }) : null}
          />
        ))}
      </ul>
      <Recent />
      {noted && (
        <NoteDialog
          title="Acknowledge with a note"
          hint="What is known, who is on it, when it will be over."
          word="Acknowledge"
          error={acknowledge.error}
          busy={acknowledge.isPending}
          close={() => setNoted(null)}
          save={(note) => acknowledge.mutate({ id: noted, note })}
        />
      )}
    </div>
  );
}

function Row({ alert, chosen, acknowledge }: { alert: Alert; chosen: boolean; acknowledge: (() => void) | null }) {
  return (
    <li
      aria-current={chosen ? "true" : undefined}
      className="grid gap-2 rounded-lg border border-line bg-panel p-3 aria-current:border-accent sm:grid-cols-[7rem_1fr_auto] sm:items-center"
    >
      <SeverityMark severity={alert.severity} />
      <div className="min-w-0">
        <Link to="/alerts/$alertId" params={{ alertId: alert.id }} className="block font-medium break-words hover:underline">
          {alert.message}
        </Link>
        <p className="text-muted">
          {alert.device_id && (
            <Link to="/devices/$deviceId" params={{ deviceId: alert.device_id }} className="underline">
              {alert.device_name}
            </Link>
          )}{" "}
          for <Ago at={alert.began_at} plain />
          {alert.state === "suppressed" && <span> · suppressed: {alert.reason.replaceAll("_", " ")}</span>}
        </p>
      </div>
      {alert.acknowledged ? (
        <p className="text-muted">
          ✓ {alert.acknowledged_by_name || "Acknowledged"}
          {alert.acknowledged_at && (
            <>
              {" "}
              <Ago at={alert.acknowledged_at} />
            </>
          )}
        </p>
      ) : (
        acknowledge && <Button onClick={acknowledge}>Acknowledge</Button>
      )}
    </li>
  );
}

/** What was over lately, so that a problem that came and went is not missed. */
function Recent() {
  const { api } = useApp();
  const recent = useQuery({
    queryKey: ["alerts", "recent"],
    queryFn: () =>
      read(api.GET("/api/v1/alerts", { params: { query: { resolved: true, per_page: 10 } } })).then((a) => a.data),
  });
  if (!recent.data?.length) return null;
  return (
    <section className="mt-6">
      <h2 className="mb-2 font-semibold">Over lately</h2>
      <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
        {recent.data.map((alert) => (
          <li key={alert.id}>
            <Link
              to="/alerts/$alertId"
              params={{ alertId: alert.id }}
              className="grid gap-x-4 gap-y-1 px-3 py-2.5 hover:bg-raised sm:grid-cols-[7rem_1fr_auto]"
            >
              <AlertMark state={alert.state} />
              <span className="min-w-0 break-words">{alert.message}</span>
              <span className="text-muted">
                <Ago at={alert.resolved_at} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
