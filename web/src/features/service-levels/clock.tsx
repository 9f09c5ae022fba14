import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { duration, instant } from "../../lib/time";
import { useNow } from "../../ui/ago";
import { Fault } from "../../ui/change";
import { Panel } from "../../ui/controls";
import { type Aim, aimsOf, LOOKS, standingOf } from "./aim";

const LOOK_AGAIN_MS = 30_000;
const MARKS = [50, 75, 100];
const AT = { 50: "left-1/2", 75: "left-3/4", 100: "right-0" } as Record<number, string>;

/** What is promised for a problem, and how much of its time is gone. */
export function AlertClock({ alertId, isOver }: { alertId: string; isOver: boolean }) {
  const { api } = useApp();
  const level = useQuery({
    queryKey: ["alerts", "service-level", alertId],
    refetchInterval: isOver ? false : LOOK_AGAIN_MS,
    queryFn: () =>
      read(api.GET("/api/v1/alerts/{alert_id}/service-level", { params: { path: { alert_id: alertId } } })).then((a) => a.data),
  });
  return <Clock level={level.data} error={level.error} />;
}

/** What is promised for the problem of an incident that is closest to be late. */
export function IncidentClock({ incidentId, isOver }: { incidentId: string; isOver: boolean }) {
  const { api } = useApp();
  const level = useQuery({
    queryKey: ["alerts", "incident", incidentId, "service-level"],
    refetchInterval: isOver ? false : LOOK_AGAIN_MS,
    queryFn: () =>
      read(api.GET("/api/v1/incidents/{incident_id}/service-level", { params: { path: { incident_id: incidentId } } })).then(
        (answer) => answer.data,
      ),
  });
  const alertId = level.data?.alert_id;
  return (
    <Clock level={level.data} error={level.error}>
      {alertId && (
        <Link to="/alerts/$alertId" params={{ alertId }} className="text-accent underline">
          Its most pressing problem
        </Link>
      )}
    </Clock>
  );
}

interface Props {
  level: Schemas["AlertLevelView"] | undefined;
  error: Error | null;
  children?: ReactNode;
}

function Clock({ level, error, children }: Props) {
  const aims = level ? aimsOf(level) : [];
  if (!error && aims.length === 0) return null;
  return (
    <Panel title={level?.name ? `Promised: ${level.name}` : "Promised"} actions={children}>
      <Fault error={error} />
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {aims.map((aim) => (
          <AimBar key={aim.name} aim={aim} />
        ))}
      </div>
    </Panel>
  );
}

/** One time that was promised: how much of it is gone, as a bar with its marks and in words. */
function AimBar({ aim }: { aim: Aim }) {
  const now = useNow();
  const { word, shape, text, bar } = LOOKS[standingOf(aim)];
  return (
    <div>
      <div className="flex flex-wrap justify-between gap-x-3">
        <h3 className="font-medium">{aim.name}</h3>
        <span className={`font-medium whitespace-nowrap ${text}`}>
          <span aria-hidden="true">{shape} </span>
          {word}
        </span>
      </div>
      <div
        role="meter"
        aria-label={`${aim.name}: how much of the time is gone`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, aim.percent)}
        aria-valuetext={`${aim.percent} %`}
        className="relative mt-1.5 h-3 overflow-hidden rounded-full border border-line bg-ground"
      >
        <span className={`block h-full ${bar}`} style={{ width: `${Math.min(100, aim.percent)}%` }} />
        <span className="absolute inset-y-0 left-1/2 w-px bg-ink/50" />
        <span className="absolute inset-y-0 left-3/4 w-px bg-ink/50" />
      </div>
      <div className="relative h-5 text-xs text-muted" aria-hidden="true">
        {MARKS.map((mark) => (
          <span key={mark} className={`absolute ${AT[mark]} ${mark < 100 ? "-translate-x-1/2" : ""}`}>
            {mark} %
          </span>
        ))}
      </div>
      <p className="tabular-nums">{inWords(aim, now)}</p>
    </div>
  );
}

/** How it stands, in words. */
function inWords({ percent, by, doneAt, isPaused }: Aim, now: number): string {
  if (doneAt) return `${instant(doneAt)}, after ${percent} % of the time`;
  if (isPaused) return `${percent} % of the time is gone; it stands still while the device is in maintenance`;
  if (!by) return `${percent} % of the time is gone`;
  const left = (Date.parse(by) - now) / 1000;
  const due = left > 0 ? `due ${instant(by)}, in ${duration(left)}` : `was due ${instant(by)}, ${duration(-left)} ago`;
  return `${percent} % gone, ${due}`;
}
