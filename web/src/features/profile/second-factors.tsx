import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { ME } from "../../app/me";
import { canUsePasskeys, makePasskey } from "../../lib/passkeys";
import { Ago } from "../../ui/ago";
import { Button, Failed, Field, Loading, Panel } from "../../ui/controls";
import { fieldError, FormError } from "../../ui/form";
import { asShown } from "../login/failing";

const KEY = ["second-factors"];
type Doing = { what: "totp" } | { what: "passkey" } | { what: "codes" } | { what: "remove"; factor: Schemas["SecondFactorView"] };

/** What proves who one is besides the password: an app, keys, and codes on paper. */
export function SecondFactors({ hold }: { hold?: (isHeld: boolean) => void }) {
  const { api } = useApp();
  const [doing, setDoing] = useState<Doing | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [app, setApp] = useState<Schemas["NewTotpView"] | null>(null);
  const queries = useQueryClient();
  const found = useQuery({
    queryKey: KEY,
    queryFn: () => read(api.GET("/api/v1/me/second-factors")).then((answer) => answer.data),
  });
  const settled = (fresh: string[] | null) => {
    setDoing(null);
    setApp(null);
    setCodes(fresh);
    void queries.invalidateQueries({ queryKey: KEY });
    void queries.invalidateQueries({ queryKey: ME });
    // codes are shown this once: what leads away from here waits until they are kept
    hold?.(fresh !== null);
  };
  const kept = () => {
    setCodes(null);
    hold?.(false);
  };
  const factors = found.data?.factors.filter((each) => each.confirmed_at) ?? [];
  return (
    <Panel title="Second factors">
      {found.isPending && <Loading what="second factors" />}
      {found.isError && <Failed error={found.error} retry={() => void found.refetch()} />}
      {found.isSuccess && factors.length === 0 && !doing && !app && (
        <p className="text-muted">None yet. With one, a stolen password alone opens nothing.</p>
      )}
      <ul className="divide-y divide-line empty:hidden">
        {factors.map((factor) => (
          <li key={factor.id} className="flex flex-wrap items-center justify-between gap-3 py-3">
            <span>
              {factor.name} <span className="text-muted">({factor.kind === "totp" ? "app" : "key"})</span>
              {factor.last_used_at && (
                <>
                  , used <Ago at={factor.last_used_at} />
                </>
              )}
            </span>
            <Button onClick={() => setDoing({ what: "remove", factor })}>Remove</Button>
          </li>
        ))}
      </ul>
      {codes && <PaperCodes codes={codes} close={kept} />}
      {doing && <WithPassword doing={doing} cancel={() => setDoing(null)} begun={setApp} settled={settled} />}
      {app && <ConfirmApp app={app} settled={settled} />}
      {!doing && !app && found.isSuccess && (
        <div className="mt-4 flex flex-wrap gap-3">
          <Button onClick={() => setDoing({ what: "totp" })}>Add an authenticator app</Button>
          {canUsePasskeys() && <Button onClick={() => setDoing({ what: "passkey" })}>Add a key or passkey</Button>}
          {factors.length > 0 && (
            <Button onClick={() => setDoing({ what: "codes" })}>New recovery codes ({found.data.recovery_codes_left} left)</Button>
          )}
        </div>
      )}
    </Panel>
  );
}

const ACTS = { totp: "Go on", passkey: "Make the key", codes: "Replace the codes", remove: "Remove it" };

interface StepProps {
  doing: Doing;
  cancel: () => void;
  begun: (app: Schemas["NewTotpView"]) => void;
  settled: (codes: string[] | null) => void;
}

