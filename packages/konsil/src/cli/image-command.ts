import { buildImage } from "../image/index.ts";
import { UsageError } from "./failure.ts";
import { readOptions, required } from "./options.ts";

export const imageHelp = `konsil image build --tag registry.example.org/konsil:1 [--base IMAGE] [--entry my-image.mjs] [--push]

Builds the image that nodes of vantage6 run, with Docker. It holds the packages that are installed here.

  --tag NAME     what it is called
  --base IMAGE   any image with Node 20.19 or newer; default: node:22-slim
  --entry FILE   a program that calls serve() with algorithms of your own; default: all algorithms of Konsil
  --push         pushes it to its registry, and prints the name by which a federation pins it
`;

export async function imageCommand([what, ...args]: readonly string[]): Promise<void> {
  if (what !== "build") throw new UsageError("image", "Call it as: konsil image build --tag NAME.");
  const parsed = readOptions("image", args, {
    tag: { type: "string" },
    base: { type: "string" },
    entry: { type: "string" },
    push: { type: "boolean" },
  });
  const { base, entry, push } = parsed.values;
  const built = await buildImage({
    tag: required("image", parsed, "tag", "registry.example.org/konsil:1"),
    base: typeof base === "string" ? base : undefined,
    entry: typeof entry === "string" ? entry : undefined,
    push: push === true,
  });
  process.stdout.write(`${built.pinned ?? built.tag}\n`);
}
