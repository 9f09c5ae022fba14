import { type FormEvent, useId } from "react";
import { Button } from "../../ui/controls";
import { Dialog } from "../../ui/dialog";
import { FormError, formText } from "../../ui/form";

interface Props {
  title: string;
  hint: string;
  word: string;
  error: Error | null;
  busy: boolean;
  close: () => void;
  save: (note: string) => void;
}

/** Asks for a few words before something is done. */
export function NoteDialog({ title, hint, word, error, busy, close, save }: Props) {
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save(formText(event.currentTarget)("note"));
  };
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <label htmlFor={id} className="font-medium">
          Note
        </label>
        <textarea
          id={id}
          name="note"
          rows={3}
          maxLength={1000}
          aria-describedby={`${id}-hint`}
          className="rounded-md border border-line bg-ground p-3"
        />
        <p id={`${id}-hint`} className="text-muted">
          {hint}
        </p>
        <FormError error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" disabled={busy}>
            {word}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
