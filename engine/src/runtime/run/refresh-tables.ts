import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FilesBeside } from "../../nodes/node-kind.ts";
import type { Listener } from "../events.ts";
import { jobTable, type LoadedTable, readAgain, tablePath } from "../tables.ts";

/** What the tables of a run are read from, and where they go. */
export interface Tables {
  tables: readonly LoadedTable[];
  beside: FilesBeside;
}

/** Reads tables in files again, each as often as it says, and hands what has changed to the job in the folder `jobDir`. Ends with the returned function. */
export function refreshTables({ tables, beside }: Tables, jobDir: string, listener: Listener): () => void {
  const timers = tables.flatMap((table) => {
    const { refresh } = table.file;
    if (refresh === undefined) return [];
    const look = refreshing(table, () => readAgain(table.file, beside), join(jobDir, tablePath(table.node)), listener);
    return [setInterval(() => void look(), refresh)];
  });
  return () => timers.forEach(clearInterval);
}

/** A function that reads the table again, and never throws. What is broken is told once, and the rows that were read before stay. */
function refreshing(
  table: LoadedTable,
  again: () => ReturnType<typeof readAgain>,
  path: string,
  listener: Listener,
): () => Promise<void> {
  let before = jobTable(table);
  let told = "";
  let isBusy = false;
  const keep = (why: string, hint: string) => {
    if (why !== told)
      listener({ event: "warning", code: "lookup/kept", message: `${table.node} keeps the rows that it has: ${why}`, hint });
    told = why;
  };
  return async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      const read = again();
      if ("message" in read) return keep(read.message, read.hint);
      told = "";
      const text = jobTable({ ...table, rows: read.rows });
      if (text === before) return;
      await replaceFile(path, text);
      before = text;
      listener({ event: "table", node: table.node, rows: read.rows.length });
    } catch (error) {
      keep(String(error), "see that the folder of the run can be written to");
    } finally {
      isBusy = false;
    }
  };
}

/** Who reads the file sees the old text or the new one. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
