import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { Button, Failed, Loading, PageHead } from "../../ui/controls";
import { Check } from "../../ui/form";
import { SeverityMark } from "../../ui/status";
import { RuleForm } from "./form";
import { inWords, type Rule, scopeInWords } from "./rule";

const KEY = ["rules"] as const;

/** When somebody is told: every rule, to be switched, changed and added to. */
export function Rules() {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const [edited, setEdited] = useState<Rule | "new" | null>(null);
  const rules = useQuery({
    queryKey: KEY,
    queryFn: () => read(api.GET("/api/v1/alert-rules", { params: { query: { per_page: 200 } } })).then((a) => a.data),
  });
  return (
    <div className="flex flex-col gap-4">
      <PageHead title="Alert rules" note="When a measurement becomes a problem.">
        {mayWrite && (
          <Button look="primary" onClick={() => setEdited("new")}>
            Add a rule
          </Button>
        )}
      </PageHead>
      {rules.isPending && <Loading what="alert rules" />}
      {rules.isError && <Failed error={rules.error} retry={() => void rules.refetch()} />}
      {rules.data && (
        <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
          {rules.data.map((rule) => (
            <Row key={rule.id} rule={rule} mayWrite={mayWrite} edit={() => setEdited(rule)} />
          ))}
        </ul>
      )}
      {edited && <RuleForm rule={edited === "new" ? null : edited} close={() => setEdited(null)} />}
    </div>
  );
}

function Row({ rule, mayWrite, edit }: { rule: Rule; mayWrite: boolean; edit: () => void }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const path = { rule_id: rule.id };
  const turn = useMutation({
    mutationFn: (enabled: boolean) => done(api.PATCH("/api/v1/alert-rules/{rule_id}", { params: { path }, body: { enabled } })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  const remove = useMutation({
    mutationFn: () => done(api.DELETE("/api/v1/alert-rules/{rule_id}", { params: { path } })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  const error = turn.error ?? remove.error;
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-3 sm:grid-cols-[7rem_1fr_auto] sm:items-center">
      <SeverityMark severity={rule.severity} />
      <div className={`min-w-0 ${rule.enabled ? "" : "text-muted"}`}>
        <p className="font-semibold break-words">
          {rule.name}
          {!rule.enabled && <span className="font-normal"> (off)</span>}
        </p>
        <p className="break-words text-muted">{inWords(rule)}</p>
        <p className="text-xs text-muted">
          {scopeInWords(rule.scope)}
          {rule.built_in && ". Comes with NetPulse"}
        </p>
        {error && (
          <p role="alert" className="text-offline">
            {error.message}
          </p>
        )}
      </div>
      {mayWrite && (
        <div className="flex flex-wrap items-center gap-2">
          <Check
            label={<span aria-label={`${rule.name} is on`}>On</span>}
            checked={turn.isPending ? turn.variables : rule.enabled}
            onChange={(on) => turn.mutate(on)}
          />
          <Button onClick={edit} aria-label={`Change ${rule.name}`}>
            Change
          </Button>
          {!rule.built_in && (
            <Button
              look="danger"
              aria-label={`Delete ${rule.name}`}
              disabled={remove.isPending}
              onClick={() => {
                if (confirm(`Delete the rule ${rule.name}? Its open problems are resolved.`)) remove.mutate();
              }}
            >
              Delete
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
