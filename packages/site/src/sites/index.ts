export { policyFile } from "./policy-file.ts";
export type { SiteDescription } from "./sites-file.ts";
export { parseSites, readSitesFile } from "./sites-file.ts";
