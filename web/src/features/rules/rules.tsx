import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { AlertingPlaces } from "../../app/places";
import { DeleteButton, Fault, OnSwitch, useChange } from "../../ui/change";
import { Choice, SearchBox } from "../../ui/choice";
import { Button, Empty, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { usePaging } from "../../ui/paging";
import { SeverityMark } from "../../ui/status";
import { DryRunDialog } from "./dry-run";
import { RuleForm } from "./form";
import { type Kind, KINDS } from "./kinds";
import { inWords, type Rule, scopeInWords } from "./rule";

const KEY = ["rules"] as const;
const ALL_KINDS: readonly (readonly [Kind | "", string])[] = [
  ["", "Every kind"],
  ...Object.entries(KINDS).map(([kind, { word }]) => [kind as Kind, `When ${word}`] as const),
];

/** When somebody is told: every rule, to be switched, changed, tried and added to. */
export function Rules() {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const [edited, setEdited] = useState<Rule | "new" | null>(null);
  const [tried, setTried] = useState<Rule | null>(null);
  const [search, setSearch] = useState("");
  const [kind, setKind] = useState<Kind | "">("");
  const { page, setPage, filtering } = usePaging();
  const wanted = useDeferredValue(search.trim());
  const rules = useQuery({
    queryKey: [...KEY, "list", wanted, kind, page],
    placeholderData: keepPreviousData,
    queryFn: () =>
      read(
        api.GET("/api/v1/alert-rules", {
          params: { query: { page, per_page: 50, ...(wanted ? { search: wanted } : {}), ...(kind ? { kind } : {}) } },
        }),
      ),
  });
  const isFiltered = wanted !== "" || kind !== "";
  return (
    <div className="flex flex-col gap-4">
      <AlertingPlaces />
      <PageHead title="Alert rules" note="When a measurement becomes a problem.">
        {mayWrite && (
          <Button look="primary" onClick={() => setEdited("new")}>
            Add a rule
          </Button>
        )}
      </PageHead>
      <div className="flex flex-wrap gap-2">
        <SearchBox
          label="Search rules"
          value={search}
          type={filtering(setSearch)}
        />
        <Choice
          label="Kind of rule"
          value={kind}
          options={ALL_KINDS}
          choose={filtering(setKind)}
        />
      </div>
      <Listing
        what="rules"
        query={rules}
        rows={rules.data?.data}
        pagination={rules.data?.pagination}
        go={setPage}
        empty={
          <Empty title={isFiltered ? "No rule is like that" : "No rules"}>
            {isFiltered ? "Search by name, or choose another kind." : "Add one, so that somebody is told when something is wrong."}
          </Empty>
        }
      >
        {(rule) => (
          <Row key={rule.id} rule={rule} mayWrite={mayWrite} edit={() => setEdited(rule)} tryOut={() => setTried(rule)} />
        )}
      </Listing>
      {edited && <RuleForm rule={edited === "new" ? null : edited} close={() => setEdited(null)} />}
      {tried && <DryRunDialog rule={tried} close={() => setTried(null)} />}
    </div>
  );
}

interface RowProps {
  rule: Rule;
  mayWrite: boolean;
  edit: () => void;
  tryOut: () => void;
}

function Row({ rule, mayWrite, edit, tryOut }: RowProps) {
  const { api } = useApp();
  const path = { rule_id: rule.id };
  const turn = useChange(
    (enabled: boolean) => done(api.PATCH("/api/v1/alert-rules/{rule_id}", { params: { path }, body: { enabled } })),
    [KEY],
  );
  const remove = useChange(() => done(api.DELETE("/api/v1/alert-rules/{rule_id}", { params: { path } })), [KEY]);
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-3 lg:grid-cols-[7rem_1fr_auto] lg:items-center">
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
        <Fault error={turn.error ?? remove.error} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={tryOut} aria-label={`Try ${rule.name}`}>
          Try
        </Button>
        {mayWrite && <OnSwitch name={rule.name} isOn={rule.enabled} change={turn} />}
        {mayWrite && (
          <Button onClick={edit} aria-label={`Change ${rule.name}`}>
            Change
          </Button>
        )}
        {mayWrite && !rule.built_in && (
          <DeleteButton name={`the rule ${rule.name}`} change={remove} ask="Its open problems are resolved." />
        )}
      </div>
    </li>
  );
}
