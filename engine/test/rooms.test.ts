import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { showType } from "../src/column-type.ts";
import { parseColumns } from "../src/columns-notation.ts";
import { compile } from "../src/core.ts";
import { readDocument } from "../src/document.ts";
import { checkExpression, parseExpression } from "../src/expression/index.ts";
import { nodeKinds } from "../src/nodes/index.ts";
import type { NodeKind, Stream } from "../src/nodes/node-kind.ts";
import { runnerOf } from "../src/nodes/runners.ts";
import { valueAt } from "../src/pointer.ts";
import { configExamples, configStandIns, configValidators } from "../src/validate/catalogue.gen.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const types = Object.keys(nodeKinds);

/** The file that holds a type's Spark code, named after the system or the step; a source that runs in the engine has none. */
function sparkFile(type: string): string | undefined {
  const [family, word] = type.split(".");
  const { role } = nodeKinds[type as keyof typeof nodeKinds];
  if (family === "source" && role === "source") return undefined;
  if (word === "topic") return `spark-templates/io/${family}.py`;
  return family === "transform" ? `spark-templates/steps/${word}.py` : `spark-templates/io/${word}.py`;
}

const namesIn = (folder: string, ending: string) =>
  readdirSync(`${root}/${folder}`)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));

const retail = readDocument(readFileSync(`${root}/pipelines/retail.yaml`, "utf8"), "retail.yaml").value;
const records: Stream = {
  columns: parseColumns(valueAt(retail, ["nodes", 0, "config", "columns"]), "").value ?? [],
  changes: "append",
  origin: "record",
};

/** What a room makes of a config in which one setting is replaced, or left out. */
function outputOf(type: keyof typeof nodeKinds, setting?: string, value?: unknown): string | "refused" | undefined {
  const config: Record<string, unknown> = structuredClone({ ...configExamples[type] });
  if (setting !== undefined && value === undefined) delete config[setting];
  else if (setting !== undefined) config[setting] = structuredClone(value);
  if (!configValidators[type](config)) return "refused";
  const kind = nodeKinds[type] as NodeKind;
  const { output } = kind.compile({
    id: "node",
    config: config as never,
    inputs: Array.from({ length: kind.inputs.min }, () => records),
    inputNames: [],
    report: () => {},
    expression: (path, columns, mode) => {
      const { expression } = parseExpression(String(valueAt(config, path)));
      return expression && checkExpression(expression, columns, { mode }).typed;
    },
  });
  // Whether a column may be null is not in doubt: nothing is refused for it.
  return JSON.stringify(output?.columns.map((column) => ({ name: column.name, type: showType(column.type) })));
}

/** Other values of a setting than its example: its other examples, nothing, and each with one entry less. */
function variants(examples: readonly unknown[]): unknown[] {
  const smaller = examples.flatMap((example) => {
    if (Array.isArray(example)) return [example.slice(1)];
    return typeof example === "object" && example !== null ? [Object.fromEntries(Object.entries(example).slice(1))] : [];
  });
  return [undefined, ...examples, ...smaller];
}

/** The errors of a pipeline around one node: a source and a topic above, a sink below. A spec is JSON too. */
function mistakesWith(type: string, config: object): { pointer: string; told: string }[] {
  const { min } = nodeKinds[type as keyof typeof nodeKinds].inputs;
  const { role } = nodeKinds[type as keyof typeof nodeKinds];
  const above = role === "topic" ? ["source"] : ["topic", "other"].slice(0, min);
  const columns = valueAt(retail, ["nodes", 0, "config", "columns"]);
  const nodes = [
    { id: "source", type: "source.http", config: { url: "demo://retail", columns } },
    { id: "topic", type: "kafka.topic", from: "source", config: { topic: "rooms.topic" } },
    { id: "node", type, ...(above.length > 0 && { from: above }), config },
    { id: "other", type: "transform.filter", from: "topic", config: { where: "store_id > 0" } },
    { id: "below", type: "transform.filter", from: "node", config: { where: "store_id > 0 and element is not null" } },
    { id: "sink", type: "sink.mongodb", from: "below", config: { collection: "rooms", indexes: [{ fields: { store_id: 1 } }] } },
  ];
  const { diagnostics } = compile(JSON.stringify({ version: 1, name: "rooms", nodes }), "rooms.yaml");
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return errors.map(({ code, at: { pointer }, message }) => ({ pointer, told: `${code} ${pointer} ${message}` }));
}

