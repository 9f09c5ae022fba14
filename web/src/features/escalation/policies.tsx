import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { AlertingPlaces } from "../../app/places";
import { matchersWritten } from "../../lib/matchers";
import { duration } from "../../lib/time";
import { useChange } from "../../ui/change";
import { KeptRow, KeptScreen } from "../../ui/kept";
import { useChannels } from "../notifications/channels";
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
  const policies = useQuery({
    queryKey: POLICIES,
    queryFn: () => read(api.GET("/api/v1/escalation-policies")).then((answer) => answer.data),
  });
  return (
    <KeptScreen
      places={<AlertingPlaces />}
      title="Escalation"
      note="Who is asked next while nobody takes a problem on. The first policy that fits is followed."
      what="policies"
      query={policies}
      word="Add a policy"
      mayWrite={useCan("alert:write")}
      empty={[
        "Nobody is asked next",
        <>
          Without a policy a problem is told once. Say who is asked when nobody acknowledges it, best by a{" "}
          <Link to="/on-call" className="text-accent underline">
            schedule
          </Link>
          .
        </>,
      ]}
      row={(policy, edit) => <Row key={policy.id} policy={policy} edit={edit} />}
      form={(policy, close) => <PolicyForm policy={policy} close={close} />}
    />
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
    <KeptRow name={policy.name} isOn={enabled} turn={turn} remove={remove} ask="What escalated by it goes no further." edit={edit}>
      <p className="break-words text-muted">
        {matchers.length > 0 ? `For problems with ${matchersWritten(matchers).join(", ")}` : "For every problem"}, priority{" "}
        {policy.priority}
      </p>
      <ol className="mt-1">
        {policy.steps.map((step, at) => (
          <li key={at}>
            <span className="text-muted">{step.after_seconds > 0 ? `After ${duration(step.after_seconds)}: ` : "At once: "}</span>
            {[
              ...(step.schedule_ids ?? []).map((id) => `whoever is on call in ${names.get(id) ?? "…"}`),
              ...(step.channel_ids ?? []).map((id) => names.get(id) ?? "a channel"),
            ].join(", ")}
          </li>
        ))}
      </ol>
      {repeats > 0 && <p className="text-muted">{repeats === 1 ? "Then once more." : `Then ${repeats} times more.`}</p>}
    </KeptRow>
  );
}
