import { type JavaRegex, javaRegex } from "../java-regex.ts";
import { checkRegex, checkReplacement } from "../regex.ts";
import { quotedRegex, sparkText } from "../spark-text.ts";
import type { TypedCall, TypedExpression } from "../typed.ts";
import { type ArgumentReport, always, by, type FunctionEntry, intOf, type Parameter, textOf } from "./entry.ts";

const string = always("string");
const text: Parameter = { name: "text", accepts: "string" };
const pattern: Parameter = { name: "pattern", accepts: "string", literal: true };

/** Reports a pattern that Java and JavaScript would not read alike; gives its number of groups. */
function checkPattern(args: TypedExpression[], report: ArgumentReport): number | undefined {
  const given = textOf(args[1]);
  if (given === undefined) return undefined;
  const checked = checkRegex(given);
  if ("groups" in checked) return checked.groups;
  report(1, `The pattern \`${given}\` ${checked.mistake}.`, checked.hint);
  return undefined;
}

function checkGroup(args: TypedExpression[], report: ArgumentReport, groups: number | undefined): void {
  const group = intOf(args[2]);
  if (groups === undefined || group === undefined || (group >= 0 && group <= groups)) return;
  report(2, `The pattern has no group ${group}, only 0 to ${groups}.`);
}

/** Reports a pattern whose empty matches would make Java cut an emoji or another character of two halves apart. */
function checkMatches(args: TypedExpression[], report: ArgumentReport): number | undefined {
  const groups = checkPattern(args, report);
  const given = textOf(args[1]);
  if (groups === undefined || given === undefined || !javaRegex(given).matchesAnywhere) return groups;
  report(1, `The pattern \`${given}\` matches the empty text between any two characters.`, "write `+` in place of `*`");
  return undefined;
}

function groupOf({ args }: TypedCall): number {
  const checked = checkRegex(textOf(args[1]) ?? "");
  return intOf(args[2]) ?? ("groups" in checked && checked.groups > 0 ? 1 : 0);
}

function compiled({ args }: TypedCall): JavaRegex {
  return javaRegex(textOf(args[1]) ?? "");
}

/** What of the pattern JavaScript could only approximate; `groups`: what the groups caught matters as well. */
function refused(groups: boolean): (call: TypedCall) => string | undefined {
  return (call) => {
    const regex = compiled(call);
    return regex.differs ?? (groups ? regex.groupsDiffer : undefined);
  };
}

/** A Java replacement text, with `$1` and `\$`, filled from a match. */
function filled(replacement: string, match: RegExpExecArray): string {
  return replacement.replace(/\\(.)|\$(\d)/gs, (_, escaped: string | undefined, group: string) => {
    return escaped ?? match[Number(group)] ?? "";
  });
}

