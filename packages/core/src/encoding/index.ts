export { bytesHash, contentHash, contentHashOfFrozen, randomName } from "./hash.ts";
export type { Json } from "./json.ts";
export { canonicalJson, decodeJson, decodeText, encodeJson, firstNonJson, frozen } from "./json.ts";
export { jsonFault } from "./json-fault.ts";
export { decodePythonJson, parsePythonJson } from "./python-json.ts";
export { repeatedKey } from "./repeated-key.ts";
