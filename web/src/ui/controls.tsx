import { type ButtonHTMLAttributes, type InputHTMLAttributes, type ReactNode, useId } from "react";

const BUTTON = {
  primary: "bg-accent text-accent-ink border-accent",
  plain: "bg-raised text-ink border-line",
  danger: "bg-panel text-offline border-offline",
} as const;

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { look?: keyof typeof BUTTON };

/** A button with one of three looks, at least 40 px high for thumbs. */
export function Button({ look = "plain", className = "", ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`min-h-10 cursor-pointer rounded-md border px-4 font-medium hover:brightness-110 disabled:cursor-not-allowed disabled:opacity-60 ${BUTTON[look]} ${className}`}
      {...rest}
    />
  );
}

type FieldProps = InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string; error?: string | undefined };

/** A labelled text field with its hint and its error read out with it. */
export function Field({ label, hint, error, className = "", ...rest }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className="min-h-10 w-full rounded-md border border-line bg-ground px-3 text-ink placeholder:text-muted aria-invalid:border-offline"
        {...rest}
      />
      {note && (
        <p id={`${id}-note`} className={error ? "text-offline" : "text-muted"}>
          {note}
        </p>
      )}
    </div>
  );
}

/** What a screen says when there is nothing, always with the next thing to do. */
export function Empty({ title, first = false, children }: { title: string; first?: boolean; children?: ReactNode }) {
  // on a screen without another heading it is the first one
  const Heading = first ? "h1" : "h2";
  return (
    <div className="flex flex-col items-center gap-3 rounded-lg border border-dashed border-line px-6 py-14 text-center">
      <Heading className="text-lg font-semibold">{title}</Heading>
      <div className="max-w-md text-muted">{children}</div>
    </div>
  );
}

/** What a screen says when it could not load. */
export function Failed({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <div role="alert" className="flex flex-wrap items-center gap-4 rounded-lg border border-offline bg-panel p-4">
      <p className="grow">{error.message}</p>
      <Button onClick={retry}>Try again</Button>
    </div>
  );
}

/** A titled panel. */
export function Panel({ title, actions, children }: { title?: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="rounded-lg border border-line bg-panel">
      {title && (
        <header className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-3">
          <h2 className="font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      <div className="p-4">{children}</div>
    </section>
  );
}

/** What a screen says while it loads: quiet, and read out. */
export function Loading({ what }: { what: string }) {
  return (
    <p role="status" className="text-muted">
      Loading {what}…
    </p>
  );
}

/** The head of a screen: its name, a line on what it is for, and what can be done. */
export function PageHead({ title, note, children }: { title: string; note?: string; children?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        <h1 className="text-xl font-bold">{title}</h1>
        {note && <p className="text-muted">{note}</p>}
      </div>
      {children && <div className="flex flex-wrap gap-2">{children}</div>}
    </div>
  );
}
