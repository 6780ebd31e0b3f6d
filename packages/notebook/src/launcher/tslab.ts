import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { withoutFirstParses } from "./reparsed.ts";
import { withWholeShorthands } from "./shorthands.ts";
import { type Timers, withSecondTimer } from "./timers.ts";

// The parts of tslab 1.0.22 and of its TypeScript that the launcher stands on. tslab does not offer them to others, so
// this package depends on that one version, and its tests run the launcher.

export interface Executor {
  /** What cells defined and imported, by name. */
  readonly locals: object;
  /** @returns whether the code did what it was to do; what went wrong is told to the sink */
  execute(code: string): Promise<boolean>;
  interrupt(): void;
  inspect(code: string, position: number): QuickInfo | undefined;
}

interface Text {
  readonly text: string;
}

export interface QuickInfo {
  readonly displayParts?: readonly Text[];
  readonly documentation?: readonly Text[];
  readonly tags?: readonly { readonly name: string; readonly text?: readonly Text[] }[];
}

export interface Converters {
  readonly node: unknown;
  readonly browser: unknown;
  close(): void;
}

/** Where an executor writes: `log` gets a cell's last expression, `error` what went wrong. */
export interface Sink {
  log(value: unknown): void;
  error(...values: unknown[]): void;
}

interface Converter {
  close(): void;
}

export interface ExecuteRequest {
  readonly code: string;
  readonly stop_on_error?: boolean;
}

export interface ExecuteContent {
  readonly status: "ok" | "error" | "abort";
  readonly execution_count?: number;
}

export type WriteStream = (name: string, text: string) => void;
export type WriteDisplay = (data: object, update: boolean) => void;

export interface ZmqMessage {
  header: { msg_type: string };
  content: unknown;
  createReply(): ZmqMessage;
  signAndSend(key: string, socket: unknown): void;
}

export interface KernelInfo {
  readonly status?: string;
  readonly implementation: string;
  readonly language_info: object;
}

export interface PlaceRequest {
  readonly code: string;
  readonly cursor_pos: number;
}

export interface CompleteReply {
  readonly cursor_start: number;
  readonly cursor_end: number;
  readonly matches: readonly string[];
}

interface Handler {
  readonly executor: Executor;
  execCount: number;
  readonly execQueue: { add<T>(task: () => Promise<T>): Promise<T> };
  handleKernel(): KernelInfo;
  handleComplete(request: PlaceRequest): CompleteReply;
  handleInspect(request: PlaceRequest): object;
  handleShutdown(request: unknown): object;
  handleExecute(
    request: ExecuteRequest,
    writeStream: WriteStream,
    writeDisplay: WriteDisplay,
  ): Promise<ExecuteContent>;
  handleExecuteImpl(
    request: ExecuteRequest,
    writeStream: WriteStream,
    writeDisplay: WriteDisplay,
  ): Promise<unknown>;
  close(): void;
}

export interface Socket {
  sendTimeout: number;
  sendHighWaterMark: number;
  bind(address: string): Promise<void>;
}

interface Server {
  readonly connInfo: { readonly key: string; readonly transport: string; readonly ip: string };
  readonly iopub: unknown;
  init(): Promise<void>;
  bindSocket(socket: Socket, port: number): Promise<void>;
  handleShellMessage(socket: unknown, ...frames: Buffer[]): Promise<void>;
  handleExecute(socket: unknown, message: ZmqMessage): Promise<void>;
  close(): void;
}

interface Scanner {
  setText(text: string): void;
  scan(): number;
}

/** A part of a syntax tree. */
export interface Node {
  readonly pos: number;
  readonly end: number;
  getSourceFile(): { readonly fileName: string };
}

/** `{ name }`, or `{ name = initializer }` where something is taken apart. */
export interface ShorthandAssignment extends Node {
  readonly name: { readonly text: string };
  readonly objectAssignmentInitializer?: Node;
}

export type Transformer = (context: unknown) => (node: Node) => Node;

export interface BuilderProgram {
  getProgram(): {
    getSourceFiles(): readonly { original: unknown }[];
    getTypeChecker(): {
      getShorthandAssignmentValueSymbol(
        node: ShorthandAssignment,
      ): { readonly declarations?: readonly Node[] } | undefined;
    };
  };
  emit(
    file: unknown,
    write: unknown,
    token: unknown,
    declarationsOnly: unknown,
    transformers: Readonly<Record<string, readonly Transformer[]>>,
  ): unknown;
}

