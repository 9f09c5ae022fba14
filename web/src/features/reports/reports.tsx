import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { day } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { DeleteButton, useChange } from "../../ui/change";
import { Button, Empty, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { ReportForm } from "./form";
import { Schedules } from "./schedules";

export type Report = Schemas["ReportView"];
export const REPORTS = ["reports"] as const;
/** How often a report that is being made is looked at. */
const EVERY_MS = 1_500;

const LOOK: Record<Schemas["ReportState"], { word: string; shape: string; text: string }> = {
  queued: { word: "Waiting", shape: "◇", text: "text-unknown" },
  running: { word: "Being made", shape: "◆", text: "text-degraded" },
  succeeded: { word: "Ready", shape: "●", text: "text-online" },
  failed: { word: "Failed", shape: "▲", text: "text-offline" },
  cancelled: { word: "Cancelled", shape: "■", text: "text-maintenance" },
};

const isMoving = (report: Report) => report.state === "queued" || report.state === "running";

/** Reports that were made, are being made, and those that come by themselves. */
export function Reports() {
  const { api } = useApp();
  const mayWrite = useCan("report:write");
  const [isAsking, setAsking] = useState(false);
  const [page, setPage] = useState(1);
  const reports = useQuery({
    queryKey: [...REPORTS, page],
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.data.some(isMoving) ? EVERY_MS : 30_000),
    queryFn: () => read(api.GET("/api/v1/reports", { params: { query: { page, per_page: 50 } } })),
  });
  const make = (
    <Button look="primary" onClick={() => setAsking(true)}>
      Make a report
    </Button>
  );
  return (
    <div className="flex flex-col gap-6">
      <section className="flex flex-col gap-4">
        <PageHead title="Reports" note="Availability, measurements and problems of a period.">
          {mayWrite && make}
        </PageHead>
        <Listing
          what="reports"
          query={reports}
          rows={reports.data?.data}
          pagination={reports.data?.pagination}
          go={setPage}
          empty={
            <Empty title="No reports yet">
              <p className="mb-4">Choose a period, and get it as PDF, CSV and JSON.</p>
              {mayWrite && make}
            </Empty>
          }
        >
          {(report) => <Row key={report.id} report={report} mayWrite={mayWrite} />}
        </Listing>
      </section>
      <Schedules mayWrite={mayWrite} />
      {isAsking && <ReportForm close={() => setAsking(false)} />}
    </div>
  );
}

function Row({ report, mayWrite }: { report: Report; mayWrite: boolean }) {
  const { api } = useApp();
  const remove = useChange(
    () => done(api.DELETE("/api/v1/reports/{report_id}", { params: { path: { report_id: report.id } } })),
    [REPORTS],
  );
  const look = LOOK[report.state];
  const fault = remove.error?.message ?? (report.error as { message?: string } | null)?.message;
  const percent = Math.round(report.progress * 100);
  return (
    <li className="grid gap-x-4 gap-y-2 px-4 py-3 sm:grid-cols-[8rem_1fr_auto] sm:items-center">
      <p className={`font-medium ${look.text}`} role="status">
        <span aria-hidden="true">{look.shape} </span>
        {look.word}
      </p>
      <div className="min-w-0">
        <p className="font-semibold break-words">{report.name}</p>
        <p className="text-muted">
          {day(new Date(report.from))} to {day(new Date(report.to))}, <Ago at={report.created_at} />
        </p>
        {isMoving(report) && (
          <progress max={100} value={percent} aria-label={`${report.name}: ${percent} % done`} className="mt-1 h-2 w-full accent-accent" />
        )}
        {fault && <p className="break-words text-offline">{fault}</p>}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {report.files.map((file) => (
          <Download key={file.format} report={report} format={file.format} />
        ))}
        {mayWrite && (
          <DeleteButton name={report.name} change={remove} word={isMoving(report) ? "Cancel" : "Delete"} />
        )}
      </div>
    </li>
  );
}

function Download({ report, format }: { report: Report; format: Schemas["ReportFormat"] }) {
  const { api } = useApp();
  const get = useMutation({
    mutationFn: () =>
      read(
        api.GET("/api/v1/reports/{report_id}/download", {
          params: { path: { report_id: report.id }, query: { format } },
        }),
      ).then((a) => a.data),
    onSuccess: (file) => {
      const link = document.createElement("a");
      link.href = file.url;
      link.download = file.file_name;
      link.rel = "noreferrer";
      link.click();
    },
  });
  return (
    <Button
      onClick={() => get.mutate()}
      disabled={get.isPending}
      aria-label={`Download ${report.name} as ${format.toUpperCase()}`}
      title={get.error?.message}
    >
      {get.isError ? `▲ ${format.toUpperCase()}` : format.toUpperCase()}
    </Button>
  );
}
