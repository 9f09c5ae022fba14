import { useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useChange } from "../../ui/change";
import { Button, Field } from "../../ui/controls";
import { fieldError, listError } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { MatchersField, useMatchers } from "../../ui/matchers-field";
import { Ticks } from "../../ui/ticks";
import { useChannels } from "../notifications/channels";
import { POLICIES, type Policy, useSchedules } from "./policies";

type Step = Schemas["EscalationStep"];
const SHOWN = ["name", "matchers", "priority", "repeats", "steps"];
const NEXT: Step = { after_seconds: 900, channel_ids: [], schedule_ids: [] };

/** An escalation policy to make or change: which problems, and who is asked after how long. */
export function PolicyForm({ policy, close }: { policy: Policy | null; close: () => void }) {
  const { api } = useApp();
  const [steps, setSteps] = useState<readonly Step[]>(policy?.steps ?? [{ ...NEXT, after_seconds: 0 }]);
  const written = useMatchers(policy?.matchers);
  const save = useChange(
    (body: Schemas["EscalationPolicyIn"]) =>
      policy
        ? done(api.PUT("/api/v1/escalation-policies/{policy_id}", { params: { path: { policy_id: policy.id } }, body }))
        : done(api.POST("/api/v1/escalation-policies", { body })),
    [POLICIES],
    close,
  );
  const error = (name: string) => fieldError(save.error, name);
  const ofAll = listError(save.error, "steps");
  return (
    <FormDialog
      title={policy ? `Change ${policy.name}` : "Add a policy"}
      close={close}
      save={save}
      shown={SHOWN}
      submit={(text) => {
        if (!written.fault)
          save.mutate({
            name: text("name"),
            matchers: written.matchers,
            priority: Number(text("priority")),
            repeats: Number(text("repeats")),
            steps: [...steps],
            enabled: policy?.enabled ?? true,
          });
      }}
      wide
    >
      <Field label="Name" name="name" defaultValue={policy?.name} placeholder="Core network" error={error("name")} />
      <MatchersField
        label="Problems with"
        written={written}
        error={error("matchers")}
        hint="Empty: every problem. Else one a line: a label, = != =~ or !~, and a value."
      />
      {steps.map((step, at) => (
        <StepFields
          key={at}
          at={at}
          step={step}
          set={(next) => setSteps(steps.with(at, next))}
          remove={steps.length > 1 ? () => setSteps(steps.toSpliced(at, 1)) : null}
          error={error(`steps.${at}`)}
        />
      ))}
      {ofAll && <p className="text-offline">{ofAll}</p>}
      <Button className="self-start" onClick={() => setSteps([...steps, NEXT])}>
        Add a step
      </Button>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label="Then again, times"
          name="repeats"
          type="number"
          min={0}
          max={20}
          defaultValue={policy?.repeats ?? 0}
          error={error("repeats")}
        />
        <Field
          label="Priority"
          name="priority"
          type="number"
          min={0}
          max={10000}
          defaultValue={policy?.priority ?? 100}
          hint="Of the policies that fit, the lowest is followed"
          error={error("priority")}
        />
      </div>
    </FormDialog>
  );
}

interface StepProps {
  at: number;
  step: Step;
  set: (step: Step) => void;
  remove: (() => void) | null;
  error: string | undefined;
}

/** One step: after how long, and who is told. */
function StepFields({ at, step, set, remove, error }: StepProps) {
  const schedules = useSchedules();
  const channels = useChannels();
  const { channel_ids = [], schedule_ids = [] } = step;
  return (
    <fieldset className="flex flex-col gap-2 rounded-md border border-line p-3">
      <legend className="px-1 font-medium">Step {at + 1}</legend>
      <Field
        label={at === 0 ? "Minutes after it began" : "Minutes after the step before"}
        type="number"
        min={0}
        max={10080}
        value={String(step.after_seconds / 60)}
        onChange={(event) => set({ ...step, after_seconds: Math.round(Number(event.target.value) * 60) })}
        className="max-w-64"
      />
      <div className="flex flex-wrap gap-x-4">
        <Ticks
          options={schedules.data?.map(({ id, name }) => [id, `On call in ${name}`])}
          chosen={schedule_ids}
          choose={(ids) => set({ ...step, schedule_ids: ids })}
        />
        <Ticks
          options={channels.data?.map(({ id, name }) => [id, name])}
          chosen={channel_ids}
          choose={(ids) => set({ ...step, channel_ids: ids })}
        />
      </div>
      {schedules.data?.length === 0 && channels.data?.length === 0 && (
        <p className="text-muted">There is nobody to tell yet: add a channel under Notifications, or a schedule under On call.</p>
      )}
      {error && <p className="text-offline">{error}</p>}
      {remove && (
        <Button className="self-start" onClick={remove}>
          Take step {at + 1} out
        </Button>
      )}
    </fieldset>
  );
}
