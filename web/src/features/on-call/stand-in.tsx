import { useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { forField, instant } from "../../lib/time";
import { useChange } from "../../ui/change";
import { Field } from "../../ui/controls";
import { fieldError } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { TakeOut } from "../../ui/take-out";
import { type Member, MemberFields, NOBODY } from "./members";
import { type Schedule, SCHEDULES } from "./schedules";

const DAY_MS = 86_400_000;

/** Somebody who is on call instead, for a while; and who stands in already. */
export function StandInForm({ schedule, close }: { schedule: Schedule; close: () => void }) {
  const { api } = useApp();
  const [member, setMember] = useState<Member>(NOBODY);
  const [standIns, setStandIns] = useState<readonly Schemas["StandInModel"][]>(() => {
    const now = Date.now();
    return schedule.overrides.filter((each) => Date.parse(each.ends_at) > now);
  });
  const [from] = useState(() => new Date());
  const { name, time_zone, layers } = schedule;
  const save = useChange(
    (overrides: Schemas["StandInModel"][]) =>
      done(
        api.PUT("/api/v1/on-call-schedules/{schedule_id}", {
          params: { path: { schedule_id: schedule.id } },
          // it is taken as it is: whether it has holes was decided when it was made
          body: { name, time_zone, layers, overrides, allow_holes: true },
        }),
      ),
    [SCHEDULES],
    close,
  );
  const isLeftOut = standIns.length < schedule.overrides.length;
  const at = standIns.length;
  const error = (field: string) => fieldError(save.error, `overrides.${at}.${field}`);
  return (
    <FormDialog
      title={`Stand in on ${name}`}
      close={close}
      save={save}
      shown={[`overrides.${at}`]}
      submit={(text) => {
        const instantOf = (field: string) => {
          const at = new Date(text(field));
          return Number.isNaN(at.getTime()) ? text(field) : at.toISOString();
        };
        const added = member.name === "" && isLeftOut ? [] : [{ member, starts_at: instantOf("starts_at"), ends_at: instantOf("ends_at") }];
        save.mutate([...standIns, ...added]);
      }}
      wide
    >
      {standIns.length > 0 && (
        <ul className="divide-y divide-line rounded-md border border-line" aria-label="Who stands in">
          {standIns.map((each, index) => (
            <li key={each.starts_at} className="flex flex-wrap items-center justify-between gap-2 px-3 py-2">
              <span>
                <strong>{each.member.name}</strong>, {instant(each.starts_at)} to {instant(each.ends_at)}
              </span>
              <TakeOut name={each.member.name} run={() => setStandIns(standIns.toSpliced(index, 1))} />
            </li>
          ))}
        </ul>
      )}
      <MemberFields member={member} set={setMember} remove={null} error={error("member")} />
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="From" name="starts_at" type="datetime-local" defaultValue={forField(from)} hint="By your own clock" error={error("starts_at")} />
        <Field label="To" name="ends_at" type="datetime-local" defaultValue={forField(new Date(from.getTime() + DAY_MS))} error={error("ends_at")} />
      </div>
    </FormDialog>
  );
}
