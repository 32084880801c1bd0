import { type EditorView, hoverTooltip, type Tooltip } from "@codemirror/view";
import { entryOf, functionTable } from "../catalogue.ts";
import type { PictureNode } from "../compile/picture.ts";
import type { Schema } from "../contracts.ts";
import { pathAt } from "../document/index.ts";
import { pathsOf } from "../form/columns-of.ts";
import { schemaAt } from "../schema-at.ts";
import { useEditor } from "../state/editor.ts";
import { codeTexts } from "../texts/code.ts";

/** What is told of a place: a title, sentences, and lines of code. */
interface Told {
  title: string;
  sentences: readonly string[];
  code: readonly string[];
}

/** Says what a setting is for, what a function does, and which columns leave a node. */
export const hover = hoverTooltip((view, offset): Tooltip | null => {
  const found = pathAt(view.state.doc.toString(), offset);
  const node = nodeAt(offset);
  if (found === undefined || node === undefined) return null;
  const [, , name, ...setting] = found.path;
  const word = view.state.wordAt(offset);
  if (name !== "config") {
    const told = name === "id" ? ofNode(node) : name === "type" ? ofType(node.type) : undefined;
    return told === undefined ? null : tooltip(found, told);
  }
  const schema = schemaAt(node.type, setting);
  if (schema?.["x-widget"] === "expression" && !found.isKey && word !== null) {
    const told = ofWord(view, word, node);
    if (told !== undefined) return tooltip(word, told);
  }
  return schema === undefined ? null : tooltip(found, ofSetting(String(setting.at(-1)), schema));
});

function nodeAt(offset: number): PictureNode | undefined {
  const { picture, isStale } = useEditor.getState();
  return isStale ? undefined : picture?.nodes.find(({ from, to }) => from <= offset && offset <= to);
}

function ofNode({ id, gives }: PictureNode): Told | undefined {
  const outputs = Object.entries(gives);
  if (outputs.length === 0) return undefined;
  const code = outputs.flatMap(([output, columns]) => [
    ...(output === "" ? [] : [`${id}.${output}`]),
    ...pathsOf(columns).map(({ path, type }) => `${path}: ${type}`),
  ]);
  return { title: codeTexts.gives(id), sentences: [], code };
}

function ofType(type: string): Told | undefined {
  const entry = entryOf(type);
  return entry && { title: entry.title, sentences: [entry.description], code: [] };
}

function ofSetting(name: string, schema: Schema): Told {
  const { title = name, description, examples } = schema;
  const types = [schema.type ?? []].flat().filter((type) => type !== "null");
  const kind = schema.enum?.map(String).join(", ") ?? schema["x-expects"] ?? types.join(", ");
  return {
    title,
    sentences: description === undefined ? [] : [description],
    code: [
      ...(kind === "" ? [] : [codeTexts.type(kind)]),
      ...(schema.default === undefined || schema.default === null ? [] : [codeTexts.byDefault(JSON.stringify(schema.default))]),
      ...(examples?.[0] === undefined ? [] : [codeTexts.example(JSON.stringify(examples[0]))]),
    ],
  };
}

/** A function of an expression, or a column that comes in. */
function ofWord({ state }: EditorView, { from, to }: { from: number; to: number }, { reads }: PictureNode): Told | undefined {
  const word = state.sliceDoc(from, to);
  const entry = functionTable().find(({ name }) => name === word.toLowerCase());
  if (entry !== undefined && state.sliceDoc(to, to + 1) === "(")
    return { title: entry.signature, sentences: [entry.doc], code: [] };
  const before = /[\w.]*$/.exec(state.sliceDoc(Math.max(0, from - 200), from))?.[0] ?? "";
  const column = pathsOf(reads.flat()).find(({ path }) => path === before + word);
  return column && { title: `${column.path}: ${column.type}`, sentences: [], code: [] };
}

function tooltip({ from, to }: { from: number; to: number }, told: Told): Tooltip {
  return { pos: from, end: to, above: true, create: () => ({ dom: elementOf(told) }) };
}

function elementOf({ title, sentences, code }: Told): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "cm-told";
  const part = (name: string, text: string) => {
    const element = document.createElement(name);
    element.textContent = text;
    dom.append(element);
  };
  part("strong", title);
  for (const sentence of sentences) part("p", sentence);
  if (code.length > 0) part("pre", code.join("\n"));
  return dom;
}
