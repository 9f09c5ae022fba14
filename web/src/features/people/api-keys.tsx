import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { day } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { Button, Failed, Field, Loading, Panel } from "../../ui/controls";
import { Copy } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { fieldError, FormError, formText, Select } from "../../ui/form";
import { ROLES, roleWord } from "./roles";

const KEYS = ["api-keys"] as const;
const LASTS: readonly [string, string][] = [
  ["30", "30 days"],
  ["90", "90 days"],
  ["365", "A year"],
  ["", "Until it is revoked"],
];

/** The keys of programs that use the API. */
export function ApiKeys({ mayWrite }: { mayWrite: boolean }) {
  const { api } = useApp();
  const [isMaking, setMaking] = useState(false);
  const keys = useQuery({
    queryKey: KEYS,
    queryFn: () => read(api.GET("/api/v1/api-keys", { params: { query: { per_page: 200 } } })).then((a) => a.data),
  });
  return (
    <Panel title="API keys" actions={mayWrite && <Button onClick={() => setMaking(true)}>Make a key</Button>}>
      {keys.isPending && <Loading what="keys" />}
      {keys.isError && <Failed error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && (
        <p className="text-muted">None. Make one for a script or another system that reads from NetPulse.</p>
      )}
      <ul className="-my-3 divide-y divide-line empty:hidden">
        {keys.data?.map((key) => (
          <Row key={key.id} apiKey={key} mayWrite={mayWrite} />
        ))}
      </ul>
      {isMaking && <NewKey close={() => setMaking(false)} />}
    </Panel>
  );
}

function Row({ apiKey, mayWrite }: { apiKey: Schemas["ApiKeyView"]; mayWrite: boolean }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => done(api.DELETE("/api/v1/api-keys/{api_key_id}", { params: { path: { api_key_id: apiKey.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEYS }),
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="font-semibold break-words">{apiKey.name}</p>
        <p className="text-muted">
          <code>{apiKey.prefix}…</code>, {roleWord(apiKey.role).toLowerCase()}, made <Ago at={apiKey.created_at} />
          {apiKey.last_used_at ? (
            <>
              , used <Ago at={apiKey.last_used_at} />
            </>
          ) : (
            ", never used"
          )}
          {apiKey.expires_at && `, until ${day(new Date(apiKey.expires_at))} ${new Date(apiKey.expires_at).getFullYear()}`}
        </p>
        {revoke.isError && (
          <p role="alert" className="text-offline">
            {revoke.error.message}
          </p>
        )}
      </div>
      {mayWrite && (
        <Button
          look="danger"
          disabled={revoke.isPending}
          aria-label={`Revoke ${apiKey.name}`}
          onClick={() => {
            if (confirm(`Revoke ${apiKey.name}? What uses it is refused within seconds.`)) revoke.mutate();
          }}
        >
          Revoke
        </Button>
      )}
    </li>
  );
}

function NewKey({ close }: { close: () => void }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: (body: Schemas["ApiKeyIn"]) => read(api.POST("/api/v1/api-keys", { body })).then((answer) => answer.data),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEYS }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = formText(event.currentTarget);
    const days = Number(text("days"));
    make.mutate({
      name: text("name"),
      role: text("role") as Schemas["Role"],
      expires_at: days ? new Date(Date.now() + days * 86_400_000).toISOString() : null,
    });
  };
  const error = (name: string) => fieldError(make.error, name);
  return (
    <Dialog title={make.data ? make.data.name : "Make a key"} close={close}>
      {make.data ? (
        <div className="flex flex-col gap-4">
          <Copy label="API key, shown only now" text={make.data.key} />
          <p className="text-muted">
            Send it as <code>X-API-Key</code>. Nobody can see it again: a lost key is revoked and made anew.
          </p>
          <div className="flex justify-end">
            <Button onClick={close}>Done</Button>
          </div>
        </div>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
          <Field label="Name" name="name" placeholder="Billing system" error={error("name")} />
          <Select label="Role" name="role" defaultValue="api_user" error={error("role")}>
            {ROLES.map(({ role, word, may }) => (
              <option key={role} value={role}>
                {word}: {may.toLowerCase()}
              </option>
            ))}
          </Select>
          <Select label="Good for" name="days" defaultValue="90" error={error("expires_at")}>
            {LASTS.map(([days, word]) => (
              <option key={days} value={days}>
                {word}
              </option>
            ))}
          </Select>
          <FormError error={make.error} fields={["name", "role", "expires_at"]} />
          <div className="flex justify-end gap-2">
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" look="primary" disabled={make.isPending}>
              {make.isPending ? "Making…" : "Make the key"}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
