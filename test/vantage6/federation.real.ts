import { casesOf, conformanceCases } from "../../packages/konsil/test/conformance-cases.ts";
import { conformance } from "../../packages/sdk/test/remote/conformance.ts";
import { image, researcher, sitesHere } from "./real.ts";

async function open(collaboration: string) {
  const server = await researcher();
  const federation = await server.federation({ collaboration, image });
  return { federation, close: async () => undefined };
}

// Every algorithm, on real nodes, bit for bit what the same sites say in this process. (One after the other: several at a
// time save an eighth, since a node starts its containers one by one.)
conformance(
  "vantage6, plain, of open data",
  () => open("public data"),
  sitesHere("open"),
  conformanceCases,
  casesOf("log-rank"),
);
conformance(
  "vantage6, encrypted, of hospitals",
  () => open("hospitals"),
  sitesHere("hospital"),
  casesOf("Kaplan–Meier", "table 1"),
  casesOf("Kaplan–Meier"),
);
