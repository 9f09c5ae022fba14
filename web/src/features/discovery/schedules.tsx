import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { instant } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { useChange } from "../../ui/change";
import { KeptRow, KeptScreen } from "../../ui/kept";
import { DevicePlaces } from "../devices/places";
import { DiscoveryPlaces } from "./places";
import { everyInWords, SCHEDULES, type Schedule } from "./schedule";
import { ScheduleForm } from "./schedule-form";

/** Scans that repeat, by name. */
export function ScanSchedules() {
  const { api } = useApp();
  const schedules = useQuery({
    queryKey: SCHEDULES,
    refetchInterval: 30_000,
    // an organisation has at most fifty
    queryFn: () => read(api.GET("/api/v1/discovery/schedules", { params: { query: { per_page: 50 } } })).then((answer) => answer.data),
  });
  return (
    <KeptScreen
      places={
        <>
          <DevicePlaces />
          <DiscoveryPlaces />
        </>
      }
      title="Scheduled scans"
      note="Networks that are looked through again and again, so that nothing new goes unseen."
      what="scheduled scans"
      query={schedules}
      word="Schedule a scan"
      mayWrite={useCan("device:write")}
      empty={["No scan is scheduled", "Have a network scanned every day: what is new waits for you, or is added by itself."]}
      row={(schedule, edit) => <Row key={schedule.id} schedule={schedule} edit={edit} />}
      form={(schedule, close) => <ScheduleForm schedule={schedule} close={close} />}
    />
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
    <KeptRow name={name} isOn={enabled} turn={turn} remove={remove} ask="The scans it began stay." edit={edit}>
      <p className="break-words text-muted">
        {[...scan.networks, ...(scan.neighbours ? ["neighbours"] : [])].join(", ")} {everyInWords(schedule.every_hours)}.{" "}
        {scan.dry_run ? "What is new waits for you." : "What is new is added by itself."}
      </p>
      <p className="text-muted tabular-nums">
        {enabled && `Next ${instant(schedule.next_at)}. `}
        {schedule.last_started_at ? (
          <>
            Last <Ago at={schedule.last_started_at} />.{" "}
          </>
        ) : (
          "No scan yet. "
        )}
        <Link to="/discovery" search={{ schedule: schedule.id }} aria-label={`Scans of ${name}`} className="text-accent underline">
          Scans
        </Link>
      </p>
      {schedule.last_error && <p className="break-words text-offline">▲ The last turn was left out: {schedule.last_error}</p>}
    </KeptRow>
  );
}
