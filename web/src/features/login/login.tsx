import { type FormEvent, type ReactNode, useState } from "react";
import { type ApiError, type Session, type SsoStart } from "../../api/session";
import { Button, Field } from "../../ui/controls";
import { fieldError, FormError } from "../../ui/form";
import { asShown, ssoFailure } from "./failing";
import { type Challenge, challengeOf, SecondStep } from "./second-step";

type Mode = "login" | "register" | "invitation" | "forgotten" | "reset" | "provider";

const ACTS: Record<Mode, string> = {
  login: "Log in",
  register: "Create organisation",
  invitation: "Come in",
  forgotten: "Send me a link",
  reset: "Set the password",
  provider: "Go on to your provider",
};
const EXPLAINED: Partial<Record<Mode, string>> = {
  invitation: "You are invited. Choose a password, and you are in.",
  forgotten: "Tell your address, and a link that sets a new password is mailed to it.",
  reset: "Choose a new password. Every session of yours ends.",
  provider: "Where your organisation has its own login, your address leads there.",
};
const FIELDS: Record<Mode, readonly string[]> = {
  login: ["email", "password"],
  register: ["organization_name", "full_name", "email", "password"],
  invitation: ["full_name", "password"],
  forgotten: ["email"],
  reset: ["password"],
  provider: ["email"],
};

/** A token in the address, after the # where no server sees it. */
const tokenAt = (path: string) => (location.pathname === path ? location.hash.slice(1) : "");

const firstMode = (): Mode => {
  if (tokenAt("/invitation")) return "invitation";
  return tokenAt("/reset-password") ? "reset" : "login";
};

/** Log in, found an organisation, or find the way back: the only screen a stranger sees. */
export function Login({ session }: { session: Session }) {
  const [mode, setMode] = useState<Mode>(firstMode);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(ssoFailure);
  const [told, setTold] = useState("");
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [choices, setChoices] = useState<SsoStart["choices"]>([]);

  const turn = (next: Mode, words = "") => {
    setMode(next);
    setError(null);
    setTold(words);
    setChoices([]);
    setChallenge(null);
  };

  const act = async (text: (name: string) => string): Promise<void> => {
    switch (mode) {
      case "login":
        return session.logIn(text("email"), text("password"));
      case "invitation":
        await session.acceptInvitation({
          token: tokenAt("/invitation"),
          password: text("password"),
          full_name: text("full_name") || null,
        });
        return history.replaceState(null, "", "/");
      case "forgotten":
        await session.askForReset(text("email"));
        return turn("login", "If that address is known here, a link is on its way. It works once, within an hour.");
      case "reset":
        await session.resetPassword(tokenAt("/reset-password"), text("password"));
        history.replaceState(null, "", "/");
        return turn("login", "The password is set. Log in with it.");
      case "provider": {
        const start = await session.startSso({ email: text("email") });
        setChoices(start.redirect_url ? [] : start.choices);
        if (!start.redirect_url && start.choices.length === 0) setTold("No provider is known for that address. Use your password.");
        return;
      }
      case "register":
        return session.register({
          organization_name: text("organization_name"),
          full_name: text("full_name"),
          email: text("email"),
          password: text("password"),
        });
    }
  };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    setTold("");
    try {
      await act((name) => String(form.get(name) ?? ""));
    } catch (caught) {
      const failed = asShown(caught);
      setChallenge(challengeOf(failed));
      if (failed.code === "SSO_REQUIRED") turn("provider", "Your organisation wants you to log in at its provider.");
      else if (!challengeOf(failed)) setError(failed);
    } finally {
      setBusy(false);
    }
  };

  if (challenge)
    return (
      <Front>
        <SecondStep
          session={session}
          challenge={challenge}
          again={(over) => {
            turn("login");
            setError(over);
          }}
        />
        <Link onClick={() => turn("login")}>Log in as somebody else</Link>
      </Front>
    );
  const chooses = mode !== "login" && mode !== "forgotten" && mode !== "provider";
  return (
    <Front>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4 rounded-lg border border-line bg-panel p-5">
        {EXPLAINED[mode] && <p>{EXPLAINED[mode]}</p>}
        {mode === "register" && (
          <Field
            label="Organisation"
            name="organization_name"
            required
            autoComplete="organization"
            error={fieldError(error, "organization_name")}
          />
        )}
        {(mode === "register" || mode === "invitation") && (
          <Field
            label="Your name"
            name="full_name"
            required={mode === "register"}
            autoComplete="name"
            error={fieldError(error, "full_name")}
          />
        )}
        {mode !== "invitation" && mode !== "reset" && (
          <Field
            label="Email"
            name="email"
            type="email"
            required
            autoComplete="username"
            inputMode="email"
            error={fieldError(error, "email")}
          />
        )}
        {(mode === "login" || chooses) && (
          <Field
            label={mode === "reset" ? "New password" : "Password"}
            name="password"
            type="password"
            required
            autoComplete={chooses ? "new-password" : "current-password"}
            error={fieldError(error, "password")}
            {...(chooses ? { hint: "At least 15 characters; a few words are fine.", minLength: 15 } : {})}
          />
        )}
        <FormError error={error} fields={FIELDS[mode]} />
        {told && <p role="status">{told}</p>}
        {choices.map((each) => (
          <Button key={each.id} type="button" onClick={() => void session.startSso({ provider_id: each.id }).catch((caught) => setError(asShown(caught)))}>
            {each.name}
          </Button>
        ))}
        <Button type="submit" look="primary" disabled={busy}>
          {busy ? "One moment…" : ACTS[mode]}
        </Button>
        {mode === "login" && <Link onClick={() => turn("forgotten")}>Forgot the password?</Link>}
      </form>
      {mode === "login" ? (
        <>
          <Link onClick={() => turn("provider")}>Log in with your organisation</Link>
          <Link onClick={() => turn("register")}>New here? Create an organisation</Link>
        </>
      ) : (
        <Link onClick={() => turn("login")}>I have an account: log in</Link>
      )}
    </Front>
  );
}

function Front({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-6 px-4 py-10">
      <div className="flex items-center gap-3">
        <img src="/icon.svg" alt="" width={40} height={40} />
        <div>
          <h1 className="text-xl font-bold">NetPulse</h1>
          <p className="text-muted">Real-time network operations</p>
        </div>
      </div>
      {children}
    </main>
  );
}

function Link({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" className="cursor-pointer text-muted underline hover:text-ink" onClick={onClick}>
      {children}
    </button>
  );
}