/** Functions that match patterns. */
export const REGEX: FunctionEntry[] = [
  {
    name: "regexp_like",
    family: "pattern",
    doc: "True when the pattern matches anywhere in the text. Patterns keep to what Java and JavaScript read alike; `(?i)` in front ignores case.",
    parameters: [text, pattern],
    check: checkPattern,
    result: always("boolean"),
    nulls: "any",
    spark: ([x, p]) => `regexp_like(${x}, ${p})`,
    noPreview: refused(false),
    evaluate: (call) => {
      const { first } = compiled(call);
      return ([x]) => first(x as string) !== null;
    },
    examples: [
      { text: "regexp_like('A-12', '^[A-Z]-\\d+$')", value: true },
      { text: "regexp_like('abc', '(?i)B')", value: true },
    ],
  },
  {
    name: "regexp_replace",
    family: "pattern",
    doc: "Replaces every match of the pattern; `$1` in the replacement is the first group, `\\$` a dollar sign.",
    parameters: [text, pattern, { name: "replacement", accepts: "string", literal: true }],
    check: (args, report) => {
      const groups = checkMatches(args, report);
      const replacement = textOf(args[2]);
      if (groups === undefined || replacement === undefined) return;
      const mistake = checkReplacement(replacement, groups);
      if (mistake !== undefined) report(2, `The replacement \`${replacement}\` ${mistake}.`);
    },
    result: string,
    nulls: "any",
    spark: ([x, p, r]) => `regexp_replace(${x}, ${p}, ${r})`,
    noPreview: refused(true),
    evaluate: (call) => {
      const { all } = compiled(call);
      return ([x, , replacement]) => {
        const given = x as string;
        let at = 0;
        let result = "";
        for (const match of all(given)) {
          result += given.slice(at, match.index) + filled(replacement as string, match);
          at = match.index + match[0].length;
        }
        return result + given.slice(at);
      };
    },
    examples: [
      { text: "regexp_replace('a1b22', '(\\d+)', '<$1>')", value: "a<1>b<22>" },
      { text: "regexp_replace('5', '5', '\\$')", value: "$" },
    ],
  },
  {
    name: "regexp_extract",
    family: "pattern",
    doc: "The part of the first match that a group caught (by default group 1, or all where there is none); empty when nothing matches.",
    parameters: [text, pattern, { name: "group", accepts: "int", literal: true, optional: true }],
    check: (args, report) => checkGroup(args, report, checkPattern(args, report)),
    result: string,
    nulls: "any",
    spark: ([x, p], call) => `regexp_extract(${x}, ${p}, ${groupOf(call)})`,
    noPreview: refused(true),
    evaluate: (call) => {
      const { first } = compiled(call);
      const group = groupOf(call);
      return ([x]) => first(x as string)?.[group] ?? "";
    },
    examples: [
      { text: "regexp_extract('A-12', '-(\\d+)')", value: "12" },
      { text: "regexp_extract('abc', '\\d')", value: "" },
    ],
  },
  {
    name: "regexp_count",
    family: "pattern",
    doc: "How often the pattern matches, one match behind the other.",
    parameters: [text, pattern],
    check: checkMatches,
    result: always("int"),
    nulls: "any",
    spark: ([x, p]) => `regexp_count(${x}, ${p})`,
    noPreview: refused(false),
    evaluate: (call) => {
      const { all } = compiled(call);
      return ([x]) => all(x as string).length;
    },
    examples: [
      { text: "regexp_count('a1b22c', '\\d+')", value: 2 },
      { text: "regexp_count('abc', 'x')", value: 0 },
    ],
  },
  {
    name: "regexp_extract_all",
    family: "pattern",
    doc: "What a group caught (by default group 1, or all where there is none) in every match.",
    parameters: [text, pattern, { name: "group", accepts: "int", literal: true, optional: true }],
    check: (args, report) => checkGroup(args, report, checkMatches(args, report)),
    result: () => ({ kind: "list", element: { kind: "string" } }),
    nulls: "any",
    spark: ([x, p], call) => `regexp_extract_all(${x}, ${p}, ${groupOf(call)})`,
    noPreview: refused(true),
    evaluate: (call) => {
      const { all } = compiled(call);
      const group = groupOf(call);
      return ([x]) => all(x as string).map((match) => match[group] ?? "");
    },
    examples: [
      { text: "regexp_extract_all('a #b c #d', '#(\\w+)')", value: ["b", "d"] },
      { text: "regexp_extract_all('abc', '\\d')", value: [] },
    ],
  },
  {
    name: "split",
    family: "pattern",
    doc: "The parts of the text between the separators (plain text, no pattern).",
    parameters: [text, { name: "separator", accepts: "string", literal: true }],
    check: (args, report) => {
      if (textOf(args[1]) === "") report(1, "The separator is empty.");
    },
    result: () => ({ kind: "list", element: { kind: "string" } }),
    nulls: "any",
    spark: ([x], { args }) => `split(${x}, ${sparkText(quotedRegex(textOf(args[1]) ?? ""))}, -1)`,
    evaluate: by((x: string, separator: string) => x.split(separator)),
    examples: [
      { text: "split('a.b..c', '.')", value: ["a", "b", "", "c"] },
      { text: "split('', ',')", value: [""] },
    ],
  },
];
