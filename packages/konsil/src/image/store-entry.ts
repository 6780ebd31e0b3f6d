import { DefinitionError } from "@konsil/core";
import type { DefinedMethod } from "@konsil/site";
import { algorithmWords } from "../cli/algorithm-words.ts";
import { type EntryManifest, entryManifest } from "./entry-manifest.ts";
import { imageMethods } from "./image-methods.ts";
import { mainOf } from "./main.ts";
import { type StoreEntryArgument, storeArguments } from "./store-arguments.ts";

export interface StoreEntryOptions {
  /** The image, as nodes pull it: "registry.example.org/konsil:1". */
  readonly image: string;
  /** A program that calls serve(). Default: all algorithms of Konsil. */
  readonly entry?: string | undefined;
  /** Default: the name of the package that the program is in. */
  readonly name?: string | undefined;
  /** Where its source can be read. Default: `repository` or `homepage` of the package. */
  readonly codeUrl?: string | undefined;
  readonly documentationUrl?: string | undefined;
}

/** Something that is called in an image, as a store of vantage6 4.x takes it. */
export interface StoreEntryFunction {
  readonly name: string;
  readonly display_name: string;
  readonly description: string;
  readonly type: "central" | "federated";
  readonly databases: readonly { readonly name: string; readonly description: string }[];
  readonly arguments: readonly StoreEntryArgument[];
  readonly ui_visualizations: readonly never[];
}

/** The file algorithm_store.json of vantage6 4.x: what people enter in a store. */
export interface StoreEntry {
  readonly name: string;
  readonly description: string;
  readonly image: string;
  readonly partitioning: "horizontal";
  readonly vantage6_version: string;
  readonly code_url: string;
  readonly documentation_url?: string;
  readonly functions: readonly StoreEntryFunction[];
}

/** The version with which images of Konsil are tested. */
const vantage6Version = "4.15.2";

function sourceOf({ repository, homepage }: EntryManifest): string | undefined {
  const url = typeof repository === "string" ? repository : repository?.url;
  return url?.replace(/^git\+/, "").replace(/\.git$/, "") ?? homepage;
}

function described({ type, name, version, title, reads, algorithm }: DefinedMethod): string {
  const words = algorithmWords[name]?.does ?? (title === null ? "" : `${title}.`);
  const asked = title === null ? "" : `Asks ${title}. `;
  const read = reads === null ? "" : `Reads ${reads}. `;
  return type === "central"
    ? `${words} Asks every site, and answers with the pooled result. Konsil's ${name}@${version}.`.trim()
    : `${asked}${read}The step ${name}@${version} of ${algorithm}; answered by one site, within its policy.`;
}

function storeFunction(method: DefinedMethod): StoreEntryFunction {
  const { type, name, title } = method;
  return {
    name: method.method,
    display_name: type === "central" ? (title ?? name) : name,
    description: described(method),
    type,
    databases: [{ name: "data", description: "the table that is analysed: one row for each person" }],
    arguments: storeArguments(method),
    ui_visualizations: [],
  };
}

/**
 * The entry of an image in an algorithm store, from the definitions of its algorithms: a function for each algorithm,
 * which asks every site itself, and for each step, which a site answers.
 * @throws DefinitionError
 */
export async function storeEntry(options: StoreEntryOptions): Promise<StoreEntry> {
  const main = mainOf(options.entry);
  const manifest = entryManifest(main);
  const { image, name = manifest.name, codeUrl = sourceOf(manifest), documentationUrl } = options;
  const missing = name === undefined ? "--name" : codeUrl === undefined ? "--code-url" : undefined;
  if (name === undefined || codeUrl === undefined)
    throw new DefinitionError(
      "DEFINITION_INVALID",
      `A store wants to know ${name === undefined ? "what an image is called" : "where the source of an image can be read"}, and its package.json does not say. Give ${missing}, or set \`${name === undefined ? "name" : "repository"}\` there.`,
    );
  const methods = await imageMethods(main);
  const algorithms = methods.filter(({ type }) => type === "central").map((method) => method.name);
  return {
    name,
    description: manifest.description ?? `Federated analyses: ${algorithms.join(", ")}`,
    image,
    partitioning: "horizontal",
    vantage6_version: vantage6Version,
    code_url: codeUrl,
    ...(documentationUrl === undefined ? {} : { documentation_url: documentationUrl }),
    functions: methods.map(storeFunction),
  };
}
