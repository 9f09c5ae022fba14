import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { Failed, Panel } from "../../ui/controls";
import { CommentForm } from "../../ui/comment-form";
import { Happening } from "../../ui/story";

/** What people said about a problem, and room to say more. */
export function Comments({ alert }: { alert: Schemas["AlertView"] }) {
  const { api } = useApp();
  const mayWrite = useCan("alert:write");
  const params = { path: { alert_id: alert.id } };
  const key = ["alerts", "comments", alert.id];
  const comments = useQuery({
    queryKey: key,
    queryFn: () => read(api.GET("/api/v1/alerts/{alert_id}/comments", { params })).then((answer) => answer.data),
  });
  // the form is drawn anew, and so empty, once it has said something
  const [said, setSaid] = useState(0);
  if (comments.isError) return <Failed error={comments.error} retry={() => void comments.refetch()} />;
  if (!comments.data || (comments.data.length === 0 && !mayWrite)) return null;
  return (
    <Panel title="Comments">
      <ol className="flex flex-col">
        {comments.data.map((comment) => (
          <Happening key={comment.id} at={comment.at}>
            <p className="font-medium">{comment.author_name}</p>
            <p className="wrap-anywhere whitespace-pre-wrap">{comment.text}</p>
          </Happening>
        ))}
      </ol>
      {mayWrite && (
        <CommentForm
          key={said}
          old={[key]}
          said={() => setSaid(said + 1)}
          run={(text) => done(api.POST("/api/v1/alerts/{alert_id}/comments", { params, body: { text } }))}
        />
      )}
    </Panel>
  );
}
