import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { duration, instant } from "../../lib/time";
import { Button, Empty, Failed, Loading, PageHead } from "../../ui/controls";
import { ProblemPlaces } from "../problems/places";
import { scopeInWords } from "../rules/rule";
import { WindowForm } from "./form";

type Window = Schemas["WindowView"];
const KEY = ["maintenance"];
const FREQUENCIES = { daily: "every day", weekly: "every week", monthly: "every month" } as Record<string, string>;

/** When devices are worked on: nobody is told, and reports count that time apart. */
export function Maintenance() {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const [isOpen, setOpen] = useState(false);
  const windows = useQuery({
    queryKey: KEY,
    refetchInterval: 60_000,
    queryFn: () => read(api.GET("/api/v1/maintenance-windows")).then((answer) => answer.data),
  });
  const add = mayWrite && (
    <Button look="primary" onClick={() => setOpen(true)}>
      Plan maintenance
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <ProblemPlaces />
      <PageHead title="Maintenance" note="While devices are worked on nobody is told, and reports count that time apart.">
        {add}
      </PageHead>
      {windows.isPending && <Loading what="maintenance windows" />}
      {windows.isError && <Failed error={windows.error} retry={() => void windows.refetch()} />}
      {windows.data?.length === 0 && (
        <Empty title="No maintenance is planned">
          <p className="mb-4">Plan it, once or every week, so that nobody is woken by work that was announced.</p>
          {add}
        </Empty>
      )}
      {windows.data && windows.data.length > 0 && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
          {windows.data.map((window) => (
            <Row key={window.id} window={window} />
          ))}
        </ul>
      )}
      {isOpen && <WindowForm close={() => setOpen(false)} />}
    </div>
  );
}

function Row({ window }: { window: Window }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const mayWrite = useCan("alert:write");
  const remove = useMutation({
    mutationFn: () =>
      done(api.DELETE("/api/v1/maintenance-windows/{window_id}", { params: { path: { window_id: window.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  const [next] = window.upcoming;
  const again = window.recurrence ? `, ${FREQUENCIES[window.recurrence.frequency] ?? window.recurrence.frequency}` : "";
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 grow">
        <p className="font-semibold break-words">{window.name}</p>
        <p className="text-muted">
          {scopeInWords(window.scope)}, {duration(window.duration_seconds)}
          {again} ({window.time_zone})
        </p>
        {next && !window.active && <p className="text-muted">Next: {instant(next.begins_at)}</p>}
        {window.comment && <p className="text-muted break-words">{window.comment}</p>}
        {remove.isError && (
          <p role="alert" className="text-offline">
            {remove.error.message}
          </p>
        )}
      </div>
      <span className={`font-medium ${window.active ? "text-maintenance" : "text-muted"}`}>
        {window.active ? "■ Open now" : next ? "… Planned" : "● Over"}
      </span>
      {mayWrite && (
        <Button
          look="danger"
          disabled={remove.isPending}
          onClick={() => {
            if (confirm(`Delete ${window.name}?${window.active ? " It ends at once." : ""}`)) remove.mutate();
          }}
        >
          Delete
        </Button>
      )}
    </li>
  );
}
