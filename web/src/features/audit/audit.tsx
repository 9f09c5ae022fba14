import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { PeoplePlaces } from "../../app/places";
import { saveAs } from "../../lib/download";
import { instant } from "../../lib/time";
import { Fault, useChange } from "../../ui/change";
import { Choice } from "../../ui/choice";
import { Button, Empty, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { actInWords, actorInWords, differences, type Entry, type Names } from "./entry";

const SINCE = [
  ["", "Since ever"],
  ["1", "Last 24 hours"],
  ["7", "Last 7 days"],
  ["30", "Last 30 days"],
] as const;
const KINDS = [
  ["", "Everything"],
  ["device", "Devices"],
  ["device_group", "Groups of devices"],
  ["device_check", "Checks"],
  ["credential", "Credentials"],
  ["discovery_schedule", "Scheduled scans"],
  ["alert_rule", "Alert rules"],
  ["inhibition_rule", "Inhibition rules"],
  ["service_level", "Service levels"],
  ["silence", "Silences"],
  ["maintenance_window", "Maintenance"],
  ["on_call_schedule", "On-call schedules"],
  ["escalation_policy", "Escalation policies"],
  ["notification_channel", "Channels"],
  ["report_schedule", "Regular reports"],
  ["user", "People"],
  ["organization", "The organisation"],
  ["role", "Roles"],
  ["api_key", "API keys"],
  ["identity_provider", "Identity providers"],
  ["session", "Log-ins"],
] as const;
const DAY_MS = 86_400_000;

/** Who did what from where, with what was before and after. */
export function AuditLog() {
  const { api } = useApp();
  const mayRead = useCan("audit:read");
  const [days, setDays] = useState<(typeof SINCE)[number][0]>("7");
  const [kind, setKind] = useState<string>("");
  const [actor, setActor] = useState("");
  const people = useQuery({
    queryKey: ["people", "all"],
    enabled: useCan("user:read"),
    queryFn: () => read(api.GET("/api/v1/users", { params: { query: { per_page: 200 } } })).then((answer) => answer.data),
  });
  const filter = () => ({
    ...(days ? { since: new Date(Date.now() - Number(days) * DAY_MS).toISOString() } : {}),
    ...(kind ? { target_type: kind } : {}),
    ...(actor ? { actor_id: actor } : {}),
  });
  const log = useInfiniteQuery({
    queryKey: ["audit", days, kind, actor],
    enabled: mayRead,
    initialPageParam: "",
    // a log may be long: only the pages that were read last are kept
    maxPages: 20,
    queryFn: ({ pageParam }) =>
      read(api.GET("/api/v1/audit-log", { params: { query: { limit: 50, ...filter(), ...(pageParam ? { cursor: pageParam } : {}) } } })),
    getNextPageParam: ({ pagination }) => pagination.next_cursor ?? undefined,
    getPreviousPageParam: () => undefined,
  });
  const exported = useChange(async () => {
    const body = await read(api.GET("/api/v1/audit-log/export", { params: { query: filter() }, parseAs: "blob" }));
    saveAs(`audit-log-${new Date().toISOString().slice(0, 10)}.csv`, body as unknown as Blob);
  }, []);
  const names = new Map(people.data?.map(({ id, full_name, email }) => [id, full_name || email]));
  const rows = log.data?.pages.flatMap((page) => page.data);
  return (
    <div className="flex flex-col gap-4">
      <PeoplePlaces />
      <PageHead title="Audit log" note="Who did what, and what was before and after. Nobody can change it.">
        <Button onClick={() => exported.mutate()} disabled={exported.isPending}>
          {exported.isPending ? "Exporting…" : "Export as CSV"}
        </Button>
      </PageHead>
      <Fault error={exported.error} />
      <div className="flex flex-wrap gap-2">
        <Choice label="Time" value={days} options={SINCE} choose={setDays} />
        <Choice label="Of what" value={kind} options={KINDS} choose={setKind} />
        <Choice
          label="By whom"
          value={actor}
          options={[["", "By anybody"], ...(people.data ?? []).map(({ id, full_name, email }) => [id, full_name || email] as const)]}
          choose={setActor}
        />
      </div>
      <Listing
        what="the audit log"
        query={log}
        rows={rows}
        empty={
          <Empty title="Nothing was done">
            <p>Nobody did anything like that in this time. Choose a longer time, or everybody.</p>
          </Empty>
        }
      >
        {(entry) => <Row key={entry.id} entry={entry} names={names} />}
      </Listing>
      {log.hasNextPage && (
        <Button className="self-center" disabled={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {log.isFetchingNextPage ? "Loading…" : "Show older"}
        </Button>
      )}
    </div>
  );
}

function Row({ entry, names }: { entry: Entry; names: Names }) {
  const changed = differences(entry);
  return (
    <li className="px-4 py-3">
      <p className="break-words">
        <strong>{actorInWords(entry)}</strong> {actInWords(entry, names)}
      </p>
      <p className="text-muted">
        <time dateTime={entry.occurred_at}>{instant(entry.occurred_at)}</time>
        {entry.source_ip && `, from ${entry.source_ip}`}
      </p>
      {changed.length > 0 && (
        <details className="mt-1">
          <summary className="min-h-6 cursor-pointer text-muted hover:text-ink">
            {changed.length === 1 ? "One value" : `${changed.length} values`}
          </summary>
          <dl className="mt-1 flex flex-col gap-1">
            {changed.map(({ name, before, after }) => (
              <div key={name} className="grid gap-x-3 sm:grid-cols-[12rem_1fr]">
                <dt className="text-muted">{name.replaceAll("_", " ")}</dt>
                <dd className="font-mono text-xs wrap-anywhere">
                  {before !== null && <del className="text-offline">{before}</del>}
                  {before !== null && after !== null && " → "}
                  {after !== null && <ins className="text-online no-underline">{after}</ins>}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </li>
  );
}
