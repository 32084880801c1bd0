import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { nodeKinds } from "../src/nodes/index.ts";
import { runnerOf } from "../src/nodes/runners.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const types = Object.keys(nodeKinds);

/** The file that holds a type's Spark code, named after the system or the step; a source runs in the engine and has none. */
function sparkFile(type: string): string | undefined {
  const [family, word] = type.split(".");
  if (family === "source") return undefined;
  if (word === "topic") return `spark-templates/io/${family}.py`;
  return family === "transform" ? `spark-templates/steps/${word}.py` : `spark-templates/io/${word}.py`;
}

const namesIn = (folder: string, ending: string) =>
  readdirSync(`${root}/${folder}`)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));

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
  expect(namesIn("spark-templates/steps", "_test.py").sort()).toEqual(transforms.sort());
});
