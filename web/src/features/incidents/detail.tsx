import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { asStatus } from "../../lib/status";
import { duration, instant } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { Button, Failed, Loading, Panel } from "../../ui/controls";
import { type Fact, Facts } from "../../ui/facts";
import { SeverityMark, StatusMark } from "../../ui/status";
import { Happening } from "../../ui/story";
import { Table } from "../../ui/table";
import { Comments } from "../problems/comments";
import { Handling } from "../problems/handling";
import { ProblemPlaces } from "../problems/places";
import { IncidentClock } from "../service-levels/clock";
import { affectedInWords, type Incident } from "./incidents";

/** One outage: its root, the devices it took, what happened when. */
export function IncidentDetail() {
  const { api } = useApp();
  const { incidentId } = useParams({ from: "/incidents/$incidentId" });
  const path = { incident_id: incidentId };
  const incident = useQuery({
    queryKey: ["alerts", "incident", incidentId],
    queryFn: () => read(api.GET("/api/v1/incidents/{incident_id}", { params: { path } })).then((answer) => answer.data),
  });
  if (incident.isPending) return <Loading what="the incident" />;
  if (incident.isError) return <Failed error={incident.error} retry={() => void incident.refetch()} />;
  const { data } = incident;
  return (
    <div className="flex flex-col gap-4">
      <ProblemPlaces />
      <Panel>
        <div className="flex flex-wrap gap-x-4 gap-y-1">
          <SeverityMark severity={data.severity} />
          <span className={`font-medium ${data.resolved_at ? "text-online" : data.acknowledged ? "text-degraded" : "text-offline"}`}>
            {data.resolved_at ? "● Over" : data.acknowledged ? "✓ Acknowledged" : "▲ Open"}
          </span>
        </div>
        <h1 className="mt-1 mb-4 text-xl font-bold break-words">{data.title}</h1>
        <Facts facts={factsOf(data)} />
        {!data.resolved_at && <Actions incident={data} />}
      </Panel>
      <IncidentClock incidentId={incidentId} isOver={data.resolved_at !== null} />
      <Devices incidentId={incidentId} />
      <Timeline incidentId={incidentId} />
      <Comments
        queryKey={["alerts", "incident", incidentId, "comments"]}
        list={() => read(api.GET("/api/v1/incidents/{incident_id}/comments", { params: { path } })).then((answer) => answer.data)}
        say={(text) => done(api.POST("/api/v1/incidents/{incident_id}/comments", { params: { path }, body: { text } }))}
      />
    </div>
  );
}

function Actions({ incident }: { incident: Incident }) {
  const { api } = useApp();
  const params = { path: { incident_id: incident.id } };
  return (
    <Handling
      thing={incident}
      what="incident"
      resolving="All of its problems are declared over, and stay quiet until what was wrong has gone once."
      act={(deed, note) => {
        if (deed === "resolve") return done(api.POST("/api/v1/incidents/{incident_id}/resolve", { params, body: { note } }));
        if (deed === "acknowledge")
          return done(api.POST("/api/v1/incidents/{incident_id}/acknowledge", { params, body: { note } }));
        return done(api.POST("/api/v1/incidents/{incident_id}/unacknowledge", { params }));
      }}
      assign={(user_id) => done(api.POST("/api/v1/incidents/{incident_id}/assign", { params, body: { user_id, note: "" } }))}
    />
  );
}

function factsOf(incident: Incident): Fact[] {
  const { root_device_id, began_at, resolved_at } = incident;
  return [
    [
      "Root",
      root_device_id && (
        <Link key="root" to="/devices/$deviceId" params={{ deviceId: root_device_id }} className="text-accent underline">
          {incident.root_name}
        </Link>
      ),
    ],
    ["Address", incident.root_ip_address],
    ["Went down with it", affectedInWords(incident)],
    ["Alerts", incident.alerts],
    ["Began", instant(began_at)],
    ["Ended", resolved_at && instant(resolved_at)],
    [
      resolved_at ? "Lasted" : "Lasts for",
      resolved_at ? duration((Date.parse(resolved_at) - Date.parse(began_at)) / 1000) : <Ago key="lasts" at={began_at} plain />,
    ],
    [
      "Acknowledged",
      incident.acknowledged && incident.acknowledged_at && (
        <span key="ack">
          {incident.acknowledged_by_name || "yes"}, <Ago at={incident.acknowledged_at} />
        </span>
      ),
    ],
    ["Note", incident.acknowledge_note],
    ["Assigned to", incident.assigned_to_name],
    ["Because", incident.reason.replaceAll("_", " ")],
  ];
}

function Devices({ incidentId }: { incidentId: string }) {
  const { api } = useApp();
  const devices = useQuery({
    queryKey: ["alerts", "incident", incidentId, "devices"],
    queryFn: () =>
      read(
        api.GET("/api/v1/incidents/{incident_id}/devices", {
          params: { path: { incident_id: incidentId }, query: { per_page: 200 } },
        }),
      ),
  });
  if (devices.isError) return <Failed error={devices.error} retry={() => void devices.refetch()} />;
  if (!devices.data) return <Loading what="its devices" />;
  const { total } = devices.data.pagination;
  return (
    <Panel title={`Devices: ${total}${total > devices.data.data.length ? `, the first ${devices.data.data.length}` : ""}`}>
      <Table
        label="Devices of this incident"
        rows={devices.data.data}
        keyOf={(each) => `${each.device_id} ${each.joined_at}`}
        columns={[
          {
            head: "Device",
            of: (each) => (
              <Link to="/devices/$deviceId" params={{ deviceId: each.device_id }} className="text-accent underline">
                {each.name}
              </Link>
            ),
          },
          { head: "Part", of: (each) => (each.is_root ? "the root" : "depends on it") },
          { head: "Now", of: (each) => <StatusMark status={asStatus(each.status)} /> },
          { head: "Address", of: (each) => each.ip_address },
          { head: "Taken", of: (each) => instant(each.joined_at), className: "whitespace-nowrap text-muted" },
          { head: "Back", of: (each) => each.left_at && instant(each.left_at), className: "whitespace-nowrap text-muted" },
        ]}
      />
    </Panel>
  );
}

function Timeline({ incidentId }: { incidentId: string }) {
  const { api } = useApp();
  const timeline = useInfiniteQuery({
    queryKey: ["alerts", "incident", incidentId, "timeline"],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      read(
        api.GET("/api/v1/incidents/{incident_id}/timeline", {
          params: { path: { incident_id: incidentId }, query: { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    getNextPageParam: ({ pagination }) => pagination.next_cursor,
  });
  if (timeline.isError) return <Failed error={timeline.error} retry={() => void timeline.refetch()} />;
  if (!timeline.data) return <Loading what="the timeline" />;
  const steps = timeline.data.pages.flatMap((page) => page.data);
  return (
    <Panel title="Timeline">
      <ol className="flex flex-col">
        {steps.map((step, index) => (
          <Happening key={`${step.at} ${index}`} at={step.at}>
            <p className="break-words">
              {step.alert_id ? (
                <Link to="/alerts/$alertId" params={{ alertId: step.alert_id }} className="underline">
                  {step.text}
                </Link>
              ) : (
                step.text
              )}
              {step.actor_name && <span className="text-muted"> by {step.actor_name}</span>}
            </p>
          </Happening>
        ))}
      </ol>
      {timeline.hasNextPage && (
        <Button className="mt-3" disabled={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
          Show what came next
        </Button>
      )}
    </Panel>
  );
}
