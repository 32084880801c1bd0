import { type Column, type Diagnostic, kindOf, outputsOf, type Role, type SpecNode } from "@pipeline-engine/engine/core";
import { compiled } from "./latest.ts";

/** A node as the canvas draws it. Offsets are those of the text, in UTF-16 units. */
export interface PictureNode {
  id: string;
  type: string;
  role: Role | "unknown";
  description?: string;
  /** One line of what it does. */
  summary: string;
  /** Its own output, and the names of its side outputs. */
  hasMain: boolean;
  side: string[];
  mostInputs: number;
  /** The names of its inputs, where they have names. */
  inputNames: readonly string[];
  /** JSON pointer to the node. */
  pointer: string;
  /** Its settings as they are written, without defaults. */
  written: Record<string, unknown>;
  from: number;
  to: number;
  line: number;
  errors: number;
  warnings: number;
  /** What it reads, input by input, and what leaves it, by output (`""` is its own); absent where mistakes leave it open. */
  reads: Column[][];
  gives: Record<string, Column[]>;
}

export interface PictureEdge {
  id: string;
  source: string;
  /** A side output of the source. */
  output?: string;
  target: string;
  /** The name of the input, where inputs have names. */
  input?: string;
}

/** What the core makes of a text, as plain data. */
export interface Picture {
  name: string;
  nodes: PictureNode[];
  edges: PictureEdge[];
  diagnostics: Diagnostic[];
  /** False where the text is no YAML, so that nothing can be drawn. */
  isReadable: boolean;
  /** True where it could be run. */
  isValid: boolean;
  /** It is written as `steps:`. */
  isLinear: boolean;
}

/** Draws a text. Never throws for a user's mistake. */
export function pictureOf(text: string, file: string): Picture {
  const { document, read, plan, diagnostics } = compiled(text, file);
  const spec = read?.spec;
  const typed = new Map(read?.typed.map((one) => [one.node.id, one]) ?? []);
  const streamOf = ({ node, output }: { node: string; output?: string }): Column[] | undefined =>
    output === undefined ? typed.get(node)?.output?.columns : typed.get(node)?.outputs?.[output]?.columns;
  const place = (pointer: string) => document.locate(pointer);
  // A place is where a mistake is underlined; a node reaches from its first to its last character.
  const extent = (pointer: string): { from: number; to: number; line: number } => {
    const { from, to, line } = place(pointer);
    const range = document.entry(pointer)?.value?.range;
    return { from: range?.[0] ?? from, to: range?.[1] ?? to, line };
  };
  const told = (pointer: string, severity: string) =>
    diagnostics.filter(
      ({ at, severity: s }) => s === severity && (at.pointer === pointer || at.pointer.startsWith(`${pointer}/`)),
    ).length;
  const nodes = (spec?.nodes ?? []).map((node): PictureNode => {
    const { from, to, line } = extent(node.pointer);
    const { main, side } = outputsOf(node);
    const gives = typed.get(node.id);
    return {
      ...{ id: node.id, type: node.type, role: kindOf(node.type).role, summary: summaryOf(node) },
      ...(node.description !== undefined && { description: node.description }),
      ...{ hasMain: main && kindOf(node.type).role !== "sink", side, mostInputs: kindOf(node.type).inputs.max },
      inputNames: kindOf(node.type).inputs.names ?? [],
      ...{ pointer: node.pointer, written: writtenAt(document.value, node.pointer) },
      ...{ from, to, line, errors: told(node.pointer, "error"), warnings: told(node.pointer, "warning") },
      reads: node.from.map((input) => streamOf(input) ?? []),
      gives: {
        ...(gives?.output && { "": gives.output.columns }),
        ...Object.fromEntries(Object.entries(gives?.outputs ?? {}).map(([name, stream]) => [name, stream.columns])),
      },
    };
  });
  const broken = (read?.broken ?? []).map(({ id, pointer }): PictureNode => {
    const { from, to, line } = extent(pointer);
    return {
      ...{
        id,
        type: String((valueIn(document.value, pointer) as { type?: unknown } | undefined)?.type ?? "?"),
        role: "unknown",
        summary: "",
      },
      ...{
        hasMain: true,
        side: [],
        mostInputs: 1,
        inputNames: [],
        pointer,
        written: writtenAt(document.value, pointer),
        from,
        to,
        line,
        errors: Math.max(1, told(pointer, "error")),
        warnings: 0,
        reads: [],
        gives: {},
      },
    };
  });
  const known = new Set([...nodes, ...broken].map(({ id }) => id));
  const edges = (spec?.nodes ?? []).flatMap((node) =>
    node.from.flatMap((input): PictureEdge[] => {
      if (!known.has(input.node)) return [];
      const output = input.output === undefined ? "" : `.${input.output}`;
      return [
        {
          id: `${input.node}${output}→${node.id}${input.name === undefined ? "" : `:${input.name}`}`,
          source: input.node,
          ...(input.output !== undefined && { output: input.output }),
          target: node.id,
          ...(input.name !== undefined && { input: input.name }),
        },
      ];
    }),
  );
  return {
    name: spec?.name ?? "",
    nodes: [...nodes, ...broken].sort((a, b) => a.from - b.from),
    // Two nodes of one id, which a text that is being typed may have, are drawn as one.
    edges: [...new Map(edges.map((edge) => [edge.id, edge])).values()],
    diagnostics,
    isReadable: spec !== undefined,
    isValid: plan !== undefined,
    isLinear: isRecord(document.value) && "steps" in document.value,
  };
}

/** What a node does in a few words: the first of its settings that is one value, else the names of what it makes. */
function summaryOf(node: SpecNode): string {
  const config = node.config as unknown as Record<string, unknown>;
  const written = Object.entries(config).filter(([, value]) => value !== null);
  const compute = config.compute ?? config.rules ?? config.outputs;
  if (isRecord(compute)) return Object.keys(compute).join(", ");
  const first = written.find(([, value]) => typeof value === "string" || typeof value === "number");
  if (first !== undefined) return String(first[1]);
  const list = written.find(([, value]) => Array.isArray(value));
  return list === undefined
    ? ""
    : `${list[0]}: ${(list[1] as unknown[]).map((each) => (isRecord(each) ? "…" : String(each))).join(", ")}`;
}

function valueIn(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce((inner: unknown, step) => (inner as Record<string, unknown> | undefined)?.[step], value);
}

function writtenAt(value: unknown, pointer: string): Record<string, unknown> {
  const config = valueIn(value, `${pointer}/config`);
  return isRecord(config) ? config : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
