import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { shown } from "../../lib/metrics";
import { Failed, Loading, Panel } from "../../ui/controls";
import { Happening } from "../../ui/story";
import { DeliveryRow } from "../notifications/deliveries";
import { AlertMark } from "./state";

type Alert = Schemas["AlertView"];

interface Entry {
  key: string;
  at: string;
  what: ReactNode;
}

/** Everything that happened to a problem in the order of time, messages about it included. */
export function Timeline({ alert }: { alert: Alert }) {
  const { api } = useApp();
  const mayRead = useCan("notification:read");
  const mayWrite = useCan("notification:write");
  const history = useQuery({
    queryKey: ["alerts", "history", alert.id],
    queryFn: () =>
      read(
        api.GET("/api/v1/alerts/{alert_id}/history", { params: { path: { alert_id: alert.id }, query: { limit: 200 } } }),
      ).then((a) => a.data),
  });
  const deliveries = useQuery({
    queryKey: ["deliveries", "alert", alert.id],
    enabled: mayRead,
    refetchInterval: alert.resolved ? false : 10_000,
    queryFn: () =>
      read(api.GET("/api/v1/notifications", { params: { query: { alert_id: alert.id, per_page: 100 } } })).then((a) => a.data),
  });
  if (history.isPending) return <Loading what="the timeline" />;
  if (history.isError) return <Failed error={history.error} retry={() => void history.refetch()} />;
  const entries: Entry[] = [
    { key: "began", at: alert.began_at, what: <p className="font-medium">First sign of it</p> },
    ...history.data.map((each) => ({ key: `h${each.seq}`, at: each.at, what: <Step step={each} metric={alert.metric} /> })),
    ...(deliveries.data ?? []).map((each) => ({
      key: each.id,
      at: each.sent_at ?? each.created_at,
      what: (
        <ul className="-my-3">
          <DeliveryRow delivery={each} mayWrite={mayWrite} />
        </ul>
      ),
    })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return (
    <Panel title="Timeline">
      <ol className="flex flex-col">
        {entries.map((entry) => (
          <Happening key={entry.key} at={entry.at}>
            {entry.what}
          </Happening>
        ))}
      </ol>
    </Panel>
  );
}

function Step({ step, metric }: { step: Schemas["HistoryView"]; metric: string | null }) {
  const reason = step.reason.replaceAll("_", " ");
  return (
    <>
      <p className="flex flex-wrap gap-x-3">
        <AlertMark state={step.to_state} />
        <span className="text-muted">
          {reason}
          {step.actor_name && ` by ${step.actor_name}`}
          {metric && step.value !== null && `, ${shown(metric, step.value)}`}
        </span>
      </p>
      {step.note && <p className="break-words">“{step.note}”</p>}
    </>
  );
}
