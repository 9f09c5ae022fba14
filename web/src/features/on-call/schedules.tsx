import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { AlertingPlaces } from "../../app/places";
import { weekdaysInWords } from "../../lib/time";
import { DeleteButton, Fault, useChange } from "../../ui/change";
import { Button, Empty, Failed, Loading, PageHead, Panel } from "../../ui/controls";
import { ScheduleForm } from "./form";
import { StandInForm } from "./stand-in";

export type Schedule = Schemas["OnCallScheduleView"];
type Shift = Schemas["ShiftView"];
export const SCHEDULES = ["on-call"] as const;
const DAYS = 14;

/** Who is on call now and in the days to come. */
export function OnCall() {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const [edited, setEdited] = useState<Schedule | "new" | null>(null);
  const [covered, setCovered] = useState<Schedule | null>(null);
  const schedules = useQuery({
    queryKey: SCHEDULES,
    refetchInterval: 60_000,
    queryFn: () => read(api.GET("/api/v1/on-call-schedules")).then((answer) => answer.data),
  });
  const add = mayWrite && (
    <Button look="primary" onClick={() => setEdited("new")}>
      Add a schedule
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <AlertingPlaces />
      <PageHead title="On call" note="Who is asked, and when. Escalation policies ask whoever is on call then.">
        {add}
      </PageHead>
      {schedules.isPending && <Loading what="schedules" />}
      {schedules.isError && <Failed error={schedules.error} retry={() => void schedules.refetch()} />}
      {schedules.data?.length === 0 && (
        <Empty title="Nobody takes turns yet">
          <p className="mb-4">Name who takes turns and when they hand over; then let an escalation policy ask that schedule.</p>
          {add}
        </Empty>
      )}
      {schedules.data?.map((schedule) => (
        <ScheduleCard
          key={schedule.id}
          schedule={schedule}
          edit={mayWrite ? () => setEdited(schedule) : null}
          cover={() => setCovered(schedule)}
        />
      ))}
      {edited && <ScheduleForm schedule={edited === "new" ? null : edited} close={() => setEdited(null)} />}
      {covered && <StandInForm schedule={covered} close={() => setCovered(null)} />}
    </div>
  );
}

interface CardProps {
  schedule: Schedule;
  /** Opens its form; null where the viewer may only look. */
  edit: (() => void) | null;
  cover: () => void;
}

function ScheduleCard({ schedule, edit, cover }: CardProps) {
  const { api } = useApp();
  const params = { path: { schedule_id: schedule.id } };
  const shifts = useQuery({
    queryKey: [...SCHEDULES, schedule.id, "shifts"],
    refetchInterval: 300_000,
    queryFn: () =>
      read(api.GET("/api/v1/on-call-schedules/{schedule_id}/on-call", { params: { ...params, query: { days: DAYS } } })).then(
        (answer) => answer.data.shifts,
      ),
  });
  const remove = useChange(() => done(api.DELETE("/api/v1/on-call-schedules/{schedule_id}", { params })), [SCHEDULES]);
  return (
    <Panel
      title={schedule.name}
      actions={
        edit && (
          <div className="flex flex-wrap gap-2">
            <Button onClick={cover} aria-label={`Let somebody stand in on ${schedule.name}`}>
              Stand-in…
            </Button>
            <Button onClick={edit} aria-label={`Change ${schedule.name}`}>
              Change
            </Button>
            <DeleteButton name={schedule.name} change={remove} />
          </div>
        )
      }
    >
      <Fault error={remove.error} />
      <p className="text-base">
        {schedule.on_call ? (
          <>
            <span className="text-online">● </span>
            <strong>{schedule.on_call.name}</strong> is on call now
          </>
        ) : (
          <span className="font-semibold text-offline">▲ Nobody is on call now</span>
        )}
      </p>
      <ul className="mt-1 text-muted">
        {schedule.layers.map((layer, at) => (
          <li key={at}>{layerInWords(layer)}</li>
        ))}
        <li>Times of {schedule.time_zone}</li>
      </ul>
      {shifts.isError && <Failed error={shifts.error} retry={() => void shifts.refetch()} />}
      {shifts.data && <Shifts shifts={shifts.data} zone={schedule.time_zone} />}
    </Panel>
  );
}

/** Who takes turns, how long each, and when the layer counts. */
export function layerInWords({ members, turn_days = 7, weekdays = [], from_time, to_time }: Schemas["LayerModel"]): string {
  const who = members.map((member) => member.name).join(", ");
  const turns = members.length > 1 ? `, ${turn_days === 7 ? "a week" : turn_days === 1 ? "a day" : `${turn_days} days`} each` : "";
  const days = weekdays.length > 0 && weekdays.length < 7 ? `, ${weekdaysInWords(weekdays)}` : "";
  const hours = from_time && to_time ? `, ${from_time.slice(0, 5)} to ${to_time.slice(0, 5)}` : "";
  return `${who}${turns}${days}${hours}`;
}

/** The shifts to come, as a bar of days and as a list. */
function Shifts({ shifts, zone }: { shifts: readonly Shift[]; zone: string }) {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? shifts : shifts.slice(0, 5);
  if (shifts.length === 0) return null;
  return (
    <div className="mt-4">
      <h3 className="mb-1 font-medium">The next {DAYS} days</h3>
      <ol className="divide-y divide-line">
        {shown.map((shift) => (
          <li key={shift.begins_at} className="grid grid-cols-[1fr_auto] gap-x-4 py-1.5 sm:grid-cols-[14rem_1fr]">
            <span className="text-muted tabular-nums sm:order-none">
              {inZone(shift.begins_at, zone)} to {inZone(shift.ends_at, zone)}
            </span>
            <span className={`text-right font-medium sm:text-left ${shift.name ? "" : "text-offline"}`}>{shift.name ?? "▲ Nobody"}</span>
          </li>
        ))}
      </ol>
      {shifts.length > shown.length && (
        <Button className="mt-2" onClick={() => setAll(true)}>
          Show {shifts.length - shown.length} more
        </Button>
      )}
    </div>
  );
}

/** A day and a clock time as the schedule's zone shows them. */
function inZone(iso: string, timeZone: string): string {
  const at = new Date(iso);
  const inWords = (what: Intl.DateTimeFormatOptions) => at.toLocaleString("en-GB", { ...what, timeZone });
  return `${inWords({ day: "numeric", month: "short" })} ${inWords({ timeStyle: "short" })}`;
}
