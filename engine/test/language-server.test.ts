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

/** A pipeline beside the others; `|` stands where the cursor is. */
function open(nodes: string) {
  const text = `# yaml-language-server: $schema=../schemas/pipeline.schema.json\nversion: 1\nname: example\nnodes:\n${nodes}`;
  const at = text.indexOf("|");
  const document = documentOf("example.yaml", text.replace("|", ""));
  return { document, position: document.positionAt(at) };
}

async function completions(nodes: string): Promise<string[]> {
  const { document, position } = open(nodes);
  const list = await service.doComplete(document, position, false);
  return list.items.map(({ label }) => label);
}

async function hover(nodes: string): Promise<string> {
  const { document, position } = open(nodes);
  const shown = await service.doHover(document, position);
  return JSON.stringify(shown?.contents ?? "");
}

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
