/** What the form of a node says by itself. What a setting is for, the contracts say. */

export type WindowKind = "fixed" | "sliding" | "session";
type Values = Record<string, unknown>;

const UNIT_WORDS: Record<string, string> = { ms: "millisecond", s: "second", m: "minute", h: "hour", d: "day" };

/** `90s` as `90 seconds`, or as `90-second` before what it is the length of; what is no duration as it is. */
function inWords(value: unknown, isAdjective = false): string {
  const [, number = "", unit = ""] = /^(\d+)(ms|s|m|h|d)$/.exec(String(value)) ?? [];
  const word = UNIT_WORDS[unit];
  if (word === undefined) return String(value);
  const count = number === "1" ? "one" : number;
  if (isAdjective) return `${count}-${word}`;
  return number === "1" ? `one ${word}` : `${count} ${word}s`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const formTexts = {
  copy: "Copy",
  duplicate: "Duplicate",
  delete: "Delete",
  description: "Description",
  descriptionHint: "A note for people; it stands in the spec.",
  reads: "Reads",
  pickNode: "Select a node to see its settings.",
  chosen: (count: number) => `${count} nodes are selected.`,
  noClipboard: "The browser keeps its clipboard from this page. Select the nodes on the canvas and press Ctrl-C.",
  required: "required",
  more: (count: number) => `More settings (${count})`,
  defaultIs: (value: string) => `default ${value}`,
  forExample: (value: string) => `such as ${value}`,
  unset: "Back to the default",
  unsetOf: (label: string) => `Back to the default: ${label}`,
  clear: "Clear",
  clearOf: (label: string) => `Clear: ${label}`,
  choose: "Choose…",
  tab: "tab",
  setUp: (label: string) => `Set up: ${label}`,
  add: (label: string) => `Add: ${label}`,
  addName: "Add a name, then Enter",
  addItem: "Add one, then Enter",
  addColumn: "Add a column, then Enter",
  newOne: (label: string) => `New: ${label}`,
  remove: (name: string) => `Remove ${name}`,
  nameOf: (label: string, name: string) => `${label}: name of ${name}`,
  isThere: (name: string) => `\`${name}\` is there already. Choose another name.`,
  noName: (name: string, expects: string | undefined) =>
    `\`${name}\` cannot stand here${expects === undefined ? "." : `: write ${expects}.`}`,
  unitOf: (label: string) => `Unit: ${label}`,
  units: { ms: "milliseconds", s: "seconds", m: "minutes", h: "hours", d: "days" },
  noDuration: (text: string, expects: string) => `\`${text}\` is not ${expects || "a duration"}.`,
  noYaml: (why: string) => `This is not YAML yet: ${why}`,
  gives: (type: string) => `gives ${type}`,
  kindOf: (label: string) => `Where it comes from: ${label}`,
  referenceKinds: { value: "Value", env: "Variable", file: "File" },
  referenceExamples: { env: "name of an environment variable, such as API_URL", file: "path of a file, such as secrets/token" },
  unlessSet: "else",
  defaultOf: (label: string) => `Without the variable: ${label}`,
  noDefault: "nothing: the run does not start without it",
  secret: "A secret: the spec says only where it comes from. What it is stays out of the text and of git.",
  secretWritten:
    "A secret stands in the text in plain sight. It is not shown here: put it in an environment variable or a file, and name that.",
  noVariable:
    "This is no name of an environment variable: letters, digits and underscores, not beginning with a digit. A secret itself cannot stand here, as the spec is kept in git.",
  noBrace: "`}` ends the reference, so it cannot stand in it.",
  typeOf: (label: string) => `Type of ${label}`,
  parameterOf: (kind: string, label: string) =>
    kind === "decimal" ? `Digits, and those behind the point: ${label}` : `Type of the values: ${label}`,
  typeNames: { map: "map of …", fields: "fields …", list: "list of …", decimal: "decimal …" } as Record<string, string>,
  timestampUnits: { "": "as ISO 8601 text", s: "as seconds", ms: "as milliseconds", us: "as microseconds" } as Record<
    string,
    string
  >,
  firstField: "field",
  requiredOf: (label: string) => `Required: ${label}`,
  requiredAbout: "A row without it is a dead letter",
  eachItem: "each item is",
  itemOf: (label: string) => `an item of ${label}`,
  orders: { 1: "ascending", "-1": "descending" } as Record<string, string>,
  unique: "unique",
  expires: (after: string) => `documents expire after ${inWords(after)}`,
  onlyWhere: (condition: string) => `only where ${condition}`,
  windowKind: "Kind of window",
  windowKinds: {
    fixed: { name: "Fixed", about: "one after the other" },
    sliding: { name: "Sliding", about: "they overlap" },
    session: { name: "Sessions", about: "until nothing comes for a while" },
  },
  windowSentence(kind: WindowKind, { on, size, slide, gap, watermark }: Values): string {
    const length = kind === "session" ? gap : size;
    if (on === undefined || !length || watermark === undefined || (kind === "sliding" && !slide))
      return "Say which column holds the time of a row, how long a window is, and how late a row may come.";
    const windows = {
      fixed: `${capital(inWords(size, true))} windows over \`${on}\``,
      sliding: `${capital(inWords(size, true))} windows over \`${on}\`, a new one every ${inWords(slide).replace(/^one /, "")}`,
      session: `Sessions over \`${on}\` that end once nothing comes for ${inWords(gap)}`,
    }[kind];
    const late = /^0/.test(String(watermark))
      ? "a row that comes late does not count"
      : `a row may be ${inWords(watermark)} late`;
    return `${windows}, ${late}.`;
  },
};
