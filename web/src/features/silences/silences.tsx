import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { matchersWritten } from "../../lib/matchers";
import { instant } from "../../lib/time";
import { Fault, useChange } from "../../ui/change";
import { Button, Empty, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { ProblemPlaces } from "../problems/places";
import { SilenceForm } from "./form";

type Silence = Schemas["SilenceView"];
export const SILENCED = [["silences"], ["alerts"]] as const;

const LOOKS: Record<string, readonly [string, string]> = {
  active: ["■ Silent now", "text-maintenance"],
  pending: ["… Not yet", "text-muted"],
  expired: ["● Over", "text-muted"],
};

/** Of what nobody is told, until when, and who said so. */
export function Silences() {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const [page, setPage] = useState(1);
  const [isAdding, setAdding] = useState(false);
  const silences = useQuery({
    queryKey: ["silences", page],
    queryFn: () => read(api.GET("/api/v1/silences", { params: { query: { page, per_page: 50 } } })),
  });
  const add = mayWrite && (
    <Button look="primary" onClick={() => setAdding(true)}>
      Add a silence
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <ProblemPlaces />
      <PageHead title="Silences" note="Of what nobody is told for a while. It is still shown, as suppressed.">
        {add}
      </PageHead>
      <Listing
        what="silences"
        query={silences}
        rows={silences.data?.data}
        pagination={silences.data?.pagination}
        go={setPage}
        empty={
          <Empty title="Nothing is silenced">
            <p>
              Open a{" "}
              <Link to="/problems" className="text-accent underline">
                problem
              </Link>{" "}
              and choose “Silence…” to hear no more of it for a while, or add a silence for all that have a label in common.
            </p>
          </Empty>
        }
      >
        {(silence) => <Row key={silence.id} silence={silence} />}
      </Listing>
      {isAdding && <SilenceForm close={() => setAdding(false)} />}
    </div>
  );
}

function Row({ silence }: { silence: Silence }) {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const names = useNames(silence);
  const end = useChange(
    () => done(api.DELETE("/api/v1/silences/{silence_id}", { params: { path: { silence_id: silence.id } } })),
    SILENCED,
  );
  const [word, className] = LOOKS[silence.state] ?? [silence.state, "text-muted"];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 grow">
        <p className="font-semibold break-words">
          {silence.matchers.map((each) => names.get(each.value) ?? matchersWritten([each])).join(", ")}
        </p>
        <p className="text-muted">
          {silence.until_resolved ? "until it is over" : `until ${instant(silence.ends_at)}`}
          {silence.created_by_name && `, by ${silence.created_by_name}`}
          {silence.comment && `: ${silence.comment}`}
        </p>
        <Fault error={end.error} />
      </div>
      <span className={`font-medium ${className}`}>{word}</span>
      {mayWrite && silence.state !== "expired" && (
        <Button disabled={end.isPending} onClick={() => end.mutate()}>
          End it
        </Button>
      )}
    </li>
  );
}

/** What the ids in a silence are called. */
function useNames(silence: Silence): Map<string, string> {
  const { api } = useApp();
  const id = (label: string) => silence.matchers.find(({ name, op }) => name === label && (op ?? "=") === "=")?.value ?? "";
  const deviceId = id("device_id");
  const ruleId = id("rule_id");
  const device = useQuery({
    queryKey: ["devices", deviceId],
    enabled: deviceId !== "",
    queryFn: () =>
      read(api.GET("/api/v1/devices/{device_id}", { params: { path: { device_id: deviceId } } })).then((a) => a.data),
  });
  const rule = useQuery({
    queryKey: ["rules", ruleId],
    enabled: ruleId !== "",
    queryFn: () =>
      read(api.GET("/api/v1/alert-rules/{rule_id}", { params: { path: { rule_id: ruleId } } })).then((a) => a.data),
  });
  return new Map([
    ...(device.data ? [[deviceId, device.data.name] as const] : []),
    ...(rule.data ? [[ruleId, rule.data.name] as const] : []),
  ]);
}
