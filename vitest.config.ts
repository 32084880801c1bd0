import { defineConfig } from "vitest/config";
import { LongestFirst } from "./engine/test/support/longest-first.ts";

const resolve = { conditions: ["source"] };
// The editor imports the core by its package name, as it does in the browser.
const ssr = { resolve };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: "unit",
          include: ["engine/src/**/*.test.ts", "engine/test/*.test.ts", "editor/src/**/*.test.ts"],
          testTimeout: 60_000,
          // By default a machine of two cores has one worker.
          maxWorkers: "100%",
          // The core keeps no state between two calls, so its tests share what they import.
          isolate: false,
        },
      },
      {
        resolve,
        test: {
          name: "browser",
          include: ["editor/test/*.test.ts"],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve,
        test: {
          name: "stack",
          include: ["engine/test/stack/**/*.test.ts", "editor/test/stack/*.test.ts"],
          globalSetup: ["engine/test/stack/global-setup.ts"],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        resolve,
        test: {
          name: "faults",
          include: ["engine/test/faults/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
