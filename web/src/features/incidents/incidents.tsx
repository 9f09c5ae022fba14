import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { duration } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { Empty, Failed, Loading, PageHead } from "../../ui/controls";
import { Pager } from "../../ui/pager";
import { SeverityMark } from "../../ui/status";
import { ProblemPlaces } from "../problems/places";

type Incident = Schemas["IncidentView"];

/** Outages, each with its root and what it took with it, newest first. */
export function Incidents() {
  const { api } = useApp();
  const [page, setPage] = useState(1);
  const incidents = useQuery({
    queryKey: ["alerts", "incidents", page],
    placeholderData: keepPreviousData,
    queryFn: () => read(api.GET("/api/v1/incidents", { params: { query: { page, per_page: 50 } } })),
  });
  return (
    <div className="flex flex-col gap-4">
      <ProblemPlaces />
      <PageHead title="Incidents" note="Outages: the device at the root of each, and how many it took with it." />
      {incidents.isPending && <Loading what="incidents" />}
      {incidents.isError && <Failed error={incidents.error} retry={() => void incidents.refetch()} />}
      {incidents.data?.data.length === 0 && (
        <Empty title="No incident so far">Alerts that belong together are gathered here, under the device at their root.</Empty>
      )}
      {incidents.data && incidents.data.data.length > 0 && (
        <>
          <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
            {incidents.data.data.map((incident) => (
              <Row key={incident.id} incident={incident} />
            ))}
          </ul>
          <Pager what="incidents" pagination={incidents.data.pagination} go={setPage} />
        </>
      )}
    </div>
  );
}

/** How many devices an incident took, in words. */
export const affectedInWords = ({ affected, most_affected, resolved_at }: Incident) => {
  const count = resolved_at ? most_affected : affected;
  return `${count} ${count === 1 ? "device" : "devices"}${!resolved_at && most_affected > affected ? ` (${most_affected} at most)` : ""}`;
};

function Row({ incident }: { incident: Incident }) {
  const lasted = incident.resolved_at && duration((Date.parse(incident.resolved_at) - Date.parse(incident.began_at)) / 1000);
  return (
    <li>
      <Link
        to="/incidents/$incidentId"
        params={{ incidentId: incident.id }}
        className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 hover:bg-raised"
      >
        <SeverityMark severity={incident.severity} />
        <span className="min-w-0 grow">
          <span className="block font-semibold break-words">{incident.title}</span>
          <span className="text-muted">
            {affectedInWords(incident)}, began <Ago at={incident.began_at} />
          </span>
        </span>
        <span className={`font-medium ${incident.resolved_at ? "text-online" : "text-offline"}`}>
          {incident.resolved_at ? `● Over after ${lasted}` : "▲ Open"}
        </span>
      </Link>
    </li>
  );
}
