import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan, useMe } from "../../app/me";
import { PeoplePlaces } from "../../app/places";
import { DeleteButton, Fault, OnSwitch, useChange } from "../../ui/change";
import { Button, Loading, PageHead, Panel } from "../../ui/controls";
import { Copy } from "../../ui/copy";
import { Check } from "../../ui/form";
import { Listing } from "../../ui/listing";
import { roleWord } from "../people/roles";
import { Directory } from "./directory";
import { ProviderForm } from "./form";

export type Provider = Schemas["ProviderView"];
export const PROVIDERS = ["identity-providers"] as const;

/** How people come in: second factors, identity providers, directories. */
export function Access() {
  const { api } = useApp();
  const mayWrite = useCan("organization:write");
  const [edited, setEdited] = useState<Provider | "new" | null>(null);
  const providers = useQuery({
    queryKey: PROVIDERS,
    queryFn: () => read(api.GET("/api/v1/identity-providers")).then((answer) => answer.data),
  });
  const add = mayWrite && <Button onClick={() => setEdited("new")}>Add a provider</Button>;
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-col gap-4">
        <PeoplePlaces />
        <PageHead title="Ways to log in" note="What proves who somebody is, and where people come from." />
      </div>
      <SecondFactor mayWrite={mayWrite} />
      <Panel title="Identity providers" actions={providers.data && providers.data.length > 0 && add}>
        <Listing
          what="identity providers"
          query={providers}
          rows={providers.data}
          framed
          empty={
            <div className="flex flex-col items-start gap-3">
              <p className="text-muted">
                None. With one, people log in as they do everywhere in your organisation, and lose access here when they leave. Any
                provider that speaks OpenID Connect will do: Entra ID, Okta, Google, Keycloak.
              </p>
              {add}
            </div>
          }
        >
          {(provider) => <Row key={provider.id} provider={provider} edit={mayWrite ? () => setEdited(provider) : null} />}
        </Listing>
      </Panel>
      <Directory />
      {edited && <ProviderForm provider={edited === "new" ? null : edited} close={() => setEdited(null)} />}
    </div>
  );
}

function SecondFactor({ mayWrite }: { mayWrite: boolean }) {
  const { api } = useApp();
  const me = useMe();
  const change = useChange(
    (requires_second_factor: boolean) => done(api.PATCH("/api/v1/organizations/current", { body: { requires_second_factor } })),
    [["me"]],
  );
  if (!me.data) return <Loading what="the organisation" />;
  const { organization } = me.data;
  return (
    <Panel title="Second factor">
      <Check
        label={`Everybody in ${organization.name} needs a second factor`}
        checked={change.isPending ? change.variables : organization.requires_second_factor}
        disabled={!mayWrite || change.isPending}
        onChange={(on) => {
          if (!on || confirm("Whoever has none must set one up before anything else. Go on?")) change.mutate(on);
        }}
      />
      <p className="text-muted">Whoever has none is led to setting one up. A stolen password alone then opens nothing.</p>
      <Fault error={change.error} />
    </Panel>
  );
}

function Row({ provider, edit }: { provider: Provider; edit: (() => void) | null }) {
  const { api } = useApp();
  const params = { path: { provider_id: provider.id } };
  const turn = useChange(
    (enabled: boolean) => done(api.PATCH("/api/v1/identity-providers/{provider_id}", { params, body: { enabled } })),
    [PROVIDERS],
  );
  const remove = useChange(() => done(api.DELETE("/api/v1/identity-providers/{provider_id}", { params })), [PROVIDERS]);
  const test = useChange(() => done(api.POST("/api/v1/identity-providers/{provider_id}/test", { params })), []);
  return (
    <li className="flex flex-col gap-2 py-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 grow basis-64">
          <p className="font-semibold break-words">
            {provider.name}
            {!provider.enabled && <span className="font-normal text-muted"> (off)</span>}
          </p>
          <p className="wrap-anywhere text-muted">{provider.issuer}</p>
          <p className="wrap-anywhere text-muted">
            {provider.email_domains.length > 0 && `For ${provider.email_domains.join(", ")}. `}
            {provider.default_role ? `Who is in no group listed is ${roleWord(provider.default_role).toLowerCase()}. ` : "Who is in no group listed stays out. "}
            {provider.enforced && "Passwords are not taken."}
          </p>
        </div>
        {edit && (
          <div className="flex flex-wrap items-center gap-2">
            <OnSwitch name={provider.name} isOn={provider.enabled} change={turn} />
            <Button onClick={() => test.mutate()} disabled={test.isPending} aria-label={`Test ${provider.name}`}>
              {test.isPending ? "Asking…" : "Test"}
            </Button>
            <Button onClick={edit} aria-label={`Change ${provider.name}`}>
              Change
            </Button>
            <DeleteButton name={provider.name} change={remove} ask="Sessions begun by it end within minutes." />
          </div>
        )}
      </div>
      {test.isSuccess && (
        <p role="status" className="text-online">
          ● It answers as a provider should.
        </p>
      )}
      <Fault error={turn.error ?? remove.error ?? test.error} />
      <Copy label="Redirect URI, to be told to the provider" text={provider.redirect_uri} />
    </li>
  );
}
