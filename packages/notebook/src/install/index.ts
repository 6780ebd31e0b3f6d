export {
  type InstalledKernel,
  type InstallOptions,
  installedWords,
  installKernel,
} from "./install-kernel.ts";