export interface TypeScript {
  readonly version: string;
  readonly ModuleResolutionKind: { readonly Bundler: number };
  readonly SyntaxKind: Readonly<Record<string, number>>;
  readonly LanguageVariant: { readonly Standard: number };
  readonly ScriptTarget: { readonly Latest: number };
  readonly factory: {
    createIdentifier(text: string): Node;
    createPropertyAccessExpression(object: Node, name: string): Node;
    createPropertyAssignment(name: string, value: Node): Node;
    createAssignment(to: Node, value: Node): Node;
  };
  createScanner(target: number, skipTrivia: boolean, variant: number): Scanner;
  createSourceFile(name: string, code: string, target: number): Node;
  forEachChild(node: Node, visit: (node: Node) => void): void;
  isPropertyAssignment(node: Node): node is Node & { readonly name: Node };
  isCallExpression(node: Node): node is Node & { readonly expression: Node };
  isNewExpression(node: Node): node is Node & { readonly expression: Node };
  isShorthandPropertyAssignment(node: Node): node is ShorthandAssignment;
  visitEachChild(node: Node, visit: (node: Node) => Node, context: unknown): Node;
  createEmitAndSemanticDiagnosticsBuilderProgram(...given: unknown[]): BuilderProgram;
  createWatchCompilerHost(
    files: unknown,
    options: Record<string, unknown>,
    system: Timers,
    createProgram: unknown,
    ...rest: unknown[]
  ): unknown;
}

const require = createRequire(import.meta.url);
const main = require.resolve("tslab");
const requireOfTslab = createRequire(main);
const typescriptPath = requireOfTslab.resolve("@tslab/typescript-for-tslab");

/** The folder of tslab's own files, whose lines are left out of traces. */
export const tslabFolder: string = dirname(main);

export const typescript: TypeScript = requireOfTslab(typescriptPath) as TypeScript;

/** Modern resolution, strict types and today's libraries, in the place of tslab's options of 2019. */
function modernOptions(): Record<string, unknown> {
  // A notebook's own types of Node come first; else those with which tslab came, wherever they were put.
  const ownTypes = join(process.cwd(), "node_modules", "@types");
  const nodeTypes = dirname(dirname(requireOfTslab.resolve("@types/node/package.json")));
  return {
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    strict: true,
    // A helper of one line in a cell needs no types for its parameters.
    noImplicitAny: false,
    checkJs: false,
    // No browser's library: its globals (event, status, name) would hide that a cell forgot to define its own.
    lib: ["lib.es2023.d.ts"],
    ...(existsSync(join(ownTypes, "node")) ? {} : { typeRoots: [ownTypes, nodeTypes] }),
  };
}

const cached = require.cache[typescriptPath];
if (cached !== undefined) {
  cached.exports = {
    ...typescript,
    createWatchCompilerHost: ((files, options, system, _, ...rest) => {
      Object.assign(options, modernOptions());
      withSecondTimer(system);
      const createProgram = (...given: unknown[]): BuilderProgram =>
        withWholeShorthands(
          typescript,
          withoutFirstParses(typescript.createEmitAndSemanticDiagnosticsBuilderProgram(...given)),
        );
      return typescript.createWatchCompilerHost(files, options, system, createProgram, ...rest);
    }) satisfies TypeScript["createWatchCompilerHost"],
  };
}

interface ConverterModule {
  readonly createConverter: (options: { isJS: boolean; isBrowser: boolean }) => Converter;
}
interface ExecutorModule {
  readonly createExecutor: (root: string, converters: Converters, sink: Sink) => Executor;
}
interface JupyterModule {
  readonly JupyterHandlerImpl: new (executor: Executor, isJs: boolean) => Handler;
  readonly ZmqServer: new (handler: Handler, configPath: string) => Server;
}

// Only now, when the compiler that they take is the patched one.
const { createConverter } = requireOfTslab("./converter.js") as ConverterModule;
const executor = requireOfTslab("./executor.js") as ExecutorModule;
const jupyter = requireOfTslab("./jupyter.js") as JupyterModule;

export const createExecutor: ExecutorModule["createExecutor"] = executor.createExecutor;
export const JupyterHandlerImpl: JupyterModule["JupyterHandlerImpl"] = jupyter.JupyterHandlerImpl;
export const ZmqServer: JupyterModule["ZmqServer"] = jupyter.ZmqServer;

export function converters(): Converters {
  const node = createConverter({ isJS: false, isBrowser: false });
  let browser: Converter | undefined;
  return {
    node,
    get browser() {
      browser ??= createConverter({ isJS: false, isBrowser: true });
      return browser;
    },
    close: () => {
      node.close();
      browser?.close();
    },
  };
}
