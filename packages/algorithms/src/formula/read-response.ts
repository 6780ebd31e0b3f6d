import type { CallExpression, Expression } from "./expression.ts";
import type { Response } from "./formula.ts";
import type { Sides } from "./parse.ts";
import { readVariable } from "./read-variable.ts";

type Fail = Sides["fail"];

/** Reads the left side of a formula: Surv(time, event), a column or arithmetic; null when there is none. */
export function readResponse(left: Expression | null, fail: Fail): Response | null {
  if (left === null) return null;
  if (left.kind === "call" && left.name === "Surv") return readSurvival(left, fail);
  if (left.kind === "call" && left.name === "cbind") {
    throw fail(
      "FORMULA_UNSUPPORTED",
      left,
      "cbind() is not supported. Use a proportion with weights, or one row for each person.",
    );
  }
  const variable = readVariable(left, fail);
  if (variable.kind === "strata") throw fail("FORMULA_VARIABLE", left, "strata() cannot be the outcome.");
  return { kind: "value", variable };
}

function readSurvival(call: CallExpression, fail: Fail): Response {
  const [time, event, ...more] = call.arguments;
  if (more.length > 0) {
    throw fail(
      "FORMULA_UNSUPPORTED",
      call,
      "Surv(start, stop, event) for delayed entry comes in a later version. Use Surv(time, event).",
    );
  }
  if (time === undefined || event === undefined)
    throw fail("FORMULA_UNSUPPORTED", call, "Surv() takes the time and the event: Surv(days, event).");
  const times = readVariable(time, fail);
  if (times.kind !== "column" && times.kind !== "numeric") {
    throw fail(
      "FORMULA_UNSUPPORTED",
      time,
      "The first argument of Surv() is a time: a column, or arithmetic on columns.",
    );
  }
  const events = readVariable(event, fail);
  if (events.kind !== "column" && events.kind !== "logical") {
    throw fail(
      "FORMULA_UNSUPPORTED",
      event,
      "The second argument of Surv() is a yes/no column, or a comparison such as status == 2.",
    );
  }
  return { kind: "survival", time: times, event: events };
}
