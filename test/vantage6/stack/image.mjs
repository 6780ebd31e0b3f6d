import { join } from "node:path";
import { capture, root } from "../../../scripts/step.mjs";
import { baseImage, makeBaseImage } from "./base-image.mjs";

/** Builds and pushes the image with the command that everybody uses, on this machine's own Node. */
export async function buildImage(tag) {
  await makeBaseImage();
  const command = join(root, "packages", "konsil", "dist", "cli", "main.js");
  await capture("image of algorithms", process.execPath, [
    command,
    ..."image build --push --base".split(" "),
    baseImage,
    "--tag",
    tag,
  ]);
}
