export { checkImage } from "../remote/image-name.ts";
export type { ServerSocketOptions } from "../vantage6/server-socket.ts";
export { ServerSocket } from "../vantage6/server-socket.ts";
export type { NodeConnection } from "./node-connection.ts";
export { connectNode } from "./node-connection.ts";
