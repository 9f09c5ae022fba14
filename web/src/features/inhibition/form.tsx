import { useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { labelFault, labelsIn } from "../../lib/matchers";
import { useChange } from "../../ui/change";
import { Field } from "../../ui/controls";
import { fieldError } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { MatchersField, useMatchers } from "../../ui/matchers-field";
import { Matched } from "../silences/form";
import { type Inhibition, inhibitionInWords, INHIBITIONS } from "./inhibition";

const SHOWN = ["name", "source_matchers", "target_matchers", "equal"];

/** An inhibition rule to make or change: what keeps quiet, and what is kept quiet. */
export function InhibitionForm({ rule, close }: { rule: Inhibition | null; close: () => void }) {
  const { api } = useApp();
  const source = useMatchers(rule?.source_matchers);
  const target = useMatchers(rule?.target_matchers);
  const [same, setSame] = useState(rule?.equal?.join(", ") ?? "device");
  const equal = labelsIn(same);
  const save = useChange(
    (body: Schemas["InhibitionIn"]) =>
      rule
        ? done(api.PUT("/api/v1/inhibition-rules/{rule_id}", { params: { path: { rule_id: rule.id } }, body }))
        : done(api.POST("/api/v1/inhibition-rules", { body })),
    [INHIBITIONS, ["alerts"]],
    close,
  );
  const error = (name: string) => fieldError(save.error, name);
  const written = { source_matchers: source.matchers, target_matchers: target.matchers, equal };
  const isSaid = source.matchers.length > 0 && target.matchers.length > 0;
  return (
    <FormDialog
      title={rule ? `Change ${rule.name}` : "Add an inhibition rule"}
      close={close}
      save={save}
      shown={SHOWN}
      submit={(text) => {
        if (!source.fault && !target.fault) save.mutate({ name: text("name"), ...written, enabled: rule?.enabled ?? true });
      }}
      wide
    >
      <Field label="Name" name="name" defaultValue={rule?.name} placeholder="Critical before warning" error={error("name")} />
      <MatchersField label="While a problem is open with" written={source} error={error("source_matchers")} />
      <Matched matchers={source.matchers} />
      <MatchersField
        label="Nobody is told of problems with"
        written={target}
        example={"severity = warning"}
        hint="Written the same way"
        error={error("target_matchers")}
      />
      <Matched matchers={target.matchers} />
      <Field
        label="That have the same"
        value={same}
        onChange={(event) => setSame(event.target.value)}
        placeholder="Anything"
        hint="Labels with commas between. Empty: one such problem keeps all of the others quiet, wherever they are"
        error={labelFault(error("equal"))}
      />
      {isSaid && (
        <p role="status" className="rounded-md border border-line bg-ground p-3 wrap-anywhere">
          {inhibitionInWords(written)}
        </p>
      )}
    </FormDialog>
  );
}
