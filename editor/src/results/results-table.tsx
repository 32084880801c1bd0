import type { ResultsReply, ResultType } from "../api/client.ts";
import dock from "../dock/dock.module.css";
import { texts } from "../texts/results.ts";
import styles from "./results.module.css";

const SHOWN = 100;
const MOST_TEXT = 160;

/** The newest documents. Names and values are hostile: they are only ever text, and cut to what a cell can show. */
export function ResultsTable({ reply: { columns, rows } }: { reply: ResultsReply }) {
  const shown = columns.filter(({ name }) => name !== "_id").concat(columns.filter(({ name }) => name === "_id"));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={`${dock.scroll} ${styles.table}`} aria-label={texts.documents} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {shown.map(({ name, type }) => (
              <th key={name} scope="col">
                {cut(name)} <small>{type}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a document of a collection may have any `_id`, and two lists of them nothing in common.
            <tr key={at}>
              {shown.map(({ name, type }) => (
                <td key={name} data-type={row[name] === null || row[name] === undefined ? "null" : type}>
                  {cellOf(row[name], type)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > SHOWN && <p>{texts.moreRows(rows.length - SHOWN)}</p>}
    </section>
  );
}

function cellOf(value: unknown, type: ResultType): string {
  if (value === null || value === undefined) return texts.null;
  if (typeof value === "number") return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
  if (type === "time")
    return String(value)
      .replace("T", " ")
      .replace(/(\.000)?Z$/, "");
  return cut(typeof value === "string" ? value : JSON.stringify(value));
}

function cut(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}
