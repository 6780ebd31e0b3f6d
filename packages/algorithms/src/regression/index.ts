export * from "./glm/index.ts";
