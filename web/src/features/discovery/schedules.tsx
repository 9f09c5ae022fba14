import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { instant } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { DeleteButton, Fault, OnSwitch, useChange } from "../../ui/change";
import { Button, Empty, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { usePaging } from "../../ui/paging";
import { DevicePlaces } from "../devices/places";
import { DiscoveryPlaces } from "./places";
import { everyInWords, SCHEDULES, type Schedule } from "./schedule";
import { ScheduleForm } from "./schedule-form";

/** Scans that repeat, by name. */
export function ScanSchedules() {
  const { api } = useApp();
  const mayWrite = useCan("device:write");
  const { page, setPage } = usePaging();
  const [edited, setEdited] = useState<Schedule | "new" | null>(null);
  const schedules = useQuery({
    queryKey: [...SCHEDULES, page],
    refetchInterval: 30_000,
    queryFn: () => read(api.GET("/api/v1/discovery/schedules", { params: { query: { page, per_page: 50 } } })),
  });
  const add = (
    <Button look="primary" onClick={() => setEdited("new")}>
      Schedule a scan
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <DevicePlaces />
      <PageHead title="Scheduled scans" note="Networks that are looked through again and again, so that nothing new goes unseen.">
        {mayWrite && add}
      </PageHead>
      <DiscoveryPlaces />
      <Listing
        what="scheduled scans"
        query={schedules}
        rows={schedules.data?.data}
        pagination={schedules.data?.pagination}
        go={setPage}
        empty={
          <Empty title="No scan is scheduled">
            <p className="mb-4">Have a network scanned every day: what is new waits for you, or is added by itself.</p>
            {mayWrite && add}
          </Empty>
        }
      >
        {(schedule) => <Row key={schedule.id} schedule={schedule} edit={mayWrite ? () => setEdited(schedule) : null} />}
      </Listing>
      {edited && <ScheduleForm schedule={edited === "new" ? null : edited} close={() => setEdited(null)} />}
    </div>
  );
}

function Row({ schedule, edit }: { schedule: Schedule; edit: (() => void) | null }) {
  const { api } = useApp();
  const params = { path: { schedule_id: schedule.id } };
  const turn = useChange(
    (enabled: boolean) => done(api.PATCH("/api/v1/discovery/schedules/{schedule_id}", { params, body: { enabled } })),
    [SCHEDULES],
  );
  const remove = useChange(() => done(api.DELETE("/api/v1/discovery/schedules/{schedule_id}", { params })), [SCHEDULES]);
  const { scan, name, enabled } = schedule;
  return (
    <li className="grid gap-x-4 gap-y-2 px-4 py-3 lg:grid-cols-[1fr_auto] lg:items-center">
      <div className="min-w-0">
        <p className={`font-semibold break-words ${enabled ? "" : "text-muted"}`}>
          {name}
          {!enabled && <span className="font-normal"> (paused)</span>}
        </p>
        <p className="break-words text-muted">
          {[...scan.networks, ...(scan.neighbours ? ["neighbours"] : [])].join(", ")} {everyInWords(schedule.every_hours)}.{" "}
          {scan.dry_run ? "What is new waits for you." : "What is new is added by itself."}
        </p>
        <p className="text-muted tabular-nums">
          Last scan: {schedule.last_started_at ? <Ago at={schedule.last_started_at} /> : "none yet"}
          {enabled && <>. Next: {instant(schedule.next_at)}</>}
        </p>
        {schedule.last_error && <p className="break-words text-offline">▲ The last turn was left out: {schedule.last_error}</p>}
        <Fault error={turn.error ?? remove.error} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Link
          to="/discovery"
          search={{ schedule: schedule.id }}
          aria-label={`Scans of ${name}`}
          className="inline-flex min-h-10 items-center rounded-md border border-line bg-raised px-4 font-medium hover:brightness-110"
        >
          Its scans
        </Link>
        {edit && (
          <>
            <OnSwitch name={name} isOn={enabled} change={turn} />
            <Button onClick={edit} aria-label={`Change ${name}`}>
              Change
            </Button>
            <DeleteButton name={name} change={remove} ask="The scans it began stay." />
          </>
        )}
      </div>
    </li>
  );
}
