import { useNavigate } from "@tanstack/react-router";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { useChange } from "../../ui/change";
import { FormDialog } from "../../ui/form-dialog";
import { SCAN_FIELDS, ScanFields, useScan } from "./scan-fields";

/** Which networks to scan now, and with which credentials. */
export function ScanForm({ close }: { close: () => void }) {
  const { api } = useApp();
  const navigate = useNavigate();
  const scanOf = useScan();
  const start = useChange(
    async (form: HTMLFormElement) => {
      const body = { ...(await scanOf(form)), dry_run: true };
      return (await read(api.POST("/api/v1/discovery/scans", { body }))).data;
    },
    [["scans"]],
    ({ scan_id }) => {
      close();
      void navigate({ to: "/discovery/$scanId", params: { scanId: scan_id } });
    },
  );
  return (
    <FormDialog
      title="Scan a network"
      close={close}
      save={start}
      shown={SCAN_FIELDS}
      words={["Scan", "Starting…"]}
      submit={(_, form) => start.mutate(form)}
    >
      <ScanFields error={start.error} />
      <p className="text-muted">A scan only looks: it adds nothing. You choose from what it finds.</p>
    </FormDialog>
  );
}
