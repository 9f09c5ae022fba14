import type { QueryKey } from "@tanstack/react-query";
import { Button } from "./controls";
import { useChange } from "./change";
import { fieldError, FormError, formText, TextArea } from "./form";

interface Props {
  run: (text: string) => Promise<unknown>;
  /** What shows comments, and is asked for anew. */
  old: readonly QueryKey[];
  /** It was said. */
  said: () => void;
}

/** Room to say something. */
export function CommentForm({ run, old, said }: Props) {
  const say = useChange(run, old, said);
  return (
    <form
      noValidate
      className="mt-3 flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        say.mutate(formText(event.currentTarget)("text"));
      }}
    >
      <TextArea label="Say something" name="text" rows={2} maxLength={4000} error={fieldError(say.error, "text")} />
      <FormError error={say.error} fields={["text"]} />
      <Button type="submit" className="self-start" disabled={say.isPending}>
        {say.isPending ? "Saying…" : "Comment"}
      </Button>
    </form>
  );
}
