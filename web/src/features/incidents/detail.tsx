import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { asStatus } from "../../lib/status";
import { clock, day, duration, instant } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { Button, Failed, Loading, PageHead, Panel } from "../../ui/controls";
import { SeverityMark, StatusMark } from "../../ui/status";
import { Table } from "../../ui/table";
import { ProblemPlaces } from "../problems/places";
import { affectedInWords } from "./incidents";

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
      <PageHead title={data.title} note={`${affectedInWords(data)}, ${data.alerts} ${data.alerts === 1 ? "alert" : "alerts"}`} />
      <p className="flex flex-wrap gap-x-4 gap-y-1">
        <SeverityMark severity={data.severity} />
        <span className={`font-medium ${data.resolved_at ? "text-online" : "text-offline"}`}>
          {data.resolved_at ? "● Over" : "▲ Open"}
        </span>
        <span className="text-muted">
          began {instant(data.began_at)},{" "}
          {data.resolved_at ? (
            `lasted ${duration((Date.parse(data.resolved_at) - Date.parse(data.began_at)) / 1000)}`
          ) : (
            <>
              lasts for <Ago at={data.began_at} plain />
            </>
          )}
        </span>
      </p>
      <Devices incidentId={incidentId} />
      <Timeline incidentId={incidentId} />
    </div>
  );
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
          <li key={`${step.at} ${index}`} className="grid gap-x-4 border-l-2 border-line py-2 pl-4 sm:grid-cols-[7.5rem_1fr]">
            <time dateTime={step.at} title={instant(step.at)} className="text-muted tabular-nums">
              {day(new Date(step.at))} {clock(new Date(step.at), true)}
            </time>
            <p className="min-w-0 break-words">
              {step.alert_id ? (
                <Link to="/alerts/$alertId" params={{ alertId: step.alert_id }} className="underline">
                  {step.text}
                </Link>
              ) : (
                step.text
              )}
              {step.actor_name && <span className="text-muted"> by {step.actor_name}</span>}
            </p>
          </li>
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
