export type { Dropped } from "./channels.ts";
export type { Transport } from "./connection.ts";
export type { Executed, ExecuteOptions, ExecutionStatus } from "./execution.ts";
export {
  type AttachedKernel,
  attachKernel,
  type Kernel,
  type StartedKernel,
  type StartOptions,
  startKernel,
} from "./kernel.ts";
export { findKernelspec, type Kernelspec } from "./kernelspec.ts";
export type { Bundle, Completion, Displayed, KernelInfo, Published } from "./message.ts";
export type { Output } from "./outputs.ts";
