/** How a file is written beyond its lines: CodeMirror knows neither a byte order mark nor CR. */
export interface TextForm {
  bom: boolean;
  lineEnd: "\n" | "\r\n";
}

/** The lines of a file as CodeMirror holds them, and what is needed to write them back byte for byte. */
export interface OpenText {
  text: string;
  form: TextForm;
  /** Some lines end in CR LF and others in LF: all will end as most do. */
  isMixed: boolean;
}

const BOM = "\uFEFF";

export function openText(raw: string): OpenText {
  const bom = raw.startsWith(BOM);
  const body = bom ? raw.slice(1) : raw;
  const both = body.split("\r\n").length - 1;
  const lone = body.split("\n").length - 1 - both;
  const lineEnd = both > lone ? "\r\n" : "\n";
  return { text: body.replaceAll("\r\n", "\n").replaceAll("\r", "\n"), form: { bom, lineEnd }, isMixed: both > 0 && lone > 0 };
}

/** The file for a text of CodeMirror. */
export function rawText(text: string, { bom, lineEnd }: TextForm): string {
  return (bom ? BOM : "") + (lineEnd === "\n" ? text : text.replaceAll("\n", lineEnd));
}
