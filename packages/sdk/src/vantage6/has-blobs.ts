import { isMissing } from "../remote/outcome.ts";
import type { Dialect } from "./dialect/index.ts";
import type { Send } from "./resources/resource.ts";

/** Whether a server has a store for blobs. Servers before 4.11 have no such question. */
export async function hasBlobs(send: Send, dialect: Dialect): Promise<boolean> {
  try {
    return await send(dialect.blobs.enabled());
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
