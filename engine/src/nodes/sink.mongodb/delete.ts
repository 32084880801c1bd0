import type { SinkMongodbConfig } from "@pipeline-engine/schemas/types";
import { printFailed, printValue } from "../../expression/index.ts";
import type { Arguments, NodeContext } from "../node-kind.ts";
import { predicateAt } from "../predicates.ts";

/** The arguments that say which rows delete a document. Reports what cannot. */
export function deletionOf(context: NodeContext<SinkMongodbConfig>): Arguments {
  const { config, report } = context;
  if (config.delete === null) return {};
  if (config.key === null) {
    report(["delete"], {
      code: "sink/delete-without-key",
      message: "A row deletes the document with its key, and this sink has no key.",
      hint: "add `key` with the columns that identify a document",
    });
  }
  if (config.mode === "insert") {
    report(["delete"], {
      code: "sink/delete-with-insert",
      message: "With `mode: insert` every row is kept, so none can delete another.",
      hint: "leave out one of the two",
    });
  }
  const where = predicateAt(context, ["delete"], { code: "sink/delete-not-boolean", subject: "`delete`" });
  if (where === undefined) return {};
  return { delete: printValue(where), delete_failed: printFailed(where) ?? null };
}
