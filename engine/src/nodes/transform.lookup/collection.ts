import type { TransformLookupConfig } from "@pipeline-engine/schemas/types";
import type { Column } from "../../column-type.ts";
import { parseDuration } from "../../duration.ts";
import type { Arguments, NodeContext } from "../node-kind.ts";
import { unitsOf } from "../spark-columns.ts";

type Context = NodeContext<TransformLookupConfig>;

/** To read 100,000 documents takes more than two seconds of a core: more often would be for nothing, and `mode: live` has them fresher for less. */
const SHORTEST_REFRESH_MS = 1000;

/** Checks that the table of a lookup is said once, with what belongs to it. */
export function checkTable({ config, report }: Context): void {
  const said = (["rows", "file", "collection"] as const).filter((setting) => config[setting] !== null);
  const [first, second] = said;
  if (first === undefined)
    report([], {
      code: "lookup/no-table",
      message: "This lookup has no table.",
      on: "key",
      hint: "write it under `rows`, or name a `file` or a `collection` with it",
    });
  if (second !== undefined)
    report([second], {
      code: "lookup/two-tables",
      message: `The table of this lookup is said twice: by \`${first}\` and by \`${second}\`.`,
      hint: "keep one of them",
      on: "key",
    });
  if (config.mode === "live" && config.collection === null)
    report(["mode"], {
      code: "lookup/wrong-setting",
      message: "`mode` says how a collection is read, and this lookup has none.",
      hint: "leave it out, or put the table into a `collection`",
      on: "key",
    });
  checkRefresh(config, report);
}

function checkRefresh({ refresh, rows, collection, mode }: TransformLookupConfig, report: Context["report"]): void {
  if (refresh === null) return;
  if (rows !== null)
    report(["refresh"], {
      code: "lookup/wrong-setting",
      message: "`refresh` reads a table again, and `rows` stand in the pipeline.",
      hint: "leave it out, or put the table into a `file` or a `collection`",
      on: "key",
    });
  else if (collection !== null && mode === "live")
    report(["refresh"], {
      code: "lookup/wrong-setting",
      message: "`refresh` reads a table again, and with `mode: live` every batch asks for its rows anyway.",
      hint: "leave it out, or write `mode: kept`",
      on: "key",
    });
  else if (collection !== null && (parseDuration(refresh) ?? SHORTEST_REFRESH_MS) < SHORTEST_REFRESH_MS)
    report(["refresh"], {
      code: "lookup/refresh-too-short",
      message: `A collection is read whole each time, and \`${refresh}\` leaves it no rest.`,
      hint: "write `1s` or more; where a change must count at once, `mode: live`",
    });
}

/** What the step is told of a collection. What is not set does not stand in the job. */
export function readingOf({ mode, refresh }: TransformLookupConfig, collection: string, columns: readonly Column[]): Arguments {
  const required = columns.filter((column) => column.required).map(({ name }) => name);
  const interval = refresh === null ? undefined : parseDuration(refresh);
  return {
    collection,
    ...(required.length > 0 && { required }),
    ...unitsOf(columns),
    ...(mode === "live" && { live: true }),
    ...(interval !== undefined && { refresh_ms: interval }),
  };
}
