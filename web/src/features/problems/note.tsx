import { TextArea } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";

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
  return (
    <FormDialog
      title={title}
      close={close}
      save={{ error, isPending: busy }}
      shown={[]}
      words={[word, "One moment…"]}
      submit={(text) => save(text("note"))}
    >
      <TextArea label="Note" name="note" rows={3} maxLength={1000} hint={hint} />
    </FormDialog>
  );
}
