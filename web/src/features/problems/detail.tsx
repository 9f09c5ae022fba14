import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { useKeys } from "../../lib/keys";
import { shown } from "../../lib/metrics";
import { duration, instant } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { Button, Failed, Loading, Panel } from "../../ui/controls";
import { type Fact, Facts } from "../../ui/facts";
import { SeverityMark } from "../../ui/status";
import { AlertClock } from "../service-levels/clock";
import { SilenceForm } from "../silences/form";
import { matchersOf } from "../../lib/matchers";
import { Comments } from "./comments";
import { Handling } from "./handling";
import { AlertMark } from "./state";
import { Timeline } from "./timeline";

type Alert = Schemas["AlertView"];
const route = getRouteApi("/alerts/$alertId");

/** One problem from its first sign to its end; notifications link here. */
export function ProblemDetail() {
  const { api } = useApp();
  const { alertId } = route.useParams();
  const params = { path: { alert_id: alertId } };
  const alert = useQuery({
    queryKey: ["alerts", "one", alertId],
    queryFn: () => read(api.GET("/api/v1/alerts/{alert_id}", { params })).then((a) => a.data),
  });
  if (alert.isPending) return <Loading what="the problem" />;
  if (alert.isError) return <Failed error={alert.error} retry={() => void alert.refetch()} />;
  return (
    <div className="flex flex-col gap-5">
      <p className="flex flex-wrap gap-x-5 gap-y-1">
        <Link to="/problems" className="text-muted underline hover:text-ink">
          All problems
        </Link>
        {alert.data.incident_id && (
          <Link to="/incidents/$incidentId" params={{ incidentId: alert.data.incident_id }} className="text-accent underline">
            The incident it belongs to
          </Link>
        )}
      </p>
      <Panel>
        <Head alert={alert.data} />
        <Actions alert={alert.data} />
      </Panel>
      <AlertClock alertId={alertId} isOver={alert.data.resolved} />
      <Timeline alert={alert.data} />
      <Comments
        queryKey={["alerts", "comments", alertId]}
        list={() => read(api.GET("/api/v1/alerts/{alert_id}/comments", { params })).then((answer) => answer.data)}
        say={(text) => done(api.POST("/api/v1/alerts/{alert_id}/comments", { params, body: { text } }))}
      />
    </div>
  );
}

function Head({ alert }: { alert: Alert }) {
  const facts: Fact[] = [
    ["Began", instant(alert.began_at)],
    ["Ended", alert.resolved_at && instant(alert.resolved_at)],
    [
      alert.resolved_at ? "Lasted" : "Lasts for",
      alert.resolved_at ? (
        duration((Date.parse(alert.resolved_at) - Date.parse(alert.began_at)) / 1000)
      ) : (
        <Ago at={alert.began_at} plain key="lasts" />
      ),
    ],
    ["Rule", alert.rule_name],
    ["Address", alert.ip_address],
    ["Measured", alert.metric && alert.value !== null ? shown(alert.metric, alert.value) : null],
    ["On", alert.entity.replace(/^if:/, "")],
    [
      "Acknowledged",
      alert.acknowledged && alert.acknowledged_at ? (
        <span key="ack">
          {alert.acknowledged_by_name || "yes"}, <Ago at={alert.acknowledged_at} />
        </span>
      ) : null,
    ],
    ["Note", alert.acknowledge_note],
    ["Assigned to", alert.assigned_to_name],
  ];
  return (
    <>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        <SeverityMark severity={alert.severity} />
        <AlertMark state={alert.state} acknowledged={alert.acknowledged} />
      </div>
      <h1 className="mt-1 text-xl font-bold break-words">{alert.message}</h1>
      {alert.device_id && (
        <p>
          <Link to="/devices/$deviceId" params={{ deviceId: alert.device_id }} className="text-accent underline">
            {alert.device_name}
          </Link>
        </p>
      )}
      <div className="mt-4">
        <Facts facts={facts} />
      </div>
    </>
  );
}

function Actions({ alert }: { alert: Alert }) {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const [isSilencing, setSilencing] = useState(false);
  const params = { path: { alert_id: alert.id } };
  useKeys({ s: () => mayWrite && !alert.resolved && setSilencing(true) });
  if (alert.resolved) return null;
  return (
    <Handling
      thing={alert}
      what="problem"
      resolving="If what was measured still breaks the rule, it opens again."
      act={(deed, note) => {
        if (deed === "resolve") return done(api.POST("/api/v1/alerts/{alert_id}/resolve", { params, body: { note } }));
        if (deed === "acknowledge") return done(api.POST("/api/v1/alerts/{alert_id}/acknowledge", { params, body: { note } }));
        return done(api.POST("/api/v1/alerts/{alert_id}/unacknowledge", { params }));
      }}
      assign={(user_id) => done(api.POST("/api/v1/alerts/{alert_id}/assign", { params, body: { user_id, note: "" } }))}
    >
      <Button onClick={() => setSilencing(true)}>Silence…</Button>
      {isSilencing && (
        <SilenceForm
          matchers={matchersOf(alert)}
          what={`${alert.rule_name || "this"} on ${alert.device_name || "everything"}`}
          close={() => setSilencing(false)}
        />
      )}
    </Handling>
  );
}
