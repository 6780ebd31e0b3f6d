import { type AnyAlgorithm, answerCentral, readCentralRequest, type Site } from "@konsil/core";
import { LocalTransport } from "../../src/local/local-transport.ts";

/** Sites as programs at nodes, which can run central parts too: they reach each other at once. */
export function programsOf(sites: readonly Site[], algorithms: readonly AnyAlgorithm[]): readonly Site[] {
  const among = new LocalTransport(sites);
  return sites.map((site) => ({
    name: site.name,
    policy: site.policy,
    register: (algorithm) => site.register(algorithm),
    release: () => site.release(),
    async answer(bytes) {
      const central = readCentralRequest(bytes);
      if (central === undefined) return await site.answer(bytes);
      return await answerCentral(central, {
        site: site.name,
        policy: site.policy,
        algorithms,
        transport: async () => among,
        onDefect: () => undefined,
      });
    },
  }));
}
