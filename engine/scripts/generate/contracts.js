import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

const schemas = path.join(root, "schemas");
const files = new Map();

/** The contracts as generators want them: every $ref resolved, and what is parsed by hand left open (`x-by-hand` names its type). */
export function readContracts() {
  const types = readdirSync(path.join(schemas, "nodes"))
    .filter((name) => name.endsWith(".schema.json"))
    .map((name) => name.slice(0, -".schema.json".length))
    .sort();
  const pipeline = load(path.join(schemas, "pipeline.schema.json"));
  const listed = pipeline.definitions.typed.oneOf.map((branch) => branch.properties.type.const);
  if ([...listed].sort().join() !== types.join()) {
    throw new Error(`pipeline.schema.json lists [${listed.join(", ")}] but schemas/nodes holds [${types.join(", ")}]`);
  }
  const targets = resolve(load(path.join(schemas, "targets.schema.json")), path.join(schemas, "targets.schema.json"));
  return {
    pipeline: resolve(pipeline, path.join(schemas, "pipeline.schema.json")),
    targets,
    targetKinds: targets.definitions,
    tests: resolve(load(path.join(schemas, "tests.schema.json")), path.join(schemas, "tests.schema.json")),
    nodes: listed.map((type) => {
      const file = path.join(schemas, "nodes", `${type}.schema.json`);
      return { type, schema: resolve(load(file), file) };
    }),
  };
}

/** `source.http` → `SourceHttpConfig`. */
export function configName(type) {
  return `${type
    .split(/[._]/)
    .map((word) => word[0].toUpperCase() + word.slice(1))
    .join("")}Config`;
}

function load(file) {
  if (!files.has(file)) files.set(file, JSON.parse(readFileSync(file, "utf8")));
  return files.get(file);
}

/** What stands beside a $ref wins over what it points to. */
function resolve(value, file) {
  if (Array.isArray(value)) return value.map((item) => resolve(item, file));
  if (value === null || typeof value !== "object") return value;
  if (typeof value.$ref === "string") {
    const { $ref, ...beside } = value;
    const [relative, pointer = ""] = $ref.split("#");
    const target = relative === "" ? file : path.resolve(path.dirname(file), relative);
    const found = pointer
      .split("/")
      .filter(Boolean)
      .reduce((at, step) => at?.[step], load(target));
    if (found === undefined) throw new Error(`${path.relative(root, file)}: ${$ref} leads nowhere`);
    return { ...open(found, target), ...resolve(beside, file) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, file)]));
}

function open(schema, file) {
  if (schema["x-by-hand"] === undefined) return resolve(schema, file);
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key.startsWith("x-")));
}
