import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PythonValue } from "../nodes/node-kind.ts";
import type { Plan } from "../plan/plan.ts";
import { renderJob } from "./job.ts";
import { pythonBlock, pythonCall, pythonLiteral, pythonName, pythonRemark } from "./python.ts";

/** What has ended a literal somewhere before: quotes, escapes, line ends, slots of a template, marks that turn text around. */
const HOSTILE = [
  ...[
    '"',
    "'",
    '"""',
    "'''",
    "\\",
    '\\"',
    "\\N{BULLET}",
    "\\x00",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u2028",
    "\u0085",
    "\u202e",
    "\ufeff",
  ],
  ..."`|``|{{nodes}}|{{settings}}|{|}|${env:HOME}|#|%s|{0}|$&|$1|$`|🙂|\ud800|\udfff|__import__('os')|`; DROP|, |):\n    pass".split(
    "|",
  ),
];
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 30 })), { maxLength: 12 }).map((parts) => parts.join("")),
);
const { value } = fc.letrec<{ value: PythonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(text, tie("value"), { maxKeys: 5 }),
  ),
}));

const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 1_000_000);
console.log(`PROPERTY_SEED=${seed}`);

/** One Python process reads a whole sample, so there is no property for each value. */
function sample<T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] {
  return fc.sample(arbitrary, { numRuns, seed });
}

/** Python's own reading of each text by `ast`, which runs nothing: as JSON, surrogates escaped. */
function readByPython(program: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync(process.env.ENGINE_PYTHON ?? "python3", ["-I", "-c", program], {
    input: JSON.stringify(input),
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(String(stderr));
  return JSON.parse(String(stdout));
}

const LITERALS = "import ast,json,sys; print(json.dumps([ast.literal_eval(each) for each in json.load(sys.stdin)]))";
const NAMES =
  "import ast,json,keyword,sys; print(json.dumps([each.isidentifier() and not keyword.iskeyword(each) for each in json.load(sys.stdin)]))";

describe("a value of the user's", () => {
  const values = sample(value, 2_000);

  it("is the same value to Python, on one line or on several", () => {
    const flat = values.map(pythonLiteral);
    // In parentheses, as the arguments of a call stand.
    const blocks = values.flatMap((each) => [pythonBlock(each), pythonBlock(each, 20)]).map((each) => `(${each}\n)`);
    const read = readByPython(LITERALS, [...flat, ...blocks]) as unknown[];
    expect(read.slice(0, values.length)).toEqual(values);
    expect(read.slice(values.length)).toEqual(values.flatMap((each) => [each, each]));
    expect([...flat, ...blocks].filter((each) => !/^[\n -~]*$/.test(each))).toEqual([]);
    expect(flat.filter((each) => each.includes("\n"))).toEqual([]);
  });

  it("refuses what Python has no literal for", () => {
    expect(() => pythonLiteral(Number.NaN)).toThrow("no Python literal");
    expect(() => pythonLiteral(Number.POSITIVE_INFINITY)).toThrow("no Python literal");
  });
});

describe("a node's id", () => {
  it("becomes a Python name, another for another id", () => {
    const word = fc.constantFrom(..."job steps kafka mongodb Job print if class match None lambda a x_1".split(" "));
    const ids = sample(
      fc.tuple(word, fc.constantFrom("", "_", "__")).map((parts) => parts.join("")),
      200,
    );
    const names = ids.map(pythonName);
    expect(readByPython(NAMES, names)).toEqual(names.map(() => true));
    expect(new Set(names).size).toBe(new Set(ids).size);
    expect(names.filter((name) => ["job", "steps", "kafka", "mongodb", "Job"].includes(name))).toEqual([]);
  });
});

describe("the whole script", () => {
  const TEMPLATE = '"""{{pipeline}} from {{file}}."""\njob = {{settings}}\n{{nodes}}\njob.run()\n';
  const CALLS = `
import ast, json, sys
found = []
for script in json.load(sys.stdin):
    tree = ast.parse(script)
    calls = [node.value for node in tree.body if isinstance(node, (ast.Assign, ast.Expr)) and isinstance(node.value, ast.Call)]
    found.append([len(tree.body), [{k.arg: ast.literal_eval(k.value) for k in call.keywords} for call in calls]])
print(json.dumps(found))`;

  it("has the same statements and values whatever the user writes", () => {
    const inputs = sample(fc.tuple(text, text, fc.dictionary(text, text, { maxKeys: 4 }), fc.array(text, { maxLength: 3 })), 300);
    const scripts = inputs.map(([file, topic, columns, key]) => renderJob(TEMPLATE, planOf(topic, columns, key), file, () => 3));
    const wanted = inputs.map(([, topic, columns, key]) => [
      5,
      [
        { pipeline: "p", spec: "s", dead_letters: "p.dead-letters", shuffle_partitions: 4 },
        { node: "in", topic },
        { query: "out", node: "out", columns, key, owns: ["in"] },
        {},
      ],
    ]);
    expect(readByPython(CALLS, scripts)).toEqual(wanted);
  });

  it("cannot be led out of a comment", () => {
    for (const name of sample(text, 1_000)) expect(pythonRemark(name)).not.toMatch(/["\\\p{Zl}\p{Zp}\p{C}]/u);
  });

  it("breaks a call that is too wide into one argument a line", () => {
    const call = pythonCall("f", ["x"], [["a", pythonLiteral("y".repeat(120))]]);
    expect(call).toBe(`f(\n    x,\n    a="${"y".repeat(120)}",\n)`);
  });
});

function planOf(topic: string, columns: Record<string, string>, key: string[]): Plan {
  const stream = { call: "read" as const, stream: "in", node: "in", type: "kafka.topic", module: "kafka", arguments: { topic } };
  const sink = { node: "out", type: "sink.mongodb", module: "mongodb", call: "upsert", arguments: { columns, key } };
  const query = { name: "out", from: "in", sink, owns: ["in"], topics: [topic], fingerprint: {} };
  return {
    format: 1,
    pipeline: "p",
    spec: "s",
    deadLetters: "p.dead-letters",
    shufflePartitions: 4,
    sources: [],
    topics: [],
    streams: [stream],
    queries: [query],
    collections: [],
  };
}