/** The password again: a stolen session must not change what protects it. */
function WithPassword({ doing, cancel, begun, settled }: StepProps) {
  const { api } = useApp();
  const run = useMutation({
    mutationFn: async (body: { password: string }): Promise<void> => {
      if (doing.what === "totp") {
        const made = await read(api.POST("/api/v1/me/second-factors/totp", { body: { ...body, name: "Authenticator app" } }));
        cancel();
        begun(made.data);
      } else if (doing.what === "passkey") {
        const { data } = await read(api.POST("/api/v1/me/second-factors/passkeys/options", { body }));
        const credential = (await makePasskey(data.options)) as Record<string, never>;
        const added = await read(
          api.POST("/api/v1/me/second-factors/passkeys", { body: { challenge: data.challenge, name: "Passkey", credential } }),
        );
        settled(added.data.recovery_codes);
      } else if (doing.what === "codes") {
        const fresh = await read(api.POST("/api/v1/me/second-factors/recovery-codes", { body }));
        settled(fresh.data.recovery_codes);
      } else {
        const path = { factor_id: doing.factor.id };
        await done(api.POST("/api/v1/me/second-factors/{factor_id}/remove", { params: { path }, body }));
        settled(null);
      }
    },
  });
  const error = run.error && asShown(run.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    run.mutate({ password: String(new FormData(event.currentTarget).get("password") ?? "") });
  };
  return (
    <form onSubmit={submit} className="mt-4 flex max-w-sm flex-col gap-4">
      <Field
        label="Your password"
        name="password"
        type="password"
        required
        autoFocus
        autoComplete="current-password"
        error={fieldError(error, "password")}
      />
      <FormError error={error} fields={["password"]} />
      <div className="flex gap-3">
        <Button type="submit" look="primary" disabled={run.isPending}>
          {run.isPending ? "One moment…" : ACTS[doing.what]}
        </Button>
        <Button onClick={cancel}>Cancel</Button>
      </div>
    </form>
  );
}

function ConfirmApp({ app, settled }: { app: Schemas["NewTotpView"]; settled: (codes: string[] | null) => void }) {
  const { api } = useApp();
  const confirm = useMutation({
    mutationFn: (code: string) =>
      read(
        api.POST("/api/v1/me/second-factors/totp/{factor_id}/confirm", {
          params: { path: { factor_id: app.id } },
          body: { code },
        }),
      ),
    onSuccess: (answer) => settled(answer.data.recovery_codes),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    confirm.mutate(String(new FormData(event.currentTarget).get("code") ?? "").replaceAll(" ", ""));
  };
  return (
    <form onSubmit={submit} className="mt-4 flex max-w-sm flex-col gap-4">
      <p>Read this with the app, or open it there on this phone.</p>
      <QrCode text={app.otpauth_uri} />
      <p className="break-all">
        <a href={app.otpauth_uri} className="underline">
          Open in the app
        </a>{" "}
        or type <code className="font-mono">{app.secret}</code>
      </p>
      <Field
        label="Code that the app shows"
        name="code"
        required
        inputMode="numeric"
        autoComplete="one-time-code"
        error={fieldError(confirm.error, "code")}
      />
      <FormError error={confirm.error} fields={["code"]} />
      <Button type="submit" look="primary" disabled={confirm.isPending} className="self-start">
        {confirm.isPending ? "One moment…" : "It works: use it"}
      </Button>
    </form>
  );
}

/** The code as an image, drawn when it is needed; always black on white, for cameras. */
function QrCode({ text }: { text: string }) {
  const [cells, setCells] = useState<boolean[][] | null>(null);
  useEffect(() => {
    void import("uqr").then(({ encode }) => setCells(encode(text, { border: 3 }).data));
  }, [text]);
  if (!cells) return <Loading what="the code" />;
  const path = cells
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${String(x)} ${String(y)}h1v1h-1z`] : [])))
    .join("");
  return (
    <svg viewBox={`0 0 ${String(cells.length)} ${String(cells.length)}`} className="size-48 rounded-md" role="img" aria-label="Code for the authenticator app">
      <rect width="100%" height="100%" fill="#ffffff" />
      <path d={path} fill="#000000" shapeRendering="crispEdges" />
    </svg>
  );
}

function PaperCodes({ codes, close }: { codes: string[]; close: () => void }) {
  return (
    <div role="status" className="mt-4 flex flex-col gap-3 rounded-md border border-line p-4">
      <p className="font-semibold">Keep these codes on paper. They are shown this once.</p>
      <p>Each opens the second step once, on the day the app or the key is lost.</p>
      <ul className="grid grid-cols-1 gap-1 font-mono sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex gap-3">
        <Button onClick={() => void navigator.clipboard.writeText(codes.join("\n"))}>Copy them</Button>
        <Button look="primary" onClick={close}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
