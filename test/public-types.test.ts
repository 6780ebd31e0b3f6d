import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript-tslab";
import { expect, it } from "vitest";

const packages = fileURLToPath(new URL("../packages/", import.meta.url));

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

/** The declarations of each entry point of a package that people install. */
function declarations(name: string): string[] {
  const { exports } = JSON.parse(readFileSync(`${packages}${name}/package.json`, "utf8")) as Manifest;
  return Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? [] : [`${packages}${name}/${entry.types}`],
  );
}

/** The name by which a part of a declaration mentions a type, or a value whose type it is. */
function mentioned(node: ts.Node): ts.Node | undefined {
  if (ts.isTypeReferenceNode(node)) return node.typeName;
  if (ts.isExpressionWithTypeArguments(node)) return node.expression;
  if (ts.isTypeQueryNode(node)) return node.exprName;
  return ts.isImportTypeNode(node) ? node.qualifier : undefined;
}

// A notebook's compiler writes down the type of each variable for later cells. It can only where each type has a name that
// the notebook's folder can import; with pnpm that folder has these packages and none on which they stand.
it("every type of which a public one is made has a public name", { timeout: 120_000 }, () => {
  const entries = ["konsil", "notebook"].flatMap(declarations);
  const program = ts.createProgram(entries, {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    types: ["node"],
  });
  const checker = program.getTypeChecker();
  const original = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const exportsOf = (entry: string): ts.Symbol[] => {
    const file = program.getSourceFile(entry);
    const module = file && checker.getSymbolAtLocation(file);
    expect(module, entry).toBeDefined();
    return module === undefined ? [] : checker.getExportsOfModule(module).map(original);
  };
  const named = new Set(entries.flatMap(exportsOf));
  const queue = entries.flatMap((entry) =>
    exportsOf(entry).map((symbol) => ({ symbol, by: entry.slice(packages.length) })),
  );
  expect(queue.length).toBeGreaterThan(200);

  /** Whether the compiler writes a name for it, since it cannot write out what it stands for. */
  const needsName = ({ flags, declarations = [] }: ts.Symbol): boolean =>
    (flags &
      (ts.SymbolFlags.Interface | ts.SymbolFlags.Class | ts.SymbolFlags.Enum | ts.SymbolFlags.Variable)) !==
      0 || declarations.some((one) => ts.isTypeAliasDeclaration(one) && one.typeParameters === undefined);
  const seen = new Set<ts.Symbol>();
  const nameless: string[] = [];
  // Whoever writes a step imports zod.
  const own = /\/node_modules\/(@types\/node|zod)\//;
  for (const { symbol, by } of queue) {
    const [first] = symbol.declarations ?? [];
    if (seen.has(symbol) || first === undefined || symbol.flags & ts.SymbolFlags.TypeParameter) continue;
    seen.add(symbol);
    const file = first.getSourceFile();
    if (program.isSourceFileDefaultLibrary(file) || own.test(file.fileName)) continue;
    if (needsName(symbol) && !named.has(symbol)) nameless.push(`${symbol.name} (in ${by})`);
    // What others make their types of is theirs.
    if (!file.fileName.startsWith(packages)) continue;
    const look = (node: ts.Node): void => {
      if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.KeyOfKeyword) return;
      const name = mentioned(node);
      const found = name && checker.getSymbolAtLocation(name);
      if (found !== undefined) queue.push({ symbol: original(found), by: symbol.name });
      ts.forEachChild(node, look);
    };
    symbol.declarations?.forEach(look);
  }
  expect(nameless).toEqual([]);
});
