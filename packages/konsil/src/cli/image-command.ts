import { writeFileSync } from "node:fs";
import { UsageError } from "./failure.ts";
import { readOptions, required, requireNoMore } from "./options.ts";

export const imageHelp = `konsil image build --tag registry.example.org/konsil:1 [--base IMAGE] [--entry my-image.mjs] [--push]

Builds the image that nodes of vantage6 run, with Docker. It holds the packages that are installed here.

  --tag NAME     what it is called
  --base IMAGE   any image with Node 20.19 or newer; default: node:22-slim
  --entry FILE   a program that calls serve() with algorithms of your own; default: all algorithms of Konsil
  --push         pushes it to its registry, and prints the name by which a federation pins it

konsil image store-entry --image registry.example.org/konsil:1 [--entry my-image.mjs] [--output algorithm_store.json]
                         [--name NAME] [--code-url URL] [--documentation-url URL]

Writes what an algorithm store of vantage6 wants to know of an image, for Python clients and the web interface: a
function for each algorithm and for each step, with its arguments.

  --image NAME             the image, as nodes pull it
  --entry FILE             the program of the image; default: all algorithms of Konsil
  --output FILE            default: standard output
  --name NAME              default: the name in the package.json beside the program
  --code-url URL           where the source can be read; default: \`repository\` of that package.json
  --documentation-url URL  where it is described
`;

/** What Docker would answer with its usage. @throws ArgumentError */
async function requireImageName(name: string, option: string): Promise<void> {
  const { checkImage } = await import("@konsil/sdk/node");
  checkImage(name, "konsil image", option);
}

const text: { readonly type: "string" } = { type: "string" };

async function build(args: readonly string[]): Promise<void> {
  const parsed = readOptions("image", args, {
    tag: text,
    base: text,
    entry: text,
    push: { type: "boolean" },
  });
  requireNoMore("image", parsed.positionals);
  const { base, entry, push } = parsed.values;
  const tag = required("image", parsed, "tag", "registry.example.org/konsil:1");
  await requireImageName(tag, "--tag");
  if (typeof base === "string") await requireImageName(base, "--base");
  const { buildImage } = await import("../image/index.ts");
  const built = await buildImage({
    tag,
    base: typeof base === "string" ? base : undefined,
    entry: typeof entry === "string" ? entry : undefined,
    push: push === true,
  });
  process.stdout.write(`${built.pinned ?? built.tag}\n`);
}

async function enter(args: readonly string[]): Promise<void> {
  const parsed = readOptions("image", args, {
    image: text,
    entry: text,
    output: text,
    name: text,
    "code-url": text,
    "documentation-url": text,
  });
  requireNoMore("image", parsed.positionals);
  const given = (option: string): string | undefined => {
    const value = parsed.values[option];
    return typeof value === "string" ? value : undefined;
  };
  const output = given("output");
  if (output !== undefined) {
    const { checkOutput } = await import("@konsil/sdk");
    await checkOutput(output, { what: "--output", endings: [".json"] });
  }
  const image = required("image", parsed, "image", "registry.example.org/konsil:1");
  await requireImageName(image, "--image");
  const { storeEntry } = await import("../image/index.ts");
  const entry = await storeEntry({
    image,
    entry: given("entry"),
    name: given("name"),
    codeUrl: given("code-url"),
    documentationUrl: given("documentation-url"),
  });
  const json = `${JSON.stringify(entry, null, 2)}\n`;
  if (output === undefined) process.stdout.write(json);
  else writeFileSync(output, json);
}

export async function imageCommand([what, ...args]: readonly string[]): Promise<void> {
  if (what === "build") return build(args);
  if (what === "store-entry") return enter(args);
  throw new UsageError(
    "image",
    "Call it as: konsil image build --tag NAME, or konsil image store-entry --image NAME.",
  );
}
