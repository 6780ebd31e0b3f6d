import { canonicalJson } from "../encoding/index.ts";
import { parseDay } from "../table/index.ts";
import type { ExpressionNode } from "./expression.ts";
import { constantForm, constantOf, type LinearForm, partForm, scaledForm, sumForm } from "./linear-form.ts";

/**
 * Arithmetic as sums of columns of the database, and of products and quotients of columns, whatever derived columns it is
 * spread over: two that undo each other come to nothing.
 */
export class LinearExpressions {
  readonly #definition: (name: string) => ExpressionNode | undefined;
  readonly #derived = new Map<string, LinearForm<ExpressionNode>>();

  /** `definition` gives what a column is derived from; undefined for those of the database. */
  constructor(definition: (name: string) => ExpressionNode | undefined = () => undefined) {
    this.#definition = definition;
  }

  of(node: ExpressionNode): LinearForm<ExpressionNode> {
    switch (node.op) {
      case "column":
        return this.#column(node);
      case "literal":
        return typeof node.value === "number"
          ? constantForm(node.value)
          : typeof node.value === "object"
            ? constantForm(parseDay(node.value.date))
            : partForm(canonicalJson(node), node);
      case "days":
        // Days from one to the other: the later less the earlier.
        return sumForm(this.of(node.to), "-", this.of(node.from));
      case "+":
      case "-":
        return sumForm(this.of(node.left), node.op, this.of(node.right));
      case "*":
      case "/": {
        const [left, right] = [this.of(node.left), this.of(node.right)];
        const [first, second] = [constantOf(left), constantOf(right)];
        if (second !== undefined) return scaledForm(left, node.op, second);
        if (first !== undefined && node.op === "*") return scaledForm(right, "*", first);
        return partForm(canonicalJson(node), node);
      }
      default:
        return partForm(canonicalJson(node), node);
    }
  }

  #column(node: Extract<ExpressionNode, { readonly op: "column" }>): LinearForm<ExpressionNode> {
    const known = this.#derived.get(node.name);
    if (known !== undefined) return known;
    const definition = this.#definition(node.name);
    const isSum =
      definition !== undefined && ["column", "literal", "days", "+", "-", "*", "/"].includes(definition.op);
    const form = isSum ? this.of(definition) : partForm(canonicalJson(node), node, true);
    this.#derived.set(node.name, form);
    return form;
  }
}
