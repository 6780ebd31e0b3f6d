/** What a cell shows, in the forms that front ends choose from, by MIME type. */
export interface MimeBundle {
  readonly "text/html"?: string;
  readonly "image/svg+xml"?: string;
  readonly "text/plain": string;
}

interface Display {
  readonly data: MimeBundle;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient: { readonly display_id?: string };
}

/** tslab's module that talks to Jupyter. It sets this when a cell begins. */
interface TslabJupyter {
  readonly lastWriteDisplayData?: ((display: Display, update: boolean) => void) | null;
}

/** What tslab puts where every module can reach it. An import of tslab may find another copy, or none. */
interface Tslab {
  readonly require?: {
    readonly cache?: Readonly<Record<string, { readonly exports?: TslabJupyter } | undefined>>;
  };
  /** Set by the kernel "TypeScript (Konsil)", which shows a cell's value in all its forms by itself. */
  readonly rich?: boolean;
}

function tslab(): Tslab | undefined {
  return (globalThis as { readonly __tslab__?: Tslab }).__tslab__;
}

let found: TslabJupyter | undefined;

function jupyter(): TslabJupyter | undefined {
  if (typeof found?.lastWriteDisplayData === "function") return found;
  // Of several copies only the one that runs the cells has been told where a cell's outputs go.
  found = Object.entries(tslab()?.require?.cache ?? {})
    .filter(([path]) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(path))
    .map(([, module]) => module?.exports)
    .find((exported) => typeof exported?.lastWriteDisplayData === "function");
  return found;
}

/** Whether this runs in a cell of a notebook, or after one. */
export function inNotebook(): boolean {
  return tslab() !== undefined && jupyter() !== undefined;
}

/** Whether the kernel leaves it to values to show themselves richly: stock tslab prints them as text only. */
export function showsTextOnly(): boolean {
  return inNotebook() && tslab()?.rich !== true;
}

export interface SendOptions {
  /** A name under which what is shown can be replaced later. */
  readonly id?: string;
  /** Whether this replaces what was shown under the name. */
  readonly update?: boolean;
}

/** Shows something in the cell that runs, or ran last. False where there is no notebook. */
export function sendToNotebook(data: MimeBundle, { id, update = false }: SendOptions = {}): boolean {
  const write = tslab() === undefined ? undefined : jupyter()?.lastWriteDisplayData;
  if (typeof write !== "function") return false;
  write({ data, metadata: {}, transient: id === undefined ? {} : { display_id: id } }, update);
  return true;
}
