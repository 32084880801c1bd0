import type { SourceHttpConfig } from "@pipeline-engine/schemas/types";
import { parseColumns } from "../../columns-notation.ts";
import { parseByteSize } from "../../duration.ts";
import type { NodeKind } from "../node-kind.ts";

/** A stream of NDJSON over HTTP. `demo://` addresses are the bundled simulator, which can always resume. */
export const sourceHttp: NodeKind<SourceHttpConfig> = {
  type: "source.http",
  role: "source",
  inputs: { roles: [], min: 0, max: 0 },
  shapes: { columns: "named" },
  compile({ config }) {
    const columns = parseColumns(config.columns, "").value ?? [];
    const { columns: _columns, ...rest } = config;
    return {
      output: { columns, changes: "append", origin: "record" },
      part: { kind: "source", settings: rest, largestRecord: parseByteSize(config.maxLine) ?? 0 },
    };
  },
};
