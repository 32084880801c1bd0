import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { getLanguageService, type LanguageService } from "yaml-language-server";

const root = new URL("../../", import.meta.url);
const types = readdirSync(new URL("schemas/nodes/", root)).map((name) => name.replace(".schema.json", ""));

let service: LanguageService;

/** The server as an editor sets it up: nothing but the comment in the first line names the schema. */
beforeAll(() => {
  service = getLanguageService({
    schemaRequestService: async (uri) => readFileSync(new URL(uri), "utf8"),
    workspaceContext: { resolveRelativePath: (path, from) => new URL(path, from).href },
  });
  service.configure({ validate: true, hover: true, completion: true });
});

let versions = 0;

/** The server remembers what it read of a document by its version. */
function documentOf(name: string, text: string): TextDocument {
  versions += 1;
  return TextDocument.create(new URL(`pipelines/${name}`, root).href, "yaml", versions, text);
}

type Opened = ReturnType<typeof opened>;

/** A file beside the pipelines; `|` stands where the cursor is. */
function opened(name: string, text: string) {
  const at = text.indexOf("|");
  const document = documentOf(name, text.replace("|", ""));
  return { document, position: document.positionAt(at) };
}

/** A pipeline with these nodes. */
const open = (nodes: string) =>
  opened(
    "example.yaml",
    `# yaml-language-server: $schema=../schemas/pipeline.schema.json\nversion: 1\nname: example\nnodes:\n${nodes}`,
  );

/** A file with one test. */
const openTest = (parts: string) =>
  opened(
    "example.test.yaml",
    `# yaml-language-server: $schema=../schemas/tests.schema.json\nversion: 1\ntests:\n  - name: it\n${parts}`,
  );

async function labelsAt({ document, position }: Opened): Promise<string[]> {
  const list = await service.doComplete(document, position, false);
  return list.items.map(({ label }) => label);
}

async function saidAt({ document, position }: Opened): Promise<string> {
  const shown = await service.doHover(document, position);
  return JSON.stringify(shown?.contents ?? "");
}

const completions = (nodes: string) => labelsAt(open(nodes));
const hover = (nodes: string) => saidAt(open(nodes));

const topic = (config: string) => `  - id: stream\n    type: kafka.topic\n    from: a\n    config:\n${config}`;

describe("a YAML language server", () => {
  test("completes the settings of a node, without those that are there", async () => {
    const labels = await completions(topic("      topic: t\n      |\n"));
    expect(labels).toEqual(expect.arrayContaining(["partitions", "retention", "key"]));
    expect(labels).not.toContain("topic");
    expect(labels).not.toContain("where");
  });

  test("completes the values of a setting", async () => {
    const sink = "  - id: kept\n    type: sink.mongodb\n    from: a\n    config:\n      collection: c\n      validator: |\n";
    expect(await completions(sink)).toEqual(expect.arrayContaining(['"off"', "warn", "error"]));
  });

  test("completes the type of a node", async () => {
    expect(await completions("  - id: stream\n    type: |\n")).toEqual(expect.arrayContaining(types));
  });

  test("says what a setting means", async () => {
    expect(await hover(topic("      top|ic: t\n"))).toContain("The name of the topic in Kafka.");
    expect(await hover(topic("      topic: t\n      reten|tion: 7d\n"))).toContain("How long Kafka keeps a record.");
    expect(await hover("  - i|d: a\n    type: kafka.topic\n")).toContain("Unique in the pipeline.");
  });

  test("finds nothing wrong with the pipelines, and something with a misspelt setting", async () => {
    for (const name of readdirSync(new URL("pipelines/", root)).filter((file) => /(?<!\.test)\.yaml$/.test(file))) {
      const document = documentOf(name, readFileSync(new URL(`pipelines/${name}`, root), "utf8"));
      expect(await service.doValidation(document, false), name).toEqual([]);
    }
    const wrong = await service.doValidation(open(topic("      topic: t\n      partitons: 2\n")).document, false);
    expect(wrong.map(({ message }) => message)).toEqual([expect.stringContaining("partitons")]);
  });
});

describe("in a file of tests a YAML language server", () => {
  test("completes the parts of a test, of a batch and of an expectation", async () => {
    expect(await labelsAt(openTest("    |\n"))).toEqual(expect.arrayContaining(["given", "expect", "batches", "arrived"]));
    const batch = await labelsAt(openTest("    batches:\n      - given: {}\n        |\n"));
    expect(batch).toContain("expect");
    expect(batch).not.toContain("batches");
    const expectation = await labelsAt(openTest("    expect:\n      sales:\n        rows: []\n        |\n"));
    expect(expectation).toEqual(expect.arrayContaining(["match", "dead", "late", "filtered", "repeats", "open"]));
    expect(expectation).not.toContain("rows");
  });

  test("completes how rows are matched, and what is told of a dead letter", async () => {
    const match = await labelsAt(openTest("    expect:\n      sales:\n        rows: []\n        match: |\n"));
    expect(match).toEqual(expect.arrayContaining(["all", "ordered", "some"]));
    const dead = await labelsAt(openTest("    expect:\n      stream:\n        dead:\n          - record: 3\n            |\n"));
    expect(dead).toEqual(expect.arrayContaining(["code", "message"]));
  });

  test("says what a part means", async () => {
    expect(await saidAt(openTest("    arri|ved: 2026-01-01T10:00:00Z\n"))).toContain("When Kafka took the records");
    expect(await saidAt(openTest("    batc|hes: []\n"))).toContain("Records that come one batch after another");
    expect(await saidAt(openTest("    expect:\n      sales:\n        la|te: 1\n"))).toContain("behind the watermark");
    expect(await saidAt(openTest("    expect:\n      sales:\n        la|te: 1\n"))).not.toContain("drops on purpose");
  });

  test("finds nothing wrong with the tests of the pipelines, and something with a misspelt word", async () => {
    const names = readdirSync(new URL("pipelines/", root)).filter((file) => file.endsWith(".test.yaml"));
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) {
      const document = documentOf(name, readFileSync(new URL(`pipelines/${name}`, root), "utf8"));
      expect(await service.doValidation(document, false), name).toEqual([]);
    }
    const wrong = await service.doValidation(openTest("    expcet: {}\n").document, false);
    expect(wrong.map(({ message }) => message)).toEqual([expect.stringContaining("expcet")]);
  });
});
