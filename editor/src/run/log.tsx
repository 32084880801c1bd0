import { useEffect, useMemo, useRef, useState } from "react";
import { api, type LogLine } from "../api/client.ts";
import { useEditor } from "../state/editor.ts";
import { useLive } from "../state/live.ts";
import { texts } from "../texts/run.ts";
import { isRunning } from "./follow.ts";
import styles from "./log.module.css";
import { fitting, type Line, linesOf, printedLines } from "./log-lines.ts";
import { failuresOf } from "./run-facts.ts";
import { clock } from "./written.ts";

const SHOWN = 500;
const PRINTED_EVERY_MS = 2000;
/** As many as the server keeps. */
const MOST_PRINTED = 2000;
const SIGNS = { info: "", warning: "▲ ", error: "✕ " };

/** What the run told, by node and text. Lines are hostile: they are only ever text. */
export function Log() {
  const live = useLive();
  const [node, setNode] = useState("");
  const [text, setText] = useState("");
  const [isFollowing, setFollowing] = useState(false);
  // A command that fails without a word of why has printed it.
  const hasNoReason = failuresOf(live).some(({ code }) => code === undefined);
  const [wantsPrinted, setPrinted] = useState<boolean>();
  const isPrinted = wantsPrinted ?? hasNoReason;
  const selected = useEditor((state) => (state.selected.length === 1 ? state.selected[0] : undefined));
  const picture = useEditor((state) => state.picture);
  const ids = useMemo(() => picture?.nodes.map(({ id }) => id) ?? [], [picture]);
  const printed = usePrinted(live.run, isPrinted, isRunning(live.state));
  const lines = useMemo(
    () => (isPrinted ? printedLines(printed, ids) : linesOf(live.told)),
    [isPrinted, printed, ids, live.told],
  );
  const wanted = isFollowing ? selected : node === "" ? undefined : node;
  const nodes = [...new Set([...ids, ...lines.flatMap((line) => line.node ?? [])])];
  return (
    <section className={styles.log} aria-label={texts.log}>
      <div className={styles.filters}>
        <select
          aria-label={texts.ofNode}
          value={wanted ?? ""}
          onChange={({ target }) => {
            setFollowing(false);
            setNode(target.value);
          }}
        >
          <option value="">{texts.everyNode}</option>
          {nodes.map((id) => (
            <option key={id}>{id}</option>
          ))}
        </select>
        <input
          type="search"
          aria-label={texts.search}
          placeholder={texts.search}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <Toggle label={texts.follow} isOn={isFollowing} set={setFollowing} />
        <Toggle label={texts.printed} isOn={isPrinted} set={setPrinted} />
      </div>
      <Lines lines={fitting(lines, wanted, text).slice(-SHOWN)} />
    </section>
  );
}

function Toggle({ label, isOn, set }: { label: string; isOn: boolean; set: (isOn: boolean) => void }) {
  return (
    <label>
      <input type="checkbox" checked={isOn} onChange={({ target }) => set(target.checked)} /> {label}
    </label>
  );
}

function Lines({ lines }: { lines: readonly Line[] }) {
  const box = useRef<HTMLElement | null>(null);
  const isAtEnd = useRef(true);
  const newest = lines.at(-1)?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line is what is waited for.
  useEffect(() => {
    if (box.current !== null && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [newest]);
  return (
    <section
      ref={box}
      className={styles.lines}
      aria-label={texts.lines}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        isAtEnd.current = scrollTop + clientHeight > scrollHeight - 8;
      }}
    >
      {lines.length === 0 && <p>{texts.noLines}</p>}
      {lines.map(({ key, at, node, level, text }) => (
        <div key={key} className={styles.line} data-level={level}>
          <time>{clock(at)}</time>
          <span>
            {SIGNS[level]}
            {node !== undefined && (
              <button type="button" title={texts.select(node)} onClick={() => useEditor.setState({ selected: [node] })}>
                {node}
              </button>
            )}
            {node === undefined ? text : ` ${text}`}
          </span>
        </div>
      ))}
    </section>
  );
}

/** What the command of a run printed so far, asked for again while it runs. */
function usePrinted(run: string | undefined, isWanted: boolean, isGoing: boolean): readonly LogLine[] {
  const [printed, setPrinted] = useState<{ run: string | undefined; lines: LogLine[] }>({ run, lines: [] });
  useEffect(() => {
    if (!isWanted || run === undefined) return;
    let lines: LogLine[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isLeft = false;
    const ask = async () => {
      const more = await api.logs(run, lines.at(-1)?.number).catch(() => []);
      if (isLeft) return;
      lines = [...lines, ...more].slice(-MOST_PRINTED);
      setPrinted({ run, lines });
      if (isGoing) timer = setTimeout(() => void ask(), PRINTED_EVERY_MS);
    };
    void ask();
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [run, isWanted, isGoing]);
  return printed.run === run ? printed.lines : [];
}
