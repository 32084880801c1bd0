import { CST, Lexer } from "yaml";
import type { Finding } from "../diagnostic.ts";

const MAX_LENGTH = 2 * 1024 * 1024;
const MAX_DEPTH = 100;
const MAX_TOKENS = 500_000;

/** What the text is refused for before it is parsed. `fatal`: parsing it could exhaust the process. */
export interface Guarded {
  fatal: boolean;
  /** Pointer `""`; `inner` counts from the start of the text. */
  findings: Finding[];
}

/** Reads the text's tokens only. Deep nesting must be refused here: the parser recurses, and where the stack ends Node aborts uncatchably. */
export function guard(text: string): Guarded {
  const tooLarge = text.length > MAX_LENGTH;
  if (tooLarge) {
    const message = `The file holds ${text.length} characters, the most is ${MAX_LENGTH}.`;
    return refuse("yaml/too-large", 0, 0, message, "split the pipeline, and keep data out of the spec");
  }
  const control = /(?![\t\n\r])[\p{Cc}\p{Cs}]/u.exec(text);
  if (control !== null) {
    const name = `U+${(control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    const message = `The file holds the character ${name}, which YAML does not allow.`;
    return refuse(
      "yaml/control-character",
      control.index,
      control.index + 1,
      message,
      'remove it, or write it as an escape in double quotes, such as "\\u0000"',
    );
  }
  return scan(text);
}

/** How deep the reader is at a token, measured by brackets and by the columns of open block collections. */
interface Depth {
  flow: number;
  columns: number[];
  /** Indicators without a value between them: the lexer recurses once for each. */
  indicators: number;
}

function scan(text: string): Guarded {
  const findings: Finding[] = [];
  const depth: Depth = { flow: 0, columns: [], indicators: 0 };
  let offset = 0;
  let lineStart = 0;
  let keyColumn = 0;
  let tokens = 0;
  let scalarNext = false;
  for (const token of new Lexer().lex(text)) {
    if (token === CST.DOCUMENT || token === CST.FLOW_END) continue;
    if (token === CST.SCALAR) {
      scalarNext = true;
      continue;
    }
    const type = scalarNext ? "scalar" : CST.tokenType(token);
    const column = offset - lineStart;
    if (type === "scalar" || type === "single-quoted-scalar" || type === "double-quoted-scalar" || type === "flow-map-start")
      keyColumn = column;
    descend(depth, type, type === "map-value-ind" ? Math.min(keyColumn, column) : column);
    tokens += type === "space" || type === "comment" ? 0 : 1;
    if (depth.flow + depth.columns.length > MAX_DEPTH || depth.indicators > MAX_DEPTH) {
      return refuse(
        "yaml/too-deep",
        offset,
        offset + 1,
        `Values are nested more than ${MAX_DEPTH} deep here.`,
        "flatten the structure",
      );
    }
    if (tokens > MAX_TOKENS)
      return refuse(
        "yaml/too-large",
        offset,
        offset + 1,
        `The file holds more than ${MAX_TOKENS} values, signs and lines.`,
        "split the pipeline",
      );
    const refused = refuseToken(type, token, offset);
    if (refused !== undefined) findings.push(refused);
    scalarNext = false;
    offset += token.length;
    const newline = token.lastIndexOf("\n");
    if (newline !== -1) lineStart = offset - (token.length - newline - 1);
    if (type === "newline" || newline !== -1) keyColumn = 0;
  }
  return { fatal: false, findings };
}

function descend(depth: Depth, type: CST.TokenType | null, column: number): void {
  switch (type) {
    case "flow-map-start":
    case "flow-seq-start":
      depth.flow += 1;
      depth.indicators = 0;
      return;
    case "flow-map-end":
    case "flow-seq-end":
      depth.flow = Math.max(0, depth.flow - 1);
      depth.indicators = 0;
      return;
    case "anchor":
    case "tag":
      depth.indicators += 1;
      return;
    case "seq-item-ind":
    case "explicit-key-ind":
    case "map-value-ind":
      depth.indicators += 1;
      if (depth.flow === 0) enterBlock(depth.columns, column);
      return;
    case "space":
    case "newline":
    case "comment":
      return;
    default:
      depth.indicators = 0;
  }
}

function enterBlock(columns: number[], column: number): void {
  while ((columns.at(-1) ?? -1) > column) columns.pop();
  if (columns.at(-1) !== column) columns.push(column);
}

function refuseToken(type: CST.TokenType | null, token: string, offset: number): Finding | undefined {
  const shown = token.trim().slice(0, 60);
  const found = (code: string, message: string, hint: string): Finding => ({
    code,
    pointer: "",
    inner: { from: offset, to: offset + token.length },
    message,
    hint,
  });
  switch (type) {
    case "alias":
    case "anchor":
      return found(
        "yaml/alias",
        `\`${shown}\` is a YAML ${type}; specs have none.`,
        "repeat the value, or quote the text if it begins with `*` or `&`",
      );
    case "tag":
      return found(
        "yaml/tag",
        `\`${shown}\` is a YAML tag; specs have none.`,
        `quote the text if it begins with \`!\`: '${shown}…'`,
      );
    case "directive-line":
      return found("yaml/directive", `\`${shown}\` is a YAML directive; specs have none.`, "remove the line");
    default:
      return undefined;
  }
}

function refuse(code: string, from: number, to: number, message: string, hint: string): Guarded {
  return { fatal: true, findings: [{ code, pointer: "", inner: { from, to }, message, hint }] };
}
