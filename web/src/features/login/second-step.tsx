import { type FormEvent, useState } from "react";
import { ApiError, type Session } from "../../api/session";
import { canUsePasskeys, provePasskey } from "../../lib/passkeys";
import { Button, Field } from "../../ui/controls";
import { FormError } from "../../ui/form";
import { asShown } from "./failing";

/** What a login answers when the password was right and there is more to prove. */
export interface Challenge {
  challenge: string;
  kinds: ("totp" | "webauthn")[];
  passkey_options: Record<string, unknown> | null;
}

export const challengeOf = (error: ApiError): Challenge | null =>
  error.code === "SECOND_FACTOR_NEEDED" ? (error.details as unknown as Challenge) : null;

interface Props {
  session: Session;
  challenge: Challenge;
  /** The challenge is over: the password is asked for again. */
  again: (error: ApiError) => void;
}

/** The second step of logging in: a code, a key, or a code from paper. */
export function SecondStep({ session, challenge, again }: Props) {
  const hasApp = challenge.kinds.includes("totp");
  const [onPaper, setOnPaper] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const key = challenge.passkey_options;

  const prove = async (proof: () => Promise<object>) => {
    setBusy(true);
    setError(null);
    try {
      await session.proveSecondFactor({ challenge: challenge.challenge, ...(await proof()) });
    } catch (caught) {
      const shown = asShown(caught);
      if (shown.status === 429) again(shown);
      setError(shown.code === "INVALID_CREDENTIALS" ? new ApiError(401, shown.code, "That was not right. Try again.") : shown);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code") ?? "").trim();
    void prove(() => Promise.resolve(onPaper ? { recovery_code: code } : { code: code.replaceAll(" ", "") }));
  };

  return (
    <form onSubmit={submit} className="flex flex-col gap-4 rounded-lg border border-line bg-panel p-5">
      <h2 className="font-semibold">One more step</h2>
      {key && canUsePasskeys() && !onPaper && (
        <Button type="button" look="primary" disabled={busy} onClick={() => void prove(async () => ({ credential: await provePasskey(key) }))}>
          Use your key or passkey
        </Button>
      )}
      {key && !canUsePasskeys() && !hasApp && !onPaper && <p>This browser cannot use your key at this address. A recovery code works.</p>}
      {(hasApp || onPaper) && (
        <>
          <Field
            key={onPaper ? "paper" : "app"}
            label={onPaper ? "Recovery code" : "Code of your authenticator app"}
            name="code"
            required
            autoFocus
            autoComplete="one-time-code"
            inputMode={onPaper ? "text" : "numeric"}
            hint={onPaper ? "One of the ten that you kept on paper; each works once." : "Six digits."}
          />
          <Button type="submit" look={key && canUsePasskeys() && !onPaper ? "plain" : "primary"} disabled={busy}>
            {busy ? "One moment…" : "Go on"}
          </Button>
        </>
      )}
      <FormError error={error} />
      <button
        type="button"
        className="cursor-pointer text-muted underline hover:text-ink"
        onClick={() => {
          setOnPaper(!onPaper);
          setError(null);
        }}
      >
        {onPaper ? "Use the app or the key instead" : "I have neither at hand: use a recovery code"}
      </button>
    </form>
  );
}
