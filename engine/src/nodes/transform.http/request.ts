import type { TransformHttpConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import type { NodeContext } from "../node-kind.ts";
import { columnPaths } from "../paths.ts";
import type { Address } from "./address.ts";

type Context = NodeContext<TransformHttpConfig>;

/** Reports what is wrong with what is sent and with where the answers stand. */
export function checkRequest(context: Context, address: Address, columns: readonly Column[]): void {
  checkBody(context);
  checkBatch(context, address);
  checkKey(context);
  checkPaths(context, columns);
}

function checkBody({ config: { body, method }, inputs, report }: Context): void {
  if (body !== null && method === "GET")
    report(["method"], {
      code: "http/wrong-setting",
      message: "A request with `method: GET` has no body.",
      hint: "leave `method` out: with a `body` it is POST",
    });
  const columns = inputs[0]?.columns ?? [];
  for (const [field, path] of Object.entries(body ?? {})) {
    if (columnAt(columns, path.split(".")) !== undefined) continue;
    const hint = didYouMean(path, columnPaths(columns));
    report(["body", field], { code: "http/unknown-column", message: `There is no column \`${path}\` to send.`, hint });
  }
}

function checkBatch({ config: { batch, body }, report }: Context, address: Address): void {
  if (batch === 1) return;
  if (body === null)
    report(["batch"], {
      code: "http/missing-setting",
      message: `\`batch: ${batch}\` sends a list of bodies and needs \`body\`.`,
      hint: "add `body` with the columns to send",
    });
  if (address.columns.length > 0)
    report(["batch"], {
      code: "http/wrong-setting",
      message: `With \`batch: ${batch}\` one address is asked for many rows, and this one has columns.`,
      hint: "send the columns in `body`, or leave out `batch`",
    });
}

function checkKey({ config: { batch, body, key }, report }: Context): void {
  if (key === null) return;
  if (batch === 1) {
    const message = "`key` tells the answers of a batch apart, and rows are asked for one by one.";
    report(["key"], { code: "http/wrong-setting", message, hint: "add `batch`, or leave out `key`" });
  } else if (body !== null && !Object.hasOwn(body, key)) {
    const hint = didYouMean(key, Object.keys(body)) ?? "name a field of `body`";
    report(["key"], { code: "http/unknown-field", message: `\`body\` has no field \`${key}\`.`, hint });
  }
}

function checkPaths({ config: { paths }, report }: Context, columns: readonly Column[]): void {
  const names = columns.map(({ name }) => name);
  for (const name of Object.keys(paths)) {
    if (names.includes(name)) continue;
    const hint = didYouMean(name, names) ?? "add it to `columns`";
    report(["paths", name], { code: "http/unknown-field", message: `\`columns\` has no column \`${name}\`.`, hint });
  }
}

/** Reports a column that would be added under a name that is taken. */
export function refuseClash({ inputs, report }: Context, columns: readonly Column[]): void {
  const taken = new Set(inputs[0]?.columns.map(({ name }) => name));
  for (const { name } of columns) {
    if (!taken.has(name)) continue;
    report(["columns", name], {
      code: "http/duplicate-column",
      message: `A column \`${name}\` exists already.`,
      hint: "choose another name, and say in `paths` where it stands in the answer",
    });
  }
}
