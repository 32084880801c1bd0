import type { SourceItem } from "../../source-run.ts";
import { createLineSplitter, type Oversized, oversized } from "./line-splitter.ts";

/** Cuts a stream of server-sent events into records: the data of an event is one, its id the cursor. */
export interface EventSplitter {
  push(chunk: Uint8Array): SourceItem[];
  /** The stream is over: how many bytes of an unfinished event are thrown away, as the standard wants it. */
  cut(): number;
  /** The id of the last whole event; "" before the first. */
  readonly lastId: string;
  /** How long the server wants a reader to wait before it comes back, in ms. */
  readonly retryMs: number | undefined;
}

const lineFeed = Buffer.from("\n");
const colon = 58;
const space = 32;
/** What may stand before the data in its line. */
const fieldBytes = "data: ".length;

/**
 * Reads events as the HTML standard says, with lines that end in LF or CR LF. Data over `maxBytes` is oversized: of a single line the hash and
 * the length are those of the line. Data keeps its bytes, unlike in a parser that decodes to text, and memory is bounded by the cap.
 */
export function createEventSplitter(maxBytes: number, lastId = ""): EventSplitter {
  const lines = createLineSplitter(maxBytes + fieldBytes, true);
  let data: Uint8Array[] = [];
  let held = 0;
  let tooLong: Oversized | undefined;
  let id = lastId;
  let pendingId = lastId;
  let retryMs: number | undefined;

  const reset = () => {
    data = [];
    held = 0;
    tooLong = undefined;
  };

  const finish = (items: SourceItem[]) => {
    id = pendingId;
    const cursor = id === "" ? {} : { cursor: id };
    const [only] = data;
    const bytes =
      data.length === 1 && only !== undefined ? only : Buffer.concat(data.flatMap((line) => [lineFeed, line]).slice(1));
    if (tooLong !== undefined) items.push({ ...tooLong, ...cursor });
    else if (bytes.length > 0) items.push({ kind: "record", bytes, ...cursor });
    reset();
  };

  const addData = (value: Uint8Array) => {
    if (tooLong !== undefined) return;
    data.push(value);
    held += value.length + 1;
    if (held - 1 <= maxBytes) return;
    tooLong = oversized(Buffer.concat(data.flatMap((line) => [lineFeed, line]).slice(1)));
    data = [];
  };

  const field = (line: Uint8Array) => {
    const at = line.indexOf(colon);
    const name = Buffer.from(at === -1 ? line : line.subarray(0, at)).toString();
    const value = at === -1 ? line.subarray(line.length) : line.subarray(line[at + 1] === space ? at + 2 : at + 1);
    if (name === "data") addData(value);
    else if (name === "id" && !value.includes(0)) pendingId = Buffer.from(value).toString();
    else if (name === "retry" && /^\d{1,9}$/.test(Buffer.from(value).toString())) retryMs = Number(Buffer.from(value).toString());
  };

  return {
    push(chunk) {
      const items: SourceItem[] = [];
      for (const line of lines.push(chunk)) {
        if (line.kind === "oversized") tooLong ??= line;
        else if (line.bytes.length === 0) finish(items);
        else field(line.bytes);
      }
      return items;
    },
    cut() {
      const lost = lines.cut() + held;
      reset();
      pendingId = id;
      return lost;
    },
    get lastId() {
      return id;
    },
    get retryMs() {
      return retryMs;
    },
  };
}
