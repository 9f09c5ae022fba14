import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useChange } from "../../ui/change";
import { Field } from "../../ui/controls";
import { fieldError, Select } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { MatchersField, useMatchers } from "../../ui/matchers-field";
import type { Matcher } from "../../lib/matchers";

const LENGTHS = { "1": "1 hour", "4": "4 hours", "24": "1 day", "168": "1 week", "": "Until it is over" } as const;
const HOUR_MS = 3_600_000;
const SHOWN = ["matchers", "comment", "ends_at"];

interface Props {
  /** What is silenced; without it, it is asked for. */
  matchers?: readonly Matcher[];
  /** What is silenced, as people say it. */
  what?: string;
  close: () => void;
}

/** Be told no more of something for a while; it is still shown. */
export function SilenceForm({ matchers, what, close }: Props) {
  const { api } = useApp();
  const [hours, setHours] = useState<string>("4");
  const written = useMatchers();
  const wanted = matchers ?? written.matchers;
  const save = useChange(
    (comment: string) =>
      done(
        api.POST("/api/v1/silences", {
          body: {
            matchers: [...wanted],
            comment,
            ...(hours
              ? { ends_at: new Date(Date.now() + Number(hours) * HOUR_MS).toISOString() }
              : { until_resolved: true }),
          },
        }),
      ),
    [["silences"], ["alerts"]],
    close,
  );
  return (
    <FormDialog
      title={what ? `Silence ${what}` : "Add a silence"}
      close={close}
      save={save}
      shown={SHOWN}
      words={["Silence it", "Saving…"]}
      submit={(text) => {
        if (!written.fault) save.mutate(text("comment"));
      }}
    >
      <p className="text-muted">Nobody is told of it for this long. It stays on the list of problems.</p>
      {!matchers && (
        <>
          <MatchersField label="Alerts with" written={written} error={fieldError(save.error, "matchers")} />
          <Matched matchers={written.matchers} />
        </>
      )}
      <Select label="For" value={hours} onChange={(event) => setHours(event.target.value)} error={fieldError(save.error, "ends_at")}>
        {Object.entries(LENGTHS).map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </Select>
      <Field label="Why" name="comment" placeholder="Cable is being replaced" maxLength={500} error={fieldError(save.error, "comment")} />
    </FormDialog>
  );
}

/** Which open problems the matchers fit now. */
export function Matched({ matchers }: { matchers: readonly Matcher[] }) {
  const { api } = useApp();
  const wanted = useDeferredValue(JSON.stringify(matchers));
  const found = useQuery({
    queryKey: ["alerts", "preview", wanted],
    // it lags behind what is written: nothing may still be in it
    enabled: wanted !== "[]",
    gcTime: 60_000,
    queryFn: () =>
      read(api.POST("/api/v1/silences/preview", { body: { matchers: JSON.parse(wanted) as Matcher[] } })).then((a) => a.data),
  });
  if (matchers.length === 0 || !found.data) return null;
  const names = found.data.slice(0, 3).map((alert) => alert.message);
  return (
    <p role="status" className="break-words text-muted">
      {found.data.length === 0
        ? "No open problem matches now."
        : `Open problems that match now: ${found.data.length} (${names.join("; ")}${found.data.length > names.length ? "; …" : ""})`}
    </p>
  );
}
