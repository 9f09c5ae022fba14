import { useQuery } from "@tanstack/react-query";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { duration, instant } from "../../lib/time";
import { useChange } from "../../ui/change";
import { KeptRow, KeptScreen } from "../../ui/kept";
import { ProblemPlaces } from "../problems/places";
import { scopeInWords } from "../rules/rule";
import { WindowForm } from "./form";
import { asWritten, recurrenceInWords, type Window } from "./window";

const KEY = ["maintenance"];

/** When devices are worked on: nobody is told, and reports count that time apart. */
export function Maintenance() {
  const { api } = useApp();
  const windows = useQuery({
    queryKey: KEY,
    refetchInterval: 60_000,
    queryFn: () => read(api.GET("/api/v1/maintenance-windows")).then((answer) => answer.data),
  });
  return (
    <KeptScreen
      places={<ProblemPlaces />}
      title="Maintenance"
      note="While devices are worked on nobody is told, and reports count that time apart."
      what="maintenance windows"
      query={windows}
      word="Plan maintenance"
      mayWrite={useCan("alert:write")}
      empty={[
        "No maintenance is planned",
        "Plan it, once or every week, so that nobody is woken by work that was announced.",
      ]}
      row={(window, edit) => <Row key={window.id} window={window} edit={edit} />}
      form={(window, close) => <WindowForm window={window} close={close} />}
    />
  );
}

/** How a window stands, as shape and word. */
function standing({ active, enabled, upcoming }: Window): readonly [string, string] {
  if (active) return ["■ Open now", "text-maintenance"];
  if (!enabled) return ["■ Off", "text-muted"];
  return [upcoming.length > 0 ? "… Planned" : "● Over", "text-muted"];
}

function Row({ window, edit }: { window: Window; edit: (() => void) | null }) {
  const { api } = useApp();
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
    <KeptRow
      name={window.name}
      isOn={window.enabled}
      turn={turn}
      remove={remove}
      ask={window.active ? "It ends at once." : ""}
      edit={edit}
      standing={<span className={`font-medium ${className}`}>{word}</span>}
    >
      <p className="text-muted">
        {scopeInWords(window.scope)}, {duration(window.duration_seconds)}
        {window.recurrence && `, ${recurrenceInWords(window.recurrence)}`} ({window.time_zone})
      </p>
      {next && !window.active && <p className="text-muted">Next: {instant(next.begins_at)}</p>}
      {next && window.active && <p className="text-muted">Until {instant(next.ends_at)}</p>}
      {window.comment && <p className="text-muted break-words">{window.comment}</p>}
    </KeptRow>
  );
}
