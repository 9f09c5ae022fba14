import { type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes, useId } from "react";
import { ApiError } from "../api/session";

interface FieldFault {
  field: string;
  message: string;
}

/** How the API says that there is nothing where something must be. */
const NOTHING = /^Field required$|at least 1 (character|item)|^Input should be a valid (integer|number)$|^Input should be in a valid time format, input is too short$/;

const faultsOf = (error: Error | null): readonly FieldFault[] =>
  error instanceof ApiError ? ((error.details["fields"] as FieldFault[] | undefined) ?? []) : [];

const asRead = (message: string | undefined) => (message && NOTHING.test(message) ? "This is needed" : message);

/** What a refusal says of one field, or of something inside it. */
export function fieldError(error: Error | null, name: string): string | undefined {
  return asRead(faultsOf(error).find(({ field }) => field === name || field.startsWith(`${name}.`))?.message);
}

/** What a refusal says of a list as a whole, where its parts show what is said of them. */
export function listError(error: Error | null, name: string): string | undefined {
  return asRead(faultsOf(error).find(({ field }) => field === name)?.message);
}

/** What a refusal says, unless the fields that are shown say it already. */
export function FormError({ error, fields = [] }: { error: Error | null; fields?: readonly string[] }) {
  if (!error) return null;
  const faults = faultsOf(error);
  const isShown = ({ field }: FieldFault) => fields.some((name) => field === name || field.startsWith(`${name}.`));
  const rest = faults.filter((fault) => !isShown(fault));
  if (faults.length > 0 && rest.length === 0)
    return (
      <p role="alert" className="text-offline">
        Please look at the fields that are marked.
      </p>
    );
  return (
    <p role="alert" className="text-offline">
      {faults.length > 0 ? rest.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join("; ") : error.message}
    </p>
  );
}

type SelectProps = SelectHTMLAttributes<HTMLSelectElement> & {
  label: string;
  error?: string | undefined;
  hint?: string | undefined;
};

/** A labelled choice of one, with its hint and its error read out with it. */
export function Select({ label, error, hint, children, className = "", ...rest }: SelectProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <select
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className="min-h-10 w-full rounded-md border border-line bg-ground px-2 text-ink aria-invalid:border-offline"
        {...rest}
      >
        {children}
      </select>
      {note && (
        <p id={`${id}-note`} className={error ? "text-offline" : "text-muted"}>
          {note}
        </p>
      )}
    </div>
  );
}

type AreaProps = TextareaHTMLAttributes<HTMLTextAreaElement> & {
  label: string;
  error?: string | undefined;
  hint?: string | undefined;
};

/** A labelled text of several lines, with its hint and its error read out with it. */
export function TextArea({ label, error, hint, className = "", ...rest }: AreaProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <textarea
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className={`w-full rounded-md border border-line bg-ground px-3 py-2 text-ink placeholder:text-muted aria-invalid:border-offline ${className}`}
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

interface CheckProps {
  label: ReactNode;
  name?: string;
  value?: string;
  defaultChecked?: boolean;
  checked?: boolean;
  disabled?: boolean;
  onChange?: (on: boolean) => void;
}

/** A labelled tick box with room for a thumb. */
export function Check({ label, onChange, ...rest }: CheckProps) {
  return (
    <label className="inline-flex min-h-10 cursor-pointer items-center gap-2">
      <input
        type="checkbox"
        className="size-4.5 shrink-0 accent-accent"
        onChange={(event) => onChange?.(event.target.checked)}
        {...rest}
      />
      {label}
    </label>
  );
}

/** The fields of a form as text. */
export function formText(form: HTMLFormElement): (name: string) => string {
  const data = new FormData(form);
  return (name) => String(data.get(name) ?? "").trim();
}
