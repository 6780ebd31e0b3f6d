export type { ServerEvent, ServerEvents } from "./server-events.ts";
export { serverEvents } from "./server-events.ts";
export type { FederationParts, ServerFederationOptions } from "./server-federation.ts";
export { serverFederation } from "./server-federation.ts";
export type { ServerPort } from "./server-port.ts";
