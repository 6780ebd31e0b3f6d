import { coxph, kaplanMeier } from "@konsil/algorithms";
import { describe, expect, it } from "vitest";
import { methodsOf } from "./definitions.ts";
import { called, plainArguments } from "./plain-call.ts";

const algorithms = [kaplanMeier, coxph];

function args(method: string, kwargs: Readonly<Record<string, unknown>>) {
  return plainArguments(kwargs, "default", called(method, algorithms)).args;
}

describe("null in a plain call", () => {
  it("leaves out what may be left out", () => {
    const given = {
      formula: "Surv(days, died) ~ 1",
      tau: null,
      weights: null,
      data: null,
      organizations: null,
    };
    expect(args("kaplan_meier", given)).toEqual({ formula: "Surv(days, died) ~ 1" });
  });

  it("stays where a step wants to be told that there is none, said or not", () => {
    const given = { formula: "Surv(days, died) ~ 1", variables: {}, others: "refuse", by: [] };
    expect(args("survival_departures", { ...given, weights: null })).toMatchObject({ weights: null });
    expect(args("survival_departures", given)).toMatchObject({ weights: null });
  });
});

describe("the methods of an image", () => {
  const methods = methodsOf(algorithms);

  it("are its algorithms and steps, each once, by names that Python can write", () => {
    const names = methods.map(({ method }) => method);
    expect(names).toEqual([...new Set(names)]);
    expect(names.slice(0, 2)).toEqual(["kaplan_meier", "coxph"]);
    expect(names.filter((name) => name === "model_variables")).toHaveLength(1);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  it("are what a call finds", () => {
    for (const { method, name, type } of methods) {
      const { algorithm, step } = called(method, algorithms);
      expect([step?.name ?? algorithm.name, step === null ? "central" : "federated"]).toEqual([name, type]);
    }
  });

  it("tell the arguments of each as JSON Schema", () => {
    for (const one of methods) expect(one.arguments).toMatchObject({ type: "object", properties: {} });
    const risk = methods.find(({ method }) => method === "survival_cox_risk_sums");
    expect(risk?.arguments).toMatchObject({
      properties: { beta: { type: "array", items: { type: "number" } } },
    });
    expect(methods[0]?.arguments).toMatchObject({ properties: { time: { format: "column" } } });
  });
});
