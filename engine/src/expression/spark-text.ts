/**
 * A Spark SQL string literal. Everything but plain ASCII is escaped, because Spark reads backslashes as escapes, and `$` too,
 * because Spark substitutes `${…}` (environment included) in any SQL text before it parses it. `text` holds no lone surrogate.
 */
export function sparkText(text: string): string {
  let escaped = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === "\\" || character === "'") escaped += `\\${character}`;
    else if (code >= 0x20 && code < 0x7f && character !== "$") escaped += character;
    else if (code <= 0xffff) escaped += `\\u${code.toString(16).padStart(4, "0")}`;
    else escaped += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return `'${escaped}'`;
}

/** A Java regular expression that matches `text` and nothing else. */
export function quotedRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}\-&#]/g, "\\$&");
}

/** `value` where `test` (over the lambda variable `v`) holds, else null; `value` is evaluated once. */
export function onlyWhere(value: string, test: string): string {
  return `get(filter(array(${value}), v -> ${test}), 0)`;
}
