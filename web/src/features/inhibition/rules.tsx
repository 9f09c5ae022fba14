import { useQuery } from "@tanstack/react-query";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { AlertingPlaces } from "../../app/places";
import { useChange } from "../../ui/change";
import { KeptRow, KeptScreen } from "../../ui/kept";
import { InhibitionForm } from "./form";
import { type Inhibition, inhibitionInWords, INHIBITIONS } from "./inhibition";

/** Which problems keep others quiet while they are open. */
export function InhibitionRules() {
  const { api } = useApp();
  const rules = useQuery({
    queryKey: INHIBITIONS,
    queryFn: () => read(api.GET("/api/v1/inhibition-rules")).then((answer) => answer.data),
  });
  return (
    <KeptScreen
      places={<AlertingPlaces />}
      title="Inhibition"
      note="Problems that keep others quiet while they are open. What is kept quiet is still shown, as suppressed."
      what="inhibition rules"
      query={rules}
      word="Add an inhibition rule"
      mayWrite={useCan("alert:write")}
      empty={[
        "No problem keeps others quiet",
        "Let what is grave keep quiet what only follows from it: while a device has a critical problem, say, nobody needs to hear of its warnings.",
      ]}
      row={(rule, edit) => <Row key={rule.id} rule={rule} edit={edit} />}
      form={(rule, close) => <InhibitionForm rule={rule} close={close} />}
    />
  );
}

function Row({ rule, edit }: { rule: Inhibition; edit: (() => void) | null }) {
  const { api } = useApp();
  const params = { path: { rule_id: rule.id } };
  const turn = useChange(
    (enabled: boolean) => {
      const { id, ...body } = rule;
      void id;
      return done(api.PUT("/api/v1/inhibition-rules/{rule_id}", { params, body: { ...body, enabled } }));
    },
    [INHIBITIONS, ["alerts"]],
  );
  const remove = useChange(() => done(api.DELETE("/api/v1/inhibition-rules/{rule_id}", { params })), [INHIBITIONS, ["alerts"]]);
  return (
    <KeptRow name={rule.name} isOn={rule.enabled ?? true} turn={turn} remove={remove} ask="What it keeps quiet is told." edit={edit}>
      <p className="wrap-anywhere text-muted">{inhibitionInWords(rule)}</p>
    </KeptRow>
  );
}
