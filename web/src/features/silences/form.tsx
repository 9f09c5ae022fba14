import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { done, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { Button, Field } from "../../ui/controls";
import { Dialog } from "../../ui/dialog";
import { FormError, formText, Select } from "../../ui/form";

type Matcher = Schemas["MatcherModel"];

const LENGTHS = { "1": "1 hour", "4": "4 hours", "24": "1 day", "168": "1 week", "": "Until it is over" } as const;
const HOUR_MS = 3_600_000;

interface Props {
  matchers: readonly Matcher[];
  /** What is silenced, as people say it. */
  what: string;
  close: () => void;
}

/** Be told no more of something for a while; it is still shown. */
export function SilenceForm({ matchers, what, close }: Props) {
  const { api } = useApp();
  const queries = useQueryClient();
  const [hours, setHours] = useState<string>("4");
  const save = useMutation({
    mutationFn: (comment: string) =>
      done(
        api.POST("/api/v1/silences", {
          body: {
            matchers: [...matchers],
            comment,
            ...(hours
              ? { ends_at: new Date(Date.now() + Number(hours) * HOUR_MS).toISOString() }
              : { until_resolved: true }),
          },
        }),
      ),
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["silences"] }),
        queries.invalidateQueries({ queryKey: ["alerts"] }),
      ]);
      close();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(formText(event.currentTarget)("comment"));
  };
  return (
    <Dialog title={`Silence ${what}`} close={close}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-muted">Nobody is told of it for this long. It stays on the list of problems.</p>
        <Select label="For" value={hours} onChange={(event) => setHours(event.target.value)}>
          {Object.entries(LENGTHS).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
        <Field label="Why" name="comment" placeholder="Cable is being replaced" maxLength={500} />
        <FormError error={save.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" disabled={save.isPending}>
            {save.isPending ? "Saving…" : "Silence it"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What matches all that a device's rule says of it. */
export function matchersOf(alert: Pick<Schemas["AlertView"], "device_id" | "rule_id" | "device_name">): Matcher[] {
  const given = { device_id: alert.device_id, rule_id: alert.rule_id };
  return Object.entries(given).flatMap(([name, value]) => (value ? [{ name, op: "=" as const, value }] : []));
}
