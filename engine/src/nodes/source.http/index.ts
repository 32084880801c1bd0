import type { SourceHttpConfig } from "@pipeline-engine/schemas/types";
import { parseColumns } from "../../columns-notation.ts";
import { parseByteSize } from "../../duration.ts";
import { checkAuth } from "../http-auth.ts";
import { withMetadata } from "../metadata.ts";
import type { NodeContext, NodeKind, PythonValue } from "../node-kind.ts";

/** Records over HTTP: a stream of lines or events, or JSON asked for again and again. `demo://` addresses are the bundled simulator. */
export const sourceHttp: NodeKind<SourceHttpConfig> = {
  type: "source.http",
  role: "source",
  inputs: { roles: [], min: 0, max: 0 },
  shapes: { columns: "named", metadata: "named" },
  compile(context) {
    const { config } = context;
    checkFormat(context);
    checkAuth(context);
    checkPages(context);
    const columns = parseColumns(config.columns, "").value ?? [];
    const { columns: written, ...rest } = config;
    // Only a row of CSV needs them where it is read.
    const settings = { ...settingsOf(rest), ...(config.format === "csv" && { columns: written as PythonValue }) };
    return {
      output: { columns: withMetadata(columns, context), changes: "append", origin: "record" },
      part: { kind: "source", settings, largestRecord: parseByteSize(config.maxLine) ?? 0 },
    };
  },
};

type Context = NodeContext<SourceHttpConfig>;
type Settings = Omit<SourceHttpConfig, "columns">;

/** What is not set does not stand in the plan, so that a plan made before these settings existed stays the same. */
function settingsOf({ every, csv, records, auth, pages, metadata: _, ...settings }: Settings) {
  return {
    ...settings,
    ...(every !== null && { every }),
    ...(csv !== null && { csv: { ...csv } }),
    ...(records !== null && { records }),
    ...(auth !== null && { auth: { ...auth } }),
    ...(pages !== null && { pages: { ...pages } }),
  };
}

/** Told at `format`, which is what decides. */
function checkFormat({ config, report }: Context): void {
  const { format } = config;
  const isPolled = format === "json" || format === "csv";
  if (isPolled && config.every === null) {
    const hint = "add how often the address is asked, for example `every: 1m`";
    report(["format"], { code: "http/missing-setting", message: `\`format: ${format}\` is polled and needs \`every\`.`, hint });
  }
  const polled = (["every", "records", "pages"] as const).find((name) => config[name] !== null);
  if (!isPolled && polled !== undefined) {
    const message = `\`${polled}\` belongs to an answer that is polled, and \`format: ${format}\` is a stream.`;
    report(["format"], { code: "http/wrong-setting", message, hint: `set \`format: json\`, or leave out \`${polled}\`` });
  }
  if (format !== "csv" && config.csv !== null) {
    const message = `\`csv\` says how CSV is read, and the format is ${format}.`;
    report(["format"], { code: "http/wrong-setting", message, hint: "set `format: csv`, or leave out `csv`" });
  }
  if (format === "csv" && config.records !== null) {
    const message = "`records` leads into an answer of JSON, and CSV is all rows.";
    report(["format"], { code: "http/wrong-setting", message, hint: "leave out `records`" });
  }
  if (format === "csv" && config.pages?.by === "cursor") {
    const message = "`by: cursor` finds the cursor in an answer of JSON, and CSV has none.";
    report(["format"], { code: "http/wrong-setting", message, hint: "set `by: link` or `by: page`" });
  }
  if (format !== "ndjson" && config.resume !== null) {
    const hint =
      format === "sse"
        ? "leave it out: events with an id resume by themselves"
        : "use `pages` with `by: cursor` and `keep: true`";
    report(["format"], { code: "http/wrong-setting", message: `\`resume\` belongs to \`format: ndjson\`, not ${format}.`, hint });
  }
}

function checkPages({ config, report }: Context): void {
  const { pages } = config;
  if (pages === null) return;
  const needed = { link: [], page: ["parameter"], cursor: ["parameter", "next"] } as const;
  for (const name of needed[pages.by]) {
    if (pages[name] !== null) continue;
    const hint =
      name === "next" ? "add where in the answer the next cursor stands" : "add the query parameter that asks for a page";
    report(["pages", "by"], { code: "http/missing-setting", message: `\`by: ${pages.by}\` needs \`${name}\`.`, hint });
  }
  if (pages.keep && pages.by !== "cursor") {
    const message = `\`keep\` keeps a cursor, and \`by: ${pages.by}\` has none.`;
    report(["pages", "by"], { code: "http/wrong-setting", message, hint: "leave out `keep`" });
  }
}
