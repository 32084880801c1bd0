export { readLocks, type Versions } from "./lock.ts";
export { ensurePackages, installedPackages, siteOf } from "./packages.ts";
export type { Progress, Report } from "./progress.ts";
export { ensureToolchain, installedToolchain, type Toolchain, type ToolchainRequest } from "./toolchain.ts";
