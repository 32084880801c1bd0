import type { Picture } from "../compile/picture.ts";
import type { ShownPreview, ShownTable } from "../compile/rows.ts";
import dock from "../dock/dock.module.css";
import { useEditor } from "../state/editor.ts";
import { texts } from "../texts/preview.ts";
import styles from "./preview.module.css";
import { Sample } from "./sample.tsx";

const SHOWN = 50;

/** Rows into and out of the selected node, made from the sample while one types. */
export function NodePreview() {
  const previews = useEditor((state) => state.previews);
  const id = useEditor((state) => (state.selected.length === 1 ? state.selected[0] : undefined));
  const picture = useEditor((state) => state.picture);
  const failure = useEditor((state) => state.previewFailure);
  if (failure !== undefined) return <p role="alert">{texts.failed(failure)}</p>;
  if (previews === undefined) return <p>{texts.broken}</p>;
  const preview = previews.find(({ node }) => node === id);
  if (preview === undefined) return null;
  if (preview.missing !== undefined) return <p>{texts.none(preview.missing)}</p>;
  return (
    <div className={styles.frame}>
      {picture !== undefined && sourcesOf(preview.node, picture).map((source) => <Sample key={source} source={source} />)}
      <Rows preview={preview} />
    </div>
  );
}

function Rows({ preview }: { preview: ShownPreview }) {
  return (
    <div className={styles.rows}>
      {preview.inputs.map((table) => (
        <Table key={`in ${table.name}`} table={table} title={`${texts.rowsIn(table.count)} (${table.name})`} />
      ))}
      {preview.outputs.map((table) => (
        <Table
          key={`out ${table.name}`}
          table={table}
          title={texts.rowsOut(table.count) + (table.name === preview.node || table.name === "main" ? "" : ` (${table.name})`)}
        />
      ))}
      <div className={styles.dropped}>
        <h2>
          {texts.dropped} ({preview.dropped.reduce((sum, { count }) => sum + count, 0)})
        </h2>
        {preview.dropped.length === 0 && <p>{texts.droppedNone}</p>}
        <ul>
          {preview.dropped.map(({ why, code, message, count, records }) => (
            <li key={`${code} ${message}`}>
              <strong>{count}×</strong> {code || why}: {message}{" "}
              {records.length > 0 && <small>(record {records.join(", ")})</small>}
            </li>
          ))}
        </ul>
        {preview.open !== undefined && preview.open > 0 && <p>{texts.openWindows(preview.open)}</p>}
      </div>
    </div>
  );
}

/** The sources among the node and those above it. */
function sourcesOf(node: string, { nodes, edges }: Picture): string[] {
  const above = new Set([node]);
  for (const id of above) for (const { source, target } of edges) if (target === id) above.add(source);
  return nodes.filter(({ id, role }) => role === "source" && above.has(id)).map(({ id }) => id);
}

function Table({ table, title }: { table: ShownTable; title: string }) {
  return (
    <figure className={styles.figure}>
      <figcaption>{title}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className={dock.scroll} tabIndex={0} aria-label={title}>
        <table>
          <thead>
            <tr>
              {table.columns.map(({ name, type }) => (
                <th key={name} scope="col">
                  {name} <small>{type}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.slice(0, SHOWN).map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row of a sample has no other name.
              <tr key={at}>
                {row.map((cell, column) => (
                  <td key={table.columns[column]?.name} className={cell === null ? styles.null : ""}>
                    {cell ?? "null"}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {table.cutAfter !== undefined && <p>{texts.cutCells(table.cutAfter)}</p>}
        {table.count > SHOWN && <p>{texts.moreRows(table.count - SHOWN)}</p>}
      </section>
    </figure>
  );
}
