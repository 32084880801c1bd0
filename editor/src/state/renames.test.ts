import { history, redo, undo } from "@codemirror/commands";
import { EditorState, type StateEffect } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { layoutField, layoutHistory, layoutText, readLayout, renamed, setLayout, without } from "./layout-field.ts";
import { pending, renamesField, renamesHistory, setRenames, testsAfter } from "./renames.ts";

const LAYOUT = { raw: { x: 10, y: 20 }, store: { x: 300, y: 20 } };
const TESTS = `# what must come out\r
version: 1\r
tests:\r
  - name: all of it\r
    given: { raw: [] } # nothing\r
    expect: { raw.side: [] }\r
`;

describe("a renamed node", () => {
  it("keeps its place, and one undo takes text, place and name back", () => {
    let state = EditorState.create({
      doc: "id: raw",
      extensions: [history({ newGroupDelay: 0 }), layoutField.init(() => LAYOUT), layoutHistory, renamesField, renamesHistory],
    });
    const now = () => [state.doc.toString(), state.field(layoutField), state.field(renamesField)];
    const take = (spec: { state: EditorState }) => {
      state = spec.state;
    };
    const before = now();
    const effects: StateEffect<unknown>[] = [
      setLayout.of(renamed(LAYOUT, "raw", "all")),
      setRenames.of([{ from: "raw", to: "all" }]),
    ];
    take(state.update({ changes: { from: 4, to: 7, insert: "all" }, effects }));
    const after = ["id: all", { all: { x: 10, y: 20 }, store: { x: 300, y: 20 } }, [{ from: "raw", to: "all" }]];
    expect(now()).toEqual(after);
    undo({ state, dispatch: take });
    expect(now()).toEqual(before);
    redo({ state, dispatch: take });
    expect(now()).toEqual(after);
  });

  it("is renamed in the tests, which keep their bytes else", () => {
    const tests = TESTS.replace("raw:", "all:").replace("raw.side", "all.side");
    expect(testsAfter(TESTS, [{ from: "raw", to: "all" }])).toEqual({ tests });
    expect(testsAfter(TESTS, [{ from: "none", to: "all" }])).toEqual({ tests: TESTS });
    expect(testsAfter("tests: [", [{ from: "raw", to: "all" }])).toMatchObject({ refused: expect.stringMatching(/^Line 1/) });
  });

  it("is renamed where it was not yet, and backwards where that was undone after saving", () => {
    const [one, two, three] = [
      { from: "a", to: "b" },
      { from: "b", to: "c" },
      { from: "a", to: "d" },
    ];
    expect(pending([], [one, two])).toEqual([one, two]);
    expect(pending([one], [one, two])).toEqual([two]);
    expect(pending([one, two], [])).toEqual([
      { from: "c", to: "b" },
      { from: "b", to: "a" },
    ]);
    expect(pending([one], [three])).toEqual([{ from: "b", to: "a" }, three]);
  });
});

describe("the file of places", () => {
  it("has a line for each node there is, in the order of their names, in whole units", () => {
    const text = layoutText(
      { store: { x: 300.4, y: 20 }, raw: { x: 10, y: -20.6 }, gone: { x: 1, y: 1 } },
      new Set(["raw", "store"]),
    );
    expect(text).toBe(
      '{\n  "version": 1,\n  "nodes": {\n    "raw": { "x": 10, "y": -21 },\n    "store": { "x": 300, "y": 20 }\n  }\n}\n',
    );
    expect(readLayout(text)).toEqual({ raw: { x: 10, y: -21 }, store: { x: 300, y: 20 } });
  });

  it("is not there where nothing was moved, and loses nothing where nobody knows which nodes there are", () => {
    expect(layoutText(LAYOUT, new Set(["other"]))).toBe(null);
    expect(readLayout(layoutText(LAYOUT, undefined))).toEqual(LAYOUT);
    expect(readLayout("no JSON")).toEqual({});
  });

  it("forgets a node that is removed", () => {
    expect(without(LAYOUT, ["raw"])).toEqual({ store: LAYOUT.store });
    expect(without(LAYOUT, ["none"])).toBe(LAYOUT);
  });
});
