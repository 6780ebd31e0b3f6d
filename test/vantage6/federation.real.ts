import { casesOf, conformanceCases } from "../../packages/konsil/test/conformance-cases.ts";
import { conformance } from "../../packages/sdk/test/remote/conformance.ts";
import { image, researcher, sitesHere } from "./real.ts";

async function open(collaboration: string) {
  const server = await researcher();
  const federation = await server.federation({ collaboration, image });
  return { federation, close: async () => undefined };
}

// Every algorithm, on real nodes, bit for bit what the same sites say in this process.
conformance(
  "vantage6, plain, of open data",
  () => open("public data"),
  sitesHere("open"),
  conformanceCases,
  casesOf("Cox"),
);
conformance(
  "vantage6, encrypted, of hospitals",
  () => open("hospitals"),
  sitesHere("hospital"),
  casesOf("Kaplan–Meier", "table 1"),
  casesOf("table 1"),
);
