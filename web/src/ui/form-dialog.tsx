import type { FormEvent, ReactNode } from "react";
import { Button } from "./controls";
import { Dialog } from "./dialog";
import { FormError, formText } from "./form";

interface Props {
  title: string;
  close: () => void;
  /** How the sending stands. */
  save: { isPending: boolean; error: Error | null };
  submit: (text: (name: string) => string, form: HTMLFormElement) => void;
  /** The fields that show their own errors. */
  shown: readonly string[];
  /** What the button says, and while it is being done. */
  words?: readonly [string, string];
  /** What more can be done beside cancel and save. */
  actions?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}

/** A form in a dialog: its fields, what the server refused, cancel and save. */
export function FormDialog({ title, close, save, submit, shown, words, actions, wide = false, children }: Props) {
  const [word, busy] = words ?? ["Save", "Saving…"];
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(formText(event.currentTarget), event.currentTarget);
  };
  return (
    <Dialog title={title} close={close} wide={wide}>
      <form onSubmit={send} className="flex flex-col gap-4" noValidate>
        {children}
        <FormError error={save.error} fields={shown} />
        <div className="flex flex-wrap justify-end gap-2">
          {actions}
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" disabled={save.isPending}>
            {save.isPending ? busy : word}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
