export { contentHash, randomName } from "./hash.ts";
export type { Json } from "./json.ts";
export { canonicalJson, decodeJson, encodeJson, firstNonJson } from "./json.ts";
