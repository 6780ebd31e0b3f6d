import { ArgumentError } from "@konsil/core";

/**
 * The name of an image as Docker reads it: a registry, a path, a tag and a digest. It takes more separators in a row than
 * Docker does, and refuses nothing that a node could run.
 */
const imageName =
  /^(?:[\w.-]+(?::\d+)?\/|\[[\da-f:]+\](?::\d+)?\/)?[a-z\d]+(?:[._/-]+[a-z\d]+)*(?::\w[\w.-]{0,127})?(?:@[a-z][\w+.-]*:[\da-f]{32,})?$/;

/** @throws ArgumentError for what is no name of an image: servers take any text, and each node fails at it by itself */
export function checkImage(image: string, call: string, option = "`image`"): void {
  if (typeof image === "string" && imageName.test(image)) return;
  throw new ArgumentError(
    "ARGUMENT_INVALID",
    `${call}: ${option} must be the name of an image, without spaces, and in small letters after its registry: "registry.example.org/konsil:1", or with "@sha256:…" for one that never changes.`,
  );
}
