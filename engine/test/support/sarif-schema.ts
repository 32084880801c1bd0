const text = { type: "string" };
const line = { type: "integer", minimum: 1 };
const offset = { type: "integer", minimum: 0 };

/** An object of SARIF: it has these properties and no others. */
function object(properties: Record<string, object>, ...required: string[]) {
  return { type: "object", properties: { ...properties, properties: { type: "object" } }, required, additionalProperties: false };
}

const message = object({ text, markdown: text, id: text, arguments: { type: "array", items: text } });
const multiformat = object({ text, markdown: text }, "text");
const level = { enum: ["none", "note", "warning", "error"] };

const region = object({
  startLine: line,
  startColumn: line,
  endLine: line,
  endColumn: line,
  charOffset: offset,
  charLength: offset,
  byteOffset: offset,
  byteLength: offset,
  snippet: object({ text }),
  message,
});

const artifactLocation = object({ uri: { type: "string", format: "uri-reference" }, uriBaseId: text, index: offset });

const rule = object(
  {
    id: text,
    name: text,
    shortDescription: multiformat,
    fullDescription: multiformat,
    help: multiformat,
    helpUri: { type: "string", format: "uri" },
    defaultConfiguration: object({ enabled: { type: "boolean" }, level }),
  },
  "id",
);

const driver = object(
  {
    name: text,
    fullName: text,
    version: text,
    semanticVersion: text,
    informationUri: { type: "string", format: "uri" },
    rules: { type: "array", items: rule, uniqueItems: true },
  },
  "name",
);

const result = {
  ...object(
    {
      ruleId: text,
      ruleIndex: { type: "integer", minimum: -1 },
      kind: { enum: ["notApplicable", "pass", "fail", "review", "open", "informational"] },
      level,
      message,
      locations: {
        type: "array",
        items: object({
          id: { type: "integer", minimum: -1 },
          physicalLocation: object({ artifactLocation, region, contextRegion: region }),
          message,
        }),
      },
    },
    "message",
  ),
};

/** As much of the schema of SARIF 2.1.0 (OASIS standard, section 3) as the engine writes, as strict as it. */
export const sarifSchema = object(
  {
    $schema: { type: "string", format: "uri" },
    version: { const: "2.1.0" },
    runs: {
      type: "array",
      items: object(
        {
          tool: object({ driver, extensions: { type: "array", items: driver } }, "driver"),
          invocations: {
            type: "array",
            items: object({ executionSuccessful: { type: "boolean" }, exitCode: { type: "integer" } }, "executionSuccessful"),
          },
          columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
          results: { type: "array", items: result },
        },
        "tool",
      ),
    },
  },
  "version",
  "runs",
);
