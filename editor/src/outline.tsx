import { type KeyboardEvent, type MouseEvent, memo, useMemo, useRef } from "react";
import { entryOf } from "./catalogue.ts";
import styles from "./outline.module.css";
import { type OutlineRow, outlineRows } from "./outline-rows.ts";
import { useEditor } from "./state/editor.ts";
import { useMarks } from "./state/marks.ts";
import { texts } from "./texts/index.ts";

const NO_ROWS: OutlineRow[] = [];

/** The canvas for whoever does not see it, or has no mouse: a tree of the nodes in the order in which rows flow. */
export function Outline() {
  const picture = useEditor((state) => state.picture);
  const rows = useMemo(() => (picture === undefined ? NO_ROWS : outlineRows(picture)), [picture]);
  const reached = useEditor((state) => state.selected.at(-1)) ?? rows[0]?.node.id;
  const tree = useRef<HTMLUListElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const row = (event.target as Element).closest<HTMLElement>("[data-outline]");
    const goal = event.altKey || event.ctrlKey || event.metaKey ? undefined : goalOf(event.key, row?.dataset.outline, rows);
    if (event.key === "Enter") openForm();
    if (goal === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choose(goal, event.shiftKey);
    tree.current?.querySelector<HTMLElement>(`[data-outline="${CSS.escape(goal)}"]`)?.focus();
  };
  if (rows.length === 0) return null;
  return (
    <section className={styles.outline} aria-label={texts.outline}>
      <h2>{texts.outline}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: ARIA's own pattern of a tree is a list. */}
      <ul ref={tree} role="tree" aria-label={texts.outline} aria-multiselectable onKeyDown={onKeyDown}>
        {rows.map(({ node, level, reads }) => (
          <Row
            key={node.id}
            id={node.id}
            kind={entryOf(node.type)?.title ?? node.type}
            level={level}
            reads={reads.join(", ")}
            errors={node.errors}
            warnings={node.warnings}
            isReached={node.id === reached}
          />
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  id: string;
  kind: string;
  level: number;
  reads: string;
  errors: number;
  warnings: number;
  /** The one that the Tab key comes to. */
  isReached: boolean;
}

const Row = memo(function Row({ id, kind, level, reads, errors, warnings, isReached }: RowProps) {
  const isSelected = useEditor((state) => state.selected.includes(id));
  const mark = useMarks((state) => state[id]?.word);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys of all its rows.
    <li
      title={texts.problemCount(errors, warnings) || undefined}
      role="treeitem"
      aria-level={level}
      aria-selected={isSelected}
      tabIndex={isReached ? 0 : -1}
      data-outline={id}
      className={styles.row}
      style={{ paddingInlineStart: `${Math.min(level, 6) * 12 - 6}px` }}
      onClick={(event: MouseEvent) => choose(id, event.shiftKey || event.ctrlKey || event.metaKey)}
    >
      <span>
        {errors > 0 ? "✕ " : warnings > 0 ? "⚠ " : ""}
        {id}
      </span>
      <small>
        {mark !== undefined && `${mark} · `}
        {kind}
        {reads !== "" && ` ← ${reads}`}
      </small>
    </li>
  );
});

/** Where a key leads from a node: up and down the tree, left to what it reads, right to what reads it. */
function goalOf(key: string, id: string | undefined, rows: readonly OutlineRow[]): string | undefined {
  const at = rows.findIndex(({ node }) => node.id === id);
  const steps: Record<string, string | undefined> = {
    ArrowDown: rows[at + 1]?.node.id,
    ArrowUp: rows[at - 1]?.node.id,
    Home: rows[0]?.node.id,
    End: rows.at(-1)?.node.id,
    ArrowLeft: rows[at]?.reads[0],
    ArrowRight: rows[at]?.readers[0],
    " ": id,
  };
  return steps[key];
}

/** Selects a node, alone or beside the others. */
function choose(id: string, isBeside: boolean): void {
  const { selected } = useEditor.getState();
  const others = selected.filter((one) => one !== id);
  if (!isBeside) useEditor.setState({ selected: [id] });
  else useEditor.setState({ selected: others.length === selected.length ? [...others, id] : others });
}

/** Goes on to the settings of the node. */
function openForm(): void {
  const { selected, picture } = useEditor.getState();
  const node = picture?.nodes.find(({ id }) => id === selected[0]);
  useEditor.setState({ side: "form", asked: node && { pointer: `${node.pointer}/config/` } });
}
