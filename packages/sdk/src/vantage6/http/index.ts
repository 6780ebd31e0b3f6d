export type { Answer, Call, Query, QueryValue } from "./call.ts";
export { Unreadable } from "./call.ts";
export { authorities, type Manner } from "./manner.ts";
export { saysTokenIsOver } from "./problem.ts";
export { Requests } from "./requests.ts";