describe.each(types)("the room %s", (type) => {
  const kind = nodeKinds[type as keyof typeof nodeKinds];

  it("has every drawer", () => {
    const drawers = [
      `schemas/nodes/${type}.schema.json`,
      `engine/src/nodes/${type}/index.ts`,
      `engine/src/nodes/${type}/README.md`,
    ];
    const spark = sparkFile(type);
    const step = kind.role === "transform" ? spark?.replace(/\.py$/, "_test.py") : undefined;
    const wanted = [...drawers, spark, step, kind.role === "source" ? `engine/src/nodes/${type}/run.ts` : undefined];
    expect(wanted.filter((path) => path !== undefined && !existsSync(`${root}/${path}`))).toEqual([]);
  });

  it("is named alike in all of them", () => {
    expect(kind.type).toBe(type);
    const schema = JSON.parse(readFileSync(`${root}/schemas/nodes/${type}.schema.json`, "utf8")) as {
      title?: string;
      description?: string;
    };
    expect(schema.title).toBeTruthy();
    expect(schema.description).toBeTruthy();
  });

  it("says which of its settings decide what columns leave it", () => {
    const name = type as keyof typeof nodeKinds;
    const settings = configStandIns[name].filter(({ path }) => path.length === 1);
    const before = outputOf(name);
    const decides = (setting: string) => {
      const examples = settings.find(({ path }) => path[0] === setting)?.examples ?? [];
      const outputs = variants(examples).map((value) => outputOf(name, setting, value));
      if (outputs.some((output) => output !== undefined && output !== "refused" && output !== before)) return "yes";
      // An example may name columns that these records do not have.
      return kind.role !== "sink" && outputs.includes(undefined) ? "not seen" : "no";
    };
    const names = settings.map(({ path: [setting = ""] }) => setting);
    expect(names.filter((setting) => decides(setting) === "yes" && !(setting in kind.shapes))).toEqual([]);
    expect(Object.keys(kind.shapes).filter((setting) => decides(setting) === "no")).toEqual([]);
    for (const { path, examples } of settings.filter(
      ({ path: [setting = ""] }) => (kind as NodeKind).shapes[setting] === "named",
    )) {
      const named = Object.keys(Object(examples[0]));
      for (const column of named) expect(outputOf(name, path[0], examples[0])).toContain(`"name":"${column}"`);
    }
  });

  it("keeps a mistake in one setting to that setting", () => {
    const example = configExamples[type as keyof typeof nodeKinds];
    const before = mistakesWith(type, example);
    for (const { path } of configStandIns[type as keyof typeof nodeKinds]) {
      const [setting = ""] = path;
      if (path.length > 1) continue;
      for (const wrong of [{ "no such": [{}] }, [[[]]], 1.5, ""]) {
        const found = mistakesWith(type, { ...example, [setting]: wrong });
        const elsewhere = found.filter(
          ({ pointer, told }) =>
            !`${pointer}/`.startsWith(`/nodes/2/config/${setting}/`) && !before.some((one) => one.told === told),
        );
        expect(elsewhere, `${setting}: ${JSON.stringify(wrong)}`).toEqual([]);
      }
    }
  });

  it("can be previewed without Spark, or says why not", () => {
    const { preview, noPreview, role } = kind as NodeKind;
    const isRun = role === "transform" || role === "sink";
    expect(Number(preview !== undefined) + Number(noPreview !== undefined)).toBe(isRun ? 1 : 0);
  });

  it("runs here exactly if it is a source", () => {
    if (kind.role === "source") expect(runnerOf(type).run).toBeTypeOf("function");
    else expect(() => runnerOf(type)).toThrow();
  });
});

it("no drawer is stray", () => {
  expect(namesIn("schemas/nodes", ".schema.json").sort()).toEqual([...types].sort());
  const folders = readdirSync(`${root}/engine/src/nodes`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map((entry) => entry.name).sort()).toEqual([...types].sort());
  const transforms = types.filter((type) => type.startsWith("transform.")).map((type) => type.split(".")[1]);
  const steps = namesIn("spark-templates/steps", ".py").filter((name) => name !== "__init__" && !name.endsWith("_test"));
  expect(steps.sort()).toEqual(transforms.sort());
  // A job imports the package and finds its steps in it.
  const listed = readFileSync(`${root}/spark-templates/steps/__init__.py`, "utf8").replace(/^.*__all__/s, "");
  expect([...listed.matchAll(/"(\w+)"/g)].map(([, name]) => name).sort()).toEqual(transforms.sort());
  expect(namesIn("spark-templates/steps", "_test.py").sort()).toEqual(transforms.sort());
});
