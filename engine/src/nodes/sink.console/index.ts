import type { SinkConsoleConfig } from "@pipeline-engine/schemas/types";
import { parseDuration } from "../../duration.ts";
import type { NodeKind } from "../node-kind.ts";

/** Shows the first rows of every batch. */
export const sinkConsole: NodeKind<SinkConsoleConfig> = {
  type: "sink.console",
  role: "sink",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: {},
  preview:
    () =>
    ([batch]) => ({ outputs: { main: [...(batch?.rows ?? [])] }, dropped: [] }),
  compile({ config, inputs }) {
    const input = inputs[0];
    if (input === undefined) return {};
    const every = config.every === null ? undefined : parseDuration(config.every);
    return {
      part: {
        kind: "sink",
        module: "console",
        call: "show",
        arguments: { rows: config.rows, output_mode: input.changes },
        keepsAll: true,
        ...(every !== undefined && { every }),
      },
    };
  },
};
