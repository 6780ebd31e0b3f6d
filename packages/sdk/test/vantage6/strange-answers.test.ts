import { describe, expect, it } from "vitest";
import { type Answering, withServer } from "./fake-server.ts";
import { golden } from "./golden.ts";

const listed = (name: string): object[] => (golden(name).body as { data: object[] }).data;
const answering =
  (path: string, data: readonly object[]): Answering =>
  (asked) =>
    asked.path === path ? { body: { data, links: {} } } : undefined;

describe("what a server gives", () => {
  it("of another task than was asked for is none of it", async () => {
    const [run] = listed("run/list");
    const other = { ...run, status: "completed", task: { id: 99 } };
    await withServer(answering("/run", [other]), async (client) => {
      for (const wrong of [client.results.wait(17, { deadline: 5 }), client.runs.fromTask(17).all()])
        await expect(wrong).rejects.toMatchObject({
          code: "SERVER_ANSWER_INVALID",
          message: expect.stringContaining("it gives a run of task 99 instead of 17"),
        });
      expect(await client.runs.list().all()).toMatchObject([{ task: { id: 99 } }]);
    });
    const [result] = listed("result/list");
    await withServer(answering("/result", [{ ...result, task: { id: 99 } }]), async (client) => {
      await expect(client.results.fromTask(17).all()).rejects.toMatchObject({
        message: expect.stringContaining("it gives a result of task 99 instead of 17"),
      });
    });
  });

  it("as a moment that there is not is none", async () => {
    const [run] = listed("run/list");
    for (const field of ["started_at", "finished_at"])
      await withServer(answering("/run", [{ ...run, [field]: "2026-99-99T99:99:99" }]), async (client) => {
        await expect(client.runs.list().all()).rejects.toMatchObject({
          code: "SERVER_ANSWER_INVALID",
          message: expect.stringContaining(`"data[0].${field}" in its answer`),
        });
      });
  });

  it("as a thing's number that no thing has is none", async () => {
    const wrong = { id: -1, name: "c", encrypted: false };
    await withServer(answering("/collaboration", [wrong]), async (client) => {
      await expect(client.federation({ collaboration: "c", image: "an/image:1" })).rejects.toMatchObject({
        code: "SERVER_ANSWER_INVALID",
        message: expect.stringContaining('"data[0].id"'),
      });
    });
  });
});

it("a task asks each organization once", async () => {
  const task = { name: "t", image: "an/image", collaboration: 1, databases: ["d"] };
  await withServer(
    () => undefined,
    async (client, server) => {
      const before = server.asked.length;
      const input = "e30=";
      for (const twice of [
        { ...task, organizations: [2, 3, 2], call: { method: "m" } },
        {
          ...task,
          inputs: [
            { organization: 2, input },
            { organization: 2, input },
          ],
        },
      ])
        await expect(client.tasks.create(twice)).rejects.toMatchObject({
          code: "ARGUMENT_INVALID",
          message: expect.stringMatching(/once|one input for each organization/),
        });
      expect(server.asked.length).toBe(before);
    },
  );
});
