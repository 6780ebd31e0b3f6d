export * from "@konsil/sdk/testing";
