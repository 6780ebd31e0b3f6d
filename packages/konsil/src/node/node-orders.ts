import { type NodeConnection, ServerSocket } from "@konsil/sdk/node";
import { z } from "zod";

/** What a server tells its node. */
export interface NodeOrders {
  /** Connected: tasks may have come meanwhile. */
  sync(): void;
  newTask(task: number): void;
  /** Undefined: whatever runs. */
  kill(runs: readonly number[] | undefined): void;
  /** The server has told all that this node is online, or offline, by some connection of it. */
  shown(status: "online" | "offline"): void;
  /** The connection is lost; it is tried again. */
  lost(): void;
}

const node = z.object({ id: z.int() });
const newTask = z.object({ id: z.int() });
const kill = z.object({
  collaboration_id: z.int(),
  node_id: z.int().nullish(),
  kill_list: z.array(z.object({ run_id: z.int() })).nullish(),
});

/** Carries a server's orders to its node, for as long as what is returned is open. */
export function listenAsNode(
  connection: NodeConnection,
  collaboration: number,
  orders: NodeOrders,
): ServerSocket {
  const shown =
    (status: "online" | "offline") =>
    (data: unknown): void => {
      if (node.safeParse(data).data?.id === connection.node) orders.shown(status);
    };
  return new ServerSocket({
    address: connection.address,
    accessToken: (refused) => connection.accessToken(refused),
    proof: "sync",
    lost: () => orders.lost(),
    listeners: {
      sync: () => orders.sync(),
      "node-online": shown("online"),
      "node-offline": shown("offline"),
      new_task(data) {
        const read = newTask.safeParse(data);
        if (read.success) orders.newTask(read.data.id);
      },
      kill_containers(data) {
        const read = kill.safeParse(data);
        if (!read.success) return;
        const { collaboration_id: where, node_id: whose, kill_list: list } = read.data;
        if (where !== collaboration || (whose != null && whose !== connection.node)) return;
        orders.kill(list?.map(({ run_id: run }) => run));
      },
    },
  });
}
