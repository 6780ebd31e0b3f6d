export type { DevNode, DevNodeOptions } from "./dev-node.ts";
export { startDevNode } from "./dev-node.ts";
export type { NodeDatabase } from "./node-database.ts";
export { readNodeDatabase } from "./node-database.ts";
