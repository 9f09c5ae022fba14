import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { AlertingPlaces } from "../../app/places";
import { duration } from "../../lib/time";
import { DeleteButton, Fault, OnSwitch, useChange } from "../../ui/change";
import { Button, Empty, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { useChannels } from "../on-call/members";
import { SCHEDULES } from "../on-call/schedules";
import { PolicyForm } from "./form";

export type Policy = Schemas["EscalationPolicyView"];
export const POLICIES = ["escalation"] as const;

/** The schedules that a step may ask. */
export function useSchedules() {
  const { api } = useApp();
  return useQuery({
    queryKey: SCHEDULES,
    queryFn: () => read(api.GET("/api/v1/on-call-schedules")).then((answer) => answer.data),
  });
}

/** Who is asked next while nobody takes a problem on. */
export function Escalation() {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const [edited, setEdited] = useState<Policy | "new" | null>(null);
  const policies = useQuery({
    queryKey: POLICIES,
    queryFn: () => read(api.GET("/api/v1/escalation-policies")).then((answer) => answer.data),
  });
  const add = mayWrite && (
    <Button look="primary" onClick={() => setEdited("new")}>
      Add a policy
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <AlertingPlaces />
      <PageHead title="Escalation" note="Who is asked next while nobody takes a problem on. The first policy that fits is followed.">
        {add}
      </PageHead>
      <Listing
        what="policies"
        query={policies}
        rows={policies.data}
        empty={
          <Empty title="Nobody is asked next">
            <p className="mb-4">
              Without a policy a problem is told once. Say who is asked when nobody acknowledges it, best by a{" "}
              <Link to="/on-call" className="text-accent underline">
                schedule
              </Link>
              .
            </p>
            {add}
          </Empty>
        }
      >
        {(policy) => <Row key={policy.id} policy={policy} edit={mayWrite ? () => setEdited(policy) : null} />}
      </Listing>
      {edited && <PolicyForm policy={edited === "new" ? null : edited} close={() => setEdited(null)} />}
    </div>
  );
}

function Row({ policy, edit }: { policy: Policy; edit: (() => void) | null }) {
  const { api } = useApp();
  const params = { path: { policy_id: policy.id } };
  const schedules = useSchedules();
  const channels = useChannels();
  const names = new Map([...(schedules.data ?? []), ...(channels.data ?? [])].map(({ id, name }) => [id, name]));
  const turn = useChange(
    (enabled: boolean) => {
      const { id, ...body } = policy;
      void id;
      return done(api.PUT("/api/v1/escalation-policies/{policy_id}", { params, body: { ...body, enabled } }));
    },
    [POLICIES],
  );
  const remove = useChange(() => done(api.DELETE("/api/v1/escalation-policies/{policy_id}", { params })), [POLICIES]);
  const { enabled = true, matchers = [], repeats = 0 } = policy;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className={`min-w-0 grow ${enabled ? "" : "text-muted"}`}>
        <p className="font-semibold break-words">
          {policy.name}
          {!enabled && <span className="font-normal"> (off)</span>}
        </p>
        <p className="break-words text-muted">
          {matchers.length > 0
            ? `For problems with ${matchers.map(({ name, op, value }) => `${name} ${op ?? "="} ${value}`).join(", ")}`
            : "For every problem"}
          , priority {policy.priority}
        </p>
        <ol className="mt-1">
          {policy.steps.map((step, at) => (
            <li key={at}>
              <span className="text-muted">{step.after_seconds > 0 ? `After ${duration(step.after_seconds)}: ` : "At once: "}</span>
              {[...(step.schedule_ids ?? []).map((id) => `whoever is on call in ${names.get(id) ?? "…"}`), ...(step.channel_ids ?? []).map((id) => names.get(id) ?? "…")].join(", ")}
            </li>
          ))}
        </ol>
        {repeats > 0 && <p className="text-muted">{repeats === 1 ? "Then once more." : `Then ${repeats} times more.`}</p>}
        <Fault error={turn.error ?? remove.error} />
      </div>
      {edit && (
        <div className="flex flex-wrap items-center gap-2">
          <OnSwitch name={policy.name} isOn={enabled} change={turn} />
          <Button onClick={edit} aria-label={`Change ${policy.name}`}>
            Change
          </Button>
          <DeleteButton name={policy.name} change={remove} ask="What escalated by it goes no further." />
        </div>
      )}
    </li>
  );
}
