import { casesOf } from "../../packages/konsil/test/conformance-cases.ts";
import { conformance } from "../../packages/sdk/test/remote/conformance.ts";
import { opened, sitesHere } from "./real.ts";

conformance(
  "vantage6, encrypted, of hospitals",
  () => opened("hospitals"),
  sitesHere("hospital"),
  casesOf("Kaplan–Meier", "table 1"),
  casesOf("Kaplan–Meier"),
);
