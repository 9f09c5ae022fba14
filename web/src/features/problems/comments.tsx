import { type QueryKey, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCan } from "../../app/me";
import { useChange } from "../../ui/change";
import { Button, Failed, Panel } from "../../ui/controls";
import { fieldError, FormError, formText, TextArea } from "../../ui/form";
import { Happening } from "../../ui/story";

interface Comment {
  at: string;
  author_name: string;
  text: string;
}

interface Props {
  /** Under what they are kept here. */
  queryKey: QueryKey;
  list: () => Promise<readonly Comment[]>;
  say: (text: string) => Promise<unknown>;
}

/** What people said about a problem or an incident, and room to say more. */
export function Comments({ queryKey, list, say }: Props) {
  const mayWrite = useCan("alert:write");
  const comments = useQuery({ queryKey, queryFn: list });
  // the form is drawn anew, and so empty, once it has said something
  const [said, setSaid] = useState(0);
  if (comments.isError) return <Failed error={comments.error} retry={() => void comments.refetch()} />;
  if (!comments.data || (comments.data.length === 0 && !mayWrite)) return null;
  return (
    <Panel title="Comments">
      <ol className="flex flex-col">
        {comments.data.map((comment) => (
          <Happening key={`${comment.at} ${comment.author_name}`} at={comment.at}>
            <p className="font-medium">{comment.author_name}</p>
            <p className="wrap-anywhere whitespace-pre-wrap">{comment.text}</p>
          </Happening>
        ))}
      </ol>
      {mayWrite && <CommentForm key={said} queryKey={queryKey} say={say} said={() => setSaid(said + 1)} />}
    </Panel>
  );
}

function CommentForm({ queryKey, say, said }: Omit<Props, "list"> & { said: () => void }) {
  const send = useChange(say, [queryKey], said);
  return (
    <form
      noValidate
      className="mt-3 flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate(formText(event.currentTarget)("text"));
      }}
    >
      <TextArea label="Say something" name="text" rows={2} maxLength={4000} error={fieldError(send.error, "text")} />
      <FormError error={send.error} fields={["text"]} />
      <Button type="submit" className="self-start" disabled={send.isPending}>
        {send.isPending ? "Saying…" : "Comment"}
      </Button>
    </form>
  );
}
