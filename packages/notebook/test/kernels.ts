import { execFileSync } from "node:child_process";
import { vi } from "vitest";
import { findKernelspec, type Kernelspec } from "../src/kernel/kernelspec.ts";
import { konsilKernelspec, tslabKernelspec } from "../src/kernel/own-kernelspecs.ts";

// A kernel takes a second to start, and on a machine that is busy with other tests up to a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 90_000 });

async function python(): Promise<Kernelspec | undefined> {
  try {
    const spec = await findKernelspec("python3");
    execFileSync(spec.argv[0] ?? "", ["-c", "import ipykernel"], { stdio: "ignore" });
    return spec;
  } catch {
    return undefined;
  }
}

/** A kernel and how one says things in its language. */
export interface Tested {
  readonly title: string;
  readonly spec: Kernelspec | undefined;
  readonly say: (text: string) => string;
  readonly sayLate: string;
  readonly six: string;
  readonly fail: string;
  readonly spin: string;
  readonly die: string;
  readonly progress: string;
  /** Whether it answers nothing while a cell computes. */
  readonly isDeafInCells: boolean;
  readonly completable: readonly [begun: string, whole: string];
}

const typescript = {
  say: (text: string): string => `console.log(${JSON.stringify(text)});`,
  sayLate: `setTimeout(() => console.log("late"), 120);`,
  six: "const six: number = 2 * 3;\nsix",
  fail: `throw new RangeError("out of reach");`,
  spin: "while (true) {}",
  die: `process.kill(process.pid, "SIGKILL");`,
  // The display API of tslab itself.
  progress:
    `import * as tslab from "tslab";\nconst bar = tslab.newDisplay();\nbar.html("<b>1</b>");\n` +
    `bar.html("<b>2</b>");\n`,
  isDeafInCells: true,
  completable: ["consol", "console"],
} as const;

export const konsil: Tested = { ...typescript, title: "TypeScript (Konsil)", spec: konsilKernelspec() };
export const tslab: Tested = { ...typescript, title: "stock tslab", spec: tslabKernelspec() };

const found = await python();
export const ipykernel: Tested = {
  title:
    found === undefined
      ? "ipykernel (skipped: install python3-ipykernel, or ipykernel with pip)"
      : "ipykernel",
  spec: found,
  say: (text) => `print(${JSON.stringify(text)})`,
  sayLate: "import threading\nthreading.Timer(0.12, lambda: print('late')).start()",
  six: "2 * 3",
  fail: "raise IndexError('out of reach')",
  spin: "while True: pass",
  die: "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
  progress:
    "from IPython.display import display, HTML\nbar = display(HTML('<b>1</b>'), display_id=True)\nbar.update(HTML('<b>2</b>'))",
  isDeafInCells: false,
  completable: ["impor", "import"],
};

export const kernels: readonly Tested[] = [konsil, tslab, ipykernel];
