const MAX_PATTERN = 500;

/** A pattern that means the same to Java (Spark) and to JavaScript, with its number of groups, or why it is none. */
export type RegexCheck = { groups: number } | { mistake: string; hint?: string };

/** What Java and JavaScript read differently, or only one of them knows. */
const DIFFERING: { pattern: RegExp; mistake: string; hint?: string }[] = [
  { pattern: /^\(\?<[=!]/, mistake: "looks behind (`(?<=` or `(?<!`)", hint: "capture what is wanted in a group instead" },
  { pattern: /^\(\?<[^=!]/, mistake: "names a group", hint: "use a plain group `( … )`" },
  { pattern: /^\(\?[a-zA-Z-]/, mistake: "sets flags in its middle", hint: "only a leading `(?i)` is known" },
  { pattern: /^\\u\{/, mistake: "holds `\\u{…}`", hint: "write the character itself" },
  { pattern: /^\\[0c]/, mistake: "holds `\\0` or `\\c`", hint: "write `\\x00`" },
  { pattern: /^\\k/, mistake: "refers back to a named group", hint: "use `\\1`" },
  { pattern: /^\\[pP]\{(?![A-Z][a-z]?\})/, mistake: "names a Unicode property other than a general category such as `\\p{L}`" },
  { pattern: /^\{\d*,?\d{4,}/, mistake: "repeats more than 999 times" },
];
const DIFFERING_IN_CLASS: typeof DIFFERING = [
  { pattern: /^\[/, mistake: "has `[` inside a class", hint: "write `\\[`" },
  { pattern: /^&&/, mistake: "has `&&` inside a class" },
  { pattern: /^\\[bB]/, mistake: "has `\\b` inside a class" },
  ...DIFFERING.filter(({ pattern }) => pattern.source.startsWith("^\\\\")),
];

/** Checks a pattern by JavaScript's strict (`u`) compiler and refuses the rest of what Java would read differently. */
export function checkRegex(pattern: string): RegexCheck {
  if (pattern.length > MAX_PATTERN)
    return { mistake: `is ${pattern.length} characters long, more than the ${MAX_PATTERN} allowed` };
  const bare = pattern.startsWith("(?i)") ? pattern.slice(4) : pattern;
  const differing = findDiffering(bare);
  if (differing !== undefined) return differing;
  try {
    const groups = new RegExp(`${bare}|`, "u").exec("");
    return { groups: (groups?.length ?? 1) - 1 };
  } catch (error) {
    return { mistake: `is no regular expression: ${error instanceof Error ? error.message.replace(/^.*\/u?: /, "") : error}` };
  }
}

function findDiffering(pattern: string): { mistake: string; hint?: string } | undefined {
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const rest = pattern.slice(at);
    const found = (inClass ? DIFFERING_IN_CLASS : DIFFERING).find((one) => one.pattern.test(rest));
    if (found !== undefined)
      return found.hint === undefined ? { mistake: found.mistake } : { mistake: found.mistake, hint: found.hint };
    const opensClass = !inClass && rest.startsWith("[");
    if (opensClass && /^\[\^?\]/.test(rest)) return { mistake: "has an empty class" };
    if (opensClass) inClass = true;
    else if (inClass && rest.startsWith("]")) inClass = false;
    if (rest.startsWith("\\")) at++;
  }
  return undefined;
}

/** Why Java would refuse this replacement text for a pattern with so many groups; undefined when it would not. */
export function checkReplacement(replacement: string, groups: number): string | undefined {
  const rest = replacement.replace(/\\[\\$]/g, "");
  for (const [found, digit] of rest.matchAll(/\$(\d?)|\\/g)) {
    if (found === "\\") return "holds a single backslash: write `\\\\` or `\\$`";
    if (digit === "") return "holds a `$` that names no group: write `\\$` for the character";
    if (Number(digit) > groups) return `names group ${digit}, but the pattern has ${groups}`;
  }
  return undefined;
}

/** Why Spark would refuse this `like` pattern; undefined when it would not. */
export function checkLike(pattern: string): string | undefined {
  return /\\(?![%_\\])/.test(pattern.replace(/\\[%_\\]/g, ""))
    ? "a backslash stands only before `%`, `_` or another backslash"
    : undefined;
}
