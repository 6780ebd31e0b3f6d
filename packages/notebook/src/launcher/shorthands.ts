import type { BuilderProgram, Node, ShorthandAssignment, Transformer, TypeScript } from "./tslab.ts";

/** Where tslab declares what earlier cells left. */
const earlierCells = "/__prev__.d.ts";

/**
 * Writes `{ name }` in full where an earlier cell declared the name, for the variable lives in `exports` now. tslab asks
 * the compiler for the symbol of `name`, gets that of the property, and leaves a name that nothing defines.
 */
export function withWholeShorthands(typescript: TypeScript, builder: BuilderProgram): BuilderProgram {
  const { factory } = typescript;
  const emit = builder.emit.bind(builder);
  builder.emit = (file, write, token, declarationsOnly, transformers) => {
    const checker = builder.getProgram().getTypeChecker();
    const isOfEarlierCell = (node: ShorthandAssignment): boolean =>
      checker
        .getShorthandAssignmentValueSymbol(node)
        ?.declarations?.some((declared) => declared.getSourceFile().fileName.endsWith(earlierCells)) === true;
    const whole: Transformer = (context) => {
      const visit = (node: Node): Node => {
        if (!typescript.isShorthandPropertyAssignment(node) || !isOfEarlierCell(node))
          return typescript.visitEachChild(node, visit, context);
        const { name, objectAssignmentInitializer: initializer } = node;
        const variable = factory.createPropertyAccessExpression(
          factory.createIdentifier("exports"),
          name.text,
        );
        const value =
          initializer === undefined ? variable : factory.createAssignment(variable, visit(initializer));
        return factory.createPropertyAssignment(name.text, value);
      };
      return visit;
    };
    return emit(file, write, token, declarationsOnly, { ...transformers, before: [whole] });
  };
  return builder;
}
