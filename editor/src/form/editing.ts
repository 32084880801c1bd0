import type { Column } from "@pipeline-engine/engine/core";
import { createContext, useContext } from "react";
import type { PictureEdge, PictureNode } from "../compile/picture.ts";
import type { Schema } from "../contracts.ts";
import { addEntry, type Edit, removeValue, renameKey, setValue } from "../document/index.ts";
import { useEditor } from "../state/editor.ts";
import { apply } from "../state/session.ts";

/** From a node to one of its values, such as `["config", "where"]`. */
export type Path = readonly (string | number)[];

/** What a widget can do to the text of its node. Each is the fewest changes, and one step of the history. */
export interface Editing {
  node: PictureNode;
  /** The columns that can be meant at a path: those of the input it names, else of all inputs. */
  columnsAt(path: Path): readonly Column[];
  /** Writes a value; undefined takes it out, and with it what would be empty around it. False where that was refused. */
  set(path: Path, value: unknown): boolean;
  /** Writes a new entry of a map. Returns why not, where something stands there already. */
  add(path: Path, value: unknown): string | undefined;
  /** Gives an entry of a map another name. Returns why not, where that is taken. */
  rename(path: Path, name: string): string | undefined;
}

const EditingContext = createContext<Editing | undefined>(undefined);
export const EditingProvider = EditingContext.Provider;

/** The editing of the node whose form this is. */
export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (editing === undefined) throw new Error("A widget stands outside of a form.");
  return editing;
}

/** The editing of a node. */
export function editingOf(node: PictureNode, edges: readonly PictureEdge[], contract: Schema | undefined): Editing {
  const text = () => useEditor.getState().text;
  return {
    node,
    columnsAt: (path) => columnsAt(node, edges, path),
    set(path, value) {
      const isKept = (outer: Path) => outer.length <= 2 && (contract?.required?.includes(String(outer[1])) ?? false);
      const edit =
        value === undefined
          ? removeValue(text(), node.id, withEmptied(node.written, path, isKept))
          : setValue(text(), node.id, path, value);
      return apply(edit);
    },
    add: (path, value) => applied(addEntry(text(), node.id, path, value)),
    rename: (path, name) => applied(renameKey(text(), node.id, path, name)),
  };
}

function applied(edit: Edit): string | undefined {
  if ("refused" in edit) return edit.refused;
  apply(edit);
  return undefined;
}

/** The path of the outermost map or list that would be empty without the value at `path`. */
function withEmptied(written: Record<string, unknown>, path: Path, isKept: (outer: Path) => boolean): Path {
  const outer = path.slice(0, -1);
  if (outer.length < 2 || isKept(outer)) return path;
  const around = valueAt(written, outer.slice(1));
  return Object.keys(around ?? {}).length > 1 ? path : withEmptied(written, outer, isKept);
}

export function valueAt(value: unknown, path: Path): object | undefined {
  const found = path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown> | undefined)?.[step], value);
  return typeof found === "object" && found !== null ? found : undefined;
}

function columnsAt({ id, reads, inputNames }: PictureNode, edges: readonly PictureEdge[], path: Path): readonly Column[] {
  const named = inputNames.find((name) => path.includes(name));
  const own = edges.filter(({ target }) => target === id).findIndex(({ input }) => input === named);
  const all = named === undefined || own === -1 ? reads.flat() : (reads[own] ?? []);
  return all.filter((column, at) => all.findIndex(({ name }) => name === column.name) === at);
}

/** The JSON pointer to a path of a node. */
export function pointerTo({ pointer }: PictureNode, path: Path): string {
  return [pointer, ...path.map((step) => String(step).replaceAll("~", "~0").replaceAll("/", "~1"))].join("/");
}
