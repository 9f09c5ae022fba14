import { useQuery } from "@tanstack/react-query";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { instant } from "../../lib/time";
import { DeleteButton, Fault, OnSwitch, useChange } from "../../ui/change";
import { Failed, Panel } from "../../ui/controls";

type Schedule = Schemas["ScheduleView"];
const SCHEDULES = ["report-schedules"] as const;

/** Reports that come by themselves; nothing where there are none. */
export function Schedules({ mayWrite }: { mayWrite: boolean }) {
  const { api } = useApp();
  const schedules = useQuery({
    queryKey: SCHEDULES,
    queryFn: () => read(api.GET("/api/v1/report-schedules", { params: { query: { per_page: 100 } } })).then((a) => a.data),
  });
  if (schedules.isError) return <Failed error={schedules.error} retry={() => void schedules.refetch()} />;
  if (!schedules.data?.length) return null;
  return (
    <Panel title="Regular reports">
      <ul className="-my-3 divide-y divide-line">
        {schedules.data.map((schedule) => (
          <Row key={schedule.id} schedule={schedule} mayWrite={mayWrite} />
        ))}
      </ul>
    </Panel>
  );
}

function Row({ schedule, mayWrite }: { schedule: Schedule; mayWrite: boolean }) {
  const { api } = useApp();
  const params = { path: { schedule_id: schedule.id } };
  const turn = useChange(
    (enabled: boolean) => done(api.PATCH("/api/v1/report-schedules/{schedule_id}", { params, body: { enabled } })),
    [SCHEDULES],
  );
  const remove = useChange(() => done(api.DELETE("/api/v1/report-schedules/{schedule_id}", { params })), [SCHEDULES]);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="font-semibold break-words">{schedule.name}</p>
        <p className="wrap-anywhere text-muted">
          {schedule.cadence} at {schedule.at.slice(0, 5)} ({schedule.time_zone}) to {schedule.recipients.join(", ") || "this list"}
          {schedule.enabled && schedule.next_run_at && `, next ${instant(schedule.next_run_at)}`}
        </p>
        <Fault error={turn.error ?? remove.error} />
      </div>
      {mayWrite && (
        <div className="flex items-center gap-2">
          <OnSwitch name={schedule.name} isOn={schedule.enabled} change={turn} />
          <DeleteButton name={schedule.name} change={remove} ask="The reports it made stay." />
        </div>
      )}
    </li>
  );
}
