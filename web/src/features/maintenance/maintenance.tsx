import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { duration, instant } from "../../lib/time";
import { DeleteButton, Fault, OnSwitch, useChange } from "../../ui/change";
import { Button, Empty, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { ProblemPlaces } from "../problems/places";
import { scopeInWords } from "../rules/rule";
import { WindowForm } from "./form";
import { asWritten, recurrenceInWords, type Window } from "./window";

const KEY = ["maintenance"];

/** When devices are worked on: nobody is told, and reports count that time apart. */
export function Maintenance() {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const [edited, setEdited] = useState<Window | "new" | null>(null);
  const windows = useQuery({
    queryKey: KEY,
    refetchInterval: 60_000,
    queryFn: () => read(api.GET("/api/v1/maintenance-windows")).then((answer) => answer.data),
  });
  const add = mayWrite && (
    <Button look="primary" onClick={() => setEdited("new")}>
      Plan maintenance
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <ProblemPlaces />
      <PageHead title="Maintenance" note="While devices are worked on nobody is told, and reports count that time apart.">
        {add}
      </PageHead>
      <Listing
        what="maintenance windows"
        query={windows}
        rows={windows.data}
        empty={
          <Empty title="No maintenance is planned">
            <p className="mb-4">Plan it, once or every week, so that nobody is woken by work that was announced.</p>
            {add}
          </Empty>
        }
      >
        {(window) => <Row key={window.id} window={window} edit={() => setEdited(window)} />}
      </Listing>
      {edited && <WindowForm window={edited === "new" ? null : edited} close={() => setEdited(null)} />}
    </div>
  );
}

/** How a window stands, as shape and word. */
function standing({ active, enabled, upcoming }: Window): readonly [string, string] {
  if (active) return ["■ Open now", "text-maintenance"];
  if (!enabled) return ["■ Off", "text-muted"];
  return [upcoming.length > 0 ? "… Planned" : "● Over", "text-muted"];
}

function Row({ window, edit }: { window: Window; edit: () => void }) {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const params = { path: { window_id: window.id } };
  const remove = useChange(() => done(api.DELETE("/api/v1/maintenance-windows/{window_id}", { params })), [KEY]);
  const turn = useChange(
    (enabled: boolean) =>
      done(api.PUT("/api/v1/maintenance-windows/{window_id}", { params, body: { ...asWritten(window), enabled } })),
    [KEY],
  );
  const [next] = window.upcoming;
  const [word, className] = standing(window);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 grow">
        <p className="font-semibold break-words">{window.name}</p>
        <p className="text-muted">
          {scopeInWords(window.scope)}, {duration(window.duration_seconds)}
          {window.recurrence && `, ${recurrenceInWords(window.recurrence)}`} ({window.time_zone})
        </p>
        {next && !window.active && <p className="text-muted">Next: {instant(next.begins_at)}</p>}
        {next && window.active && <p className="text-muted">Until {instant(next.ends_at)}</p>}
        {window.comment && <p className="text-muted break-words">{window.comment}</p>}
        <Fault error={remove.error ?? turn.error} />
      </div>
      <span className={`font-medium ${className}`}>{word}</span>
      {mayWrite && (
        <div className="flex flex-wrap items-center gap-2">
          <OnSwitch name={window.name} isOn={window.enabled} change={turn} />
          <Button onClick={edit} aria-label={`Change ${window.name}`}>
            Change
          </Button>
          <DeleteButton name={window.name} change={remove} ask={window.active ? "It ends at once." : ""} />
        </div>
      )}
    </li>
  );
}
