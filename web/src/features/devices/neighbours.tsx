import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { Ago } from "../../ui/ago";
import { Failed, Loading, Panel } from "../../ui/controls";
import { Table } from "../../ui/table";
import { Proposals } from "../topology/proposals";

/** Who is at the other end of a device's ports, and which parent that suggests. */
export function Neighbours({ deviceId }: { deviceId: string }) {
  const { api } = useApp();
  const neighbours = useQuery({
    queryKey: ["devices", deviceId, "neighbours"],
    queryFn: () =>
      read(
        api.GET("/api/v1/devices/{device_id}/neighbours", {
          params: { path: { device_id: deviceId }, query: { per_page: 200 } },
        }),
      ),
  });
  return (
    <>
      <Panel title={neighbours.data ? `Neighbours: ${neighbours.data.pagination.total}` : "Neighbours"}>
        {neighbours.isPending && <Loading what="neighbours" />}
        {neighbours.isError && <Failed error={neighbours.error} retry={() => void neighbours.refetch()} />}
        {neighbours.data?.data.length === 0 && (
          <p className="text-muted">None told of. Devices tell of their neighbours by LLDP or CDP, where that is switched on.</p>
        )}
        {neighbours.data && neighbours.data.data.length > 0 && (
          <Table
            label="Neighbour table"
            rows={neighbours.data.data}
            keyOf={(each) => `${each.protocol} ${each.local_if_name} ${each.chassis_id} ${each.port_id}`}
            columns={[
              { head: "Port", of: (each) => each.local_if_name },
              {
                head: "Leads to",
                of: (each) =>
                  each.device_id ? (
                    <Link to="/devices/$deviceId" params={{ deviceId: each.device_id }} className="font-medium text-accent underline">
                      {each.device_name ?? each.sys_name}
                    </Link>
                  ) : (
                    each.sys_name || each.chassis_id
                  ),
                className: "min-w-36",
              },
              { head: "Its port", of: (each) => each.port_description || each.port_id },
              { head: "Address", of: (each) => each.management_address },
              { head: "Platform", of: (each) => each.platform, className: "min-w-32 text-muted" },
              { head: "By", of: (each) => each.protocol.toUpperCase(), className: "text-muted" },
              { head: "Seen", of: (each) => <Ago at={each.seen_at} />, className: "whitespace-nowrap text-muted" },
            ]}
          />
        )}
      </Panel>
      <Proposals deviceId={deviceId} />
    </>
  );
}
