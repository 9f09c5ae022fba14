import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { day } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { DeleteButton, Fault, useChange } from "../../ui/change";
import { Button, Field, Panel } from "../../ui/controls";
import { Copy } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { fieldError, Select } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { Listing } from "../../ui/listing";
import { RoleOptions } from "./role-options";
import { assignedBy, roleWord } from "./roles";

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
  const [page, setPage] = useState(1);
  const keys = useQuery({
    queryKey: [...KEYS, page],
    placeholderData: keepPreviousData,
    queryFn: () => read(api.GET("/api/v1/api-keys", { params: { query: { page, per_page: 20 } } })),
  });
  return (
    <Panel title="API keys" actions={mayWrite && <Button onClick={() => setMaking(true)}>Make a key</Button>}>
      <Listing
        what="keys"
        query={keys}
        rows={keys.data?.data}
        pagination={keys.data?.pagination}
        go={setPage}
        framed
        empty={<p className="text-muted">None. Make one for a script or another system that reads from NetPulse.</p>}
      >
        {(key) => <Row key={key.id} apiKey={key} mayWrite={mayWrite} />}
      </Listing>
      {isMaking && <NewKey close={() => setMaking(false)} />}
    </Panel>
  );
}

function Row({ apiKey, mayWrite }: { apiKey: Schemas["ApiKeyView"]; mayWrite: boolean }) {
  const { api } = useApp();
  const revoke = useChange(
    () => done(api.DELETE("/api/v1/api-keys/{api_key_id}", { params: { path: { api_key_id: apiKey.id } } })),
    [KEYS],
  );
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
        <Fault error={revoke.error} />
      </div>
      {mayWrite && <DeleteButton name={apiKey.name} change={revoke} word="Revoke" ask="What uses it is refused within seconds." />}
    </li>
  );
}

interface NewKeyProps {
  close: () => void;
  title?: string;
  /** What it is called and may do, unless somebody says otherwise. */
  name?: string;
  role?: Schemas["Role"];
  /** What is to be done with it. */
  use?: string;
}

/** A key to make; it is shown this once. */
export function NewKey({ close, title = "Make a key", name, role = "api_user", use = "Send it as X-API-Key." }: NewKeyProps) {
  const { api } = useApp();
  const [made, setMade] = useState<Schemas["NewApiKeyView"] | null>(null);
  const make = useChange(
    (body: Schemas["ApiKeyIn"]) => read(api.POST("/api/v1/api-keys", { body })).then((answer) => answer.data),
    [KEYS],
    setMade,
  );
  const error = (field: string) => fieldError(make.error, field);
  if (made)
    return (
      <Dialog title={made.name} close={close}>
        <div className="flex flex-col gap-4">
          <Copy label="API key, shown only now" text={made.key} />
          <p className="text-muted">{use} Nobody can see it again: a lost key is revoked and made anew.</p>
          <div className="flex justify-end">
            <Button onClick={close}>Done</Button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <FormDialog
      title={title}
      close={close}
      save={make}
      shown={["name", "role", "expires_at"]}
      words={["Make the key", "Making…"]}
      submit={(text) => {
        const days = Number(text("days"));
        make.mutate({
          name: text("name"),
          ...assignedBy(text("role")),
          expires_at: days ? new Date(Date.now() + days * 86_400_000).toISOString() : null,
        });
      }}
    >
      <Field label="Name" name="name" placeholder="Billing system" defaultValue={name} error={error("name")} />
      <Select label="Role" name="role" defaultValue={role} error={error("role")}>
        <RoleOptions explained />
      </Select>
      <Select label="Good for" name="days" defaultValue="90" error={error("expires_at")}>
        {LASTS.map(([days, word]) => (
          <option key={days} value={days}>
            {word}
          </option>
        ))}
      </Select>
    </FormDialog>
  );
}
