import { casesOf, conformanceCases } from "../../packages/konsil/test/conformance-cases.ts";
import { conformance } from "../../packages/sdk/test/remote/conformance.ts";
import { opened, sitesHere } from "./real.ts";

// Every algorithm, on real nodes, bit for bit what the same sites say in this process.
conformance(
  "vantage6, plain, of open data",
  () => opened("public data"),
  sitesHere("open"),
  conformanceCases,
  casesOf("log-rank"),
);
