import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { duration } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { Choice, SearchBox } from "../../ui/choice";
import { Empty, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { usePaging } from "../../ui/paging";
import { SeverityMark } from "../../ui/status";
import { ProblemPlaces } from "../problems/places";

export type Incident = Schemas["IncidentView"];

const STATES = [
  ["", "Open and over"],
  ["open", "Open"],
  ["resolved", "Over"],
] as const;
const SORTS = [
  ["-began_at", "Newest first"],
  ["-affected", "Largest first"],
] as const;

/** Outages, each with its root and what it took with it. */
export function Incidents() {
  const { api } = useApp();
  const [search, setSearch] = useState("");
  const [state, setState] = useState<(typeof STATES)[number][0]>("");
  const [sort, setSort] = useState<(typeof SORTS)[number][0]>("-began_at");
  const { page, setPage, filtering } = usePaging();
  const wanted = useDeferredValue(search.trim());
  const incidents = useQuery({
    queryKey: ["alerts", "incidents", wanted, state, sort, page],
    placeholderData: keepPreviousData,
    queryFn: () =>
      read(
        api.GET("/api/v1/incidents", {
          params: { query: { page, per_page: 50, sort, ...(wanted ? { search: wanted } : {}), ...(state ? { state } : {}) } },
        }),
      ),
  });
  const isFiltered = wanted !== "" || state !== "";
  return (
    <div className="flex flex-col gap-4">
      <ProblemPlaces />
      <PageHead title="Incidents" note="Outages: the device at the root of each, and how many it took with it." />
      <div className="flex flex-wrap gap-2">
        <SearchBox label="Search incidents" placeholder="Device at the root" value={search} type={filtering(setSearch)} />
        <Choice label="State" value={state} options={STATES} choose={filtering(setState)} />
        <Choice label="Order" value={sort} options={SORTS} choose={filtering(setSort)} />
      </div>
      <Listing
        what="incidents"
        query={incidents}
        rows={incidents.data?.data}
        pagination={incidents.data?.pagination}
        go={setPage}
        empty={
          isFiltered ? (
            <Empty title="No incident is like that">Search by the name of a device, or look at open and over.</Empty>
          ) : (
            <Empty title="No incident so far">
              <p>
                Alerts that belong together are gathered here, under the device at their root. Say which device{" "}
                <Link to="/topology" className="text-accent underline">
                  hangs on which
                </Link>{" "}
                to have them gathered well.
              </p>
            </Empty>
          )
        }
      >
        {(incident) => <Row key={incident.id} incident={incident} />}
      </Listing>
    </div>
  );
}

/** How many devices went down with the one at the root, in words. */
export const affectedInWords = ({ affected, most_affected, resolved_at }: Incident) => {
  const count = resolved_at ? most_affected : affected;
  const most = !resolved_at && most_affected > affected ? ` (${most_affected} at most)` : "";
  if (count === 0) return `no other device${most}`;
  return `${count} more ${count === 1 ? "device" : "devices"}${most}`;
};

function Row({ incident }: { incident: Incident }) {
  const lasted = incident.resolved_at && duration((Date.parse(incident.resolved_at) - Date.parse(incident.began_at)) / 1000);
  return (
    <li>
      <Link
        to="/incidents/$incidentId"
        params={{ incidentId: incident.id }}
        className="grid gap-x-4 gap-y-1 px-4 py-3 hover:bg-raised sm:grid-cols-[7rem_1fr_auto] sm:items-center"
      >
        <SeverityMark severity={incident.severity} />
        <span className="min-w-0">
          <span className="block font-semibold break-words">{incident.title}</span>
          <span className="text-muted">
            with {affectedInWords(incident)}, began <Ago at={incident.began_at} />
            {incident.assigned_to_name && `, assigned to ${incident.assigned_to_name}`}
          </span>
        </span>
        <span className={`font-medium ${incident.resolved_at ? "text-online" : incident.acknowledged ? "text-degraded" : "text-offline"}`}>
          {incident.resolved_at ? `● Over after ${lasted}` : incident.acknowledged ? "✓ Acknowledged" : "▲ Open"}
        </span>
      </Link>
    </li>
  );
}
