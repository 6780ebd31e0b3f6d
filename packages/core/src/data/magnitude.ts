import type { ExpressionNode } from "./expression.ts";

/** Between what a number that is not zero lies, by size; and whether it can be zero other than where a column is. */
interface Magnitude {
  readonly least: number;
  readonly most: number;
  readonly cancels: boolean;
}

/** Numbers in a database are taken to be of these sizes, or zero. */
const measured: Magnitude = { least: 1e-15, most: 1e15, cancels: false };

/** Sizes whose products and quotients are neither infinite nor zero. */
const [smallest, largest] = [1e-290, 1e290];

/** Why arithmetic could leave rows without a value, in words. */
export type Hazard = "it can overflow" | "it divides by a sum or difference, which can be zero";

/** The arithmetic of one expression: `of` gives the magnitude of a column that arithmetic made. */
export class Magnitudes {
  readonly #columns = new Map<string, Magnitude>();
  /** The first way found in which arithmetic could leave rows without a value. */
  hazard: Hazard | undefined;

  /** Notes the magnitude of a derived column. */
  derive(name: string, expression: ExpressionNode): void {
    this.#columns.set(name, this.of(expression));
  }

  of(node: ExpressionNode): Magnitude {
    const found = this.#of(node);
    if (!(found.most <= largest && found.least >= smallest)) this.hazard ??= "it can overflow";
    return found;
  }

  #of(node: ExpressionNode): Magnitude {
    switch (node.op) {
      case "column":
        return this.#columns.get(node.name) ?? measured;
      case "literal": {
        if (typeof node.value !== "number") return measured;
        const size = Math.abs(node.value);
        return size === 0 ? { ...measured, cancels: true } : { least: size, most: size, cancels: false };
      }
      case "+":
      case "-": {
        const [left, right] = [this.of(node.left), this.of(node.right)];
        return { least: measured.least, most: left.most + right.most, cancels: true };
      }
      case "*": {
        const [left, right] = [this.of(node.left), this.of(node.right)];
        return {
          least: left.least * right.least,
          most: left.most * right.most,
          cancels: left.cancels || right.cancels,
        };
      }
      case "/": {
        const [left, right] = [this.of(node.left), this.of(node.right)];
        if (right.cancels) this.hazard ??= "it divides by a sum or difference, which can be zero";
        return { least: left.least / right.most, most: left.most / right.least, cancels: left.cancels };
      }
      case "days": {
        // Between two measured dates it is zero where they are one; of a date that was written, anywhere.
        const isMeasured = [node.from, node.to].every(
          (date) => date.op === "column" && !this.#columns.has(date.name),
        );
        return { ...measured, cancels: !isMeasured };
      }
      default:
        return measured;
    }
  }
}
