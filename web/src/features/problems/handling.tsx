import { type ReactNode, useState } from "react";
import { useCan } from "../../app/me";
import { useKeys } from "../../lib/keys";
import { Fault, useChange } from "../../ui/change";
import { Button } from "../../ui/controls";
import { Assign } from "./assign";
import { NoteDialog } from "./note";

export type Deed = "acknowledge" | "resolve" | "unacknowledge";

/** What a problem and an incident have in common for who works on it. */
export interface Handled {
  acknowledged: boolean;
  assigned_to: string | null;
  assigned_to_name: string;
}

interface Props {
  thing: Handled;
  /** What it is called in a sentence. */
  what: string;
  /** What resolving it leads to, said before it is done. */
  resolving: string;
  act: (deed: Deed, note: string) => Promise<unknown>;
  assign: (userId: string | null) => Promise<unknown>;
  /** What more can be done. */
  children?: ReactNode;
}

/** Take it on, give it to somebody, or declare it over; `a` and `A` acknowledge. */
export function Handling({ thing, what, resolving, act, assign, children }: Props) {
  const mayWrite = useCan("alert:write");
  const [asking, setAsking] = useState<"acknowledge" | "resolve" | null>(null);
  const change = useChange(
    ({ deed, note }: { deed: Deed; note: string }) => act(deed, note),
    [["alerts"]],
    () => setAsking(null),
  );
  const mayAcknowledge = mayWrite && !thing.acknowledged;
  useKeys({
    a: () => mayAcknowledge && change.mutate({ deed: "acknowledge", note: "" }),
    A: () => mayAcknowledge && setAsking("acknowledge"),
  });
  if (!mayWrite) return null;
  return (
    <div className="mt-5 flex flex-wrap items-center gap-2">
      {thing.acknowledged ? (
        <Button disabled={change.isPending} onClick={() => change.mutate({ deed: "unacknowledge", note: "" })}>
          Take the acknowledgement back
        </Button>
      ) : (
        <>
          <Button look="primary" disabled={change.isPending} onClick={() => change.mutate({ deed: "acknowledge", note: "" })}>
            Acknowledge
          </Button>
          <Button onClick={() => setAsking("acknowledge")}>With a note…</Button>
        </>
      )}
      {children}
      <Button onClick={() => setAsking("resolve")}>Resolve…</Button>
      <Assign name={thing.assigned_to_name} to={thing.assigned_to} run={assign} />
      {!asking && <Fault error={change.error} />}
      {asking && (
        <NoteDialog
          title={asking === "resolve" ? `Resolve this ${what}` : "Acknowledge with a note"}
          hint={asking === "resolve" ? resolving : "What is known, who is on it, when it will be over."}
          word={asking === "resolve" ? "Resolve" : "Acknowledge"}
          error={change.error}
          busy={change.isPending}
          close={() => setAsking(null)}
          save={(note) => change.mutate({ deed: asking, note })}
        />
      )}
    </div>
  );
}
