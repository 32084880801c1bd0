import type { TransformHttpConfig } from "@pipeline-engine/schemas/types";
import { columnAt, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import { parseReferences } from "../../reference.ts";
import type { NodeContext } from "../node-kind.ts";
import { columnPaths } from "../paths.ts";

type Context = NodeContext<TransformHttpConfig>;

/** What may stand in an address: its text is the same however it was written. */
const NAMING = new Set(["string", "int", "long", "boolean", "date", "double", "decimal"]);
const COLUMN = /\{([^{}]+)\}/g;
const SERVER = /^https?:\/\/[^/?#\s{}]+/i;

/** An address taken apart: `beginning` is all that stands up to the last reference and is resolved where the pipeline runs, empty where there is none. */
export interface Address {
  beginning: string;
  /** The rest, with `{column}` in it. */
  rest: string;
  /** The columns in it, by their paths. */
  columns: string[];
}

/** Takes the address apart and reports what is wrong with it. */
export function addressOf(context: Context): Address {
  const { url } = context.config;
  const rest = restOf(url);
  const address = {
    beginning: url.slice(0, url.length - rest.length),
    rest,
    columns: columnsOf(url),
  };
  checkServer(context, address);
  for (const path of new Set(address.columns)) checkColumn(context, path);
  return address;
}

/** The columns in an address, by their paths. */
export function columnsOf(url: string): string[] {
  return [...restOf(url).matchAll(COLUMN)].map(([, path]) => path ?? "");
}

/** What follows the last reference. */
function restOf(url: string): string {
  const { parts } = parseReferences(url);
  const last = parts.at(-1);
  return typeof last === "string" ? last : parts.length === 0 ? url : "";
}

function checkServer({ config: { url }, report }: Context, { beginning, rest, columns }: Address): void {
  const plain = parseReferences(beginning).parts.filter((part) => typeof part === "string");
  if (plain.some((part) => new RegExp(COLUMN).test(part))) {
    report(["url"], {
      code: "http/wrong-address",
      message: "A reference stands behind a column.",
      hint: "write references in front of the first column; what is secret belongs into `auth` or `headers`",
    });
    return;
  }
  if (!SERVER.test(url) && !url.startsWith("${")) {
    report(["url"], {
      code: "http/wrong-address",
      message: `\`${url}\` names no server: it begins with neither \`http://\` nor \`https://\` and a name.`,
      hint: "write the whole address, such as `https://api.example.com/stores/{store_id}`",
    });
    return;
  }
  const before = (beginning === "" ? rest.replace(SERVER, "") : rest).split("{")[0] ?? "";
  if (columns.length === 0 || /[/?]/.test(before)) return;
  report(["url"], {
    code: "http/wrong-address",
    message: "A column stands where the name of the server does, so a row could say who is asked.",
    hint: "begin the path in front of the column, such as `https://api.example.com/{store_id}`",
  });
}

function checkColumn({ inputs, report }: Context, path: string): void {
  const columns = inputs[0]?.columns ?? [];
  const column = columnAt(columns, path.split("."));
  if (column === undefined) {
    const hint = didYouMean(path, columnPaths(columns));
    report(["url"], { code: "http/unknown-column", message: `There is no column \`${path}\` to ask with.`, hint });
  } else if (!NAMING.has(column.type.kind)) {
    report(["url"], {
      code: "http/address-column",
      message: `\`${path}\` is of type ${showType(column.type)}, which is no part of an address.`,
      hint: "take a column of text, a number, a boolean or a date, or make one with transform.select",
    });
  }
}
