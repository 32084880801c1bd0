/** A line for the pipeline `hostile`, and what must become of it. */
export interface HostileLine {
  name: string;
  /** Without its line end. */
  line: Buffer;
  /** Node and code of each dead letter, such as `stream record/not-json`. */
  letters: string[];
  /** Whether it becomes a document in `good`. */
  document: boolean;
  /** What its document holds in the column `note`, where that is of interest. */
  note?: string | null;
}

const time = new Date(Date.now() - 60_000).toISOString();
let made = 0;

/** The event time of every line that has one. */
export const hostileTime = time;

const refused = (name: string, line: Buffer, ...letters: string[]): HostileLine => ({ name, line, letters, document: false });
const taken = (name: string, line: Buffer, note?: string | null): HostileLine => ({
  name,
  line,
  letters: [],
  document: true,
  ...(note !== undefined && { note }),
});

/** A good record with further text before its closing brace. `text` may name a column again: the later one counts. */
function withText(text: string, encoding: BufferEncoding = "utf8"): Buffer {
  const head = `{"id":"h${made++}","at":"${time}","region":"West","total":1`;
  return Buffer.concat([Buffer.from(`${head}${text === "" ? "" : ","}`), Buffer.from(text, encoding), Buffer.from("}")]);
}

/** A good record with `value` in a field that is no column: it must be JSON all the same. */
const withValue = (value: string, encoding?: BufferEncoding) => withText(`"extra":${value}`, encoding);
const deep = (levels: number, open = "[", close = "]") => open.repeat(levels) + close.repeat(levels);

/** Values in a block of text, two blanks or a new line between them, every backslash as it stands. */
const values = (strings: TemplateStringsArray) =>
  String.raw(strings)
    .split(/\s*\n\s*| {2,}/)
    .filter((value) => value !== "");

/** The suite's kinds `n_array`, `n_number`, `n_object` and `n_string`, as a value inside a record that is good otherwise. */
const noValues = {
  array: [
    ...values`[1 true]  ["":1]  [""],  [,1]  [1,,2]  ["x",,]  ["x"]]  ["",]  ["x"  [x  [3[4]]  [1;2]  [,]  [-]  [ , ""]
      [*]  [""  [1,  [{}  [fals]  [nul]  [tru]  ["a"\f]`,
    ...["[\v]", "[\f]", '["\va"]', "[1,\r1\r,1"],
  ],
  number: values`-01  ++1234  +1  +Inf  -1.0.  -2.  -NaN  .-1  .2e-3  0.1.2  0.3e+  0.3e  0.e1  0E+  0E  0e+  0e  1.0e+  1.0e-  1.0e
    1 000.0  1eE2  2.e+3  2.e-3  2.e3  9.e+  Inf  NaN  １  1+2  0x1  0x42  Infinity  0e+-1  -123.123foo  -Infinity  -foo  - 1  -012
    -.123  -1x  1ea  1.  .123  012  1.2a-3  1.8011670033376514H-308  0_1  1,0  1d  1f  -  ٣`,
  object: values`["x", truth]  {[: "x"}  {"x", null}  {"x"::"b"}  {🇨🇭}  {"a":"a" 123}  {key: 'v'}  {"a" b}  {:"b"}  {"a" "b"}  {"a":  {"a"
    {1:1}  {9999E9999:1}  {null:null,null:null}  {"id":0,,,,,}  {'a':0}  {"id":0,}  {"a":"b"}/**/  {"a":"b"}/**//  {"a":"b"}//
    {"a":"b"}/  {"a":"b",,"c":"d"}  {a: "b"}  {"a":"a  {"a":"b", "a"}  {"a":"b"}#  {"x":1}}  {"a":/*comment*/"b"}  {"a":1}"b":2
    {"a"=1}  {,}  {`,
  string: [
    ...values`["\uD800\"]  ["\uD800\u"]  ["\uD800\u1"]  ["\uD800\u1x"]  [é]  "\x00"  "\\\"  "\🌀"  "\"  "\u00A"  "\uD834\uDd"
      "\uD800\uD800\x"  "\a"  "\uqqqq"  \u0020"a"  [\n]  "  'single'  abc  "\UA66D"  ""x  "a" "b"  "\'"  “a”`,
    ...['"\\\0"', '"\\\t"', '"a\0a"', '"\t"', '"\x1f"', "`a`"],
  ],
  literal: [
    ...values`True  TRUE  nulll  tru  undefined  None  nil  yes  ,  :`,
    "",
    "123\0",
    "\u2060",
    "\u00a0",
    "\ufeff1",
    "\u20281",
  ],
};

/** The same kinds with bytes that are no UTF-8, written in Latin-1. */
const noText = [
  ...[
    "[a\xe5]",
    "[\xff]",
    "[1e1\xe5]",
    "[0\xe5]",
    "[123\xe5]",
    '"\\u\xe5"',
    '"\\\xe5"',
    '{"\xb9":"0",}',
    "\xe5",
    '"\xff"',
    '"\xe9"',
  ],
  ...['"\x81"', '"\xc0\xaf"', '"\xfc\x83\xbf\xbf\xbf\xbf"', '"\xfc\x80\x80\x80\x80\x80"', '"\xe0\xff"', '"\xed\xa0\x80"'],
  ...['"\xf4\xbf\xbf\xbf"', '"\xe6\x97\xa5\xd1\x88\xfa"', '"\xf0\x9f\x98"', '\xff\xfe"\0a\0"\0', '\0"\0\xe9\0"'],
];

/** The suite's kinds `y_array`, `y_number`, `y_object`, `y_structure` and those `i_` kinds that are JSON by its grammar. */
const goodValues = [
  ...values`[[] ]  [""]  []  [ ]  [false]  [null, 1, "1", {}]  [null]  [1,null,null,null,2]  [true]  123e65  0e+1  0e1  [ 4]  20e1  -0  -123
    -1  1E22  1E-2  1E+2  123e45  123.456e78  1e-2  1e+2  123  123.456789  0.1  false  null  true  {}
    -0.00000000000000000000000000000000000000000000000000000000000000000000000000000001
    {"a":"b","c":"d"}  {"a":"b","a":"c"}  {"a":"b","a":"b"}  {"":0}  {"a\u0000b":42}  {"min":-1e+28,"max":1e+28}  {"a":[]}
    {"\u041f\u043e":"\u0416"}  {"$where":1,"a.b":2,"__proto__":{}}  {"\uDFAA":0}
    123.456e-789  -1e+9999  1.5e+9999  -123123e100000  123123e100000  123e-10000000  -123123123123123123123123123123
    100000000000000000000  -237462374673276894279832749832423479823246327846`,
  ...["[1\r]", " [1]", "[2] ", '{\r"a": "b"\r}', `{"x":[{"id":"${"x".repeat(64)}"}]}`, `0.4e00${"6".repeat(60)}9`, deep(500)],
];

/** The suite's kinds `y_string` and `i_string`, as the column `note`: most mean what JavaScript says they mean. */
const strings = [
  ...values`"\u0060\u012a\u12AB"  "\uD801\udc37"  "\ud83d\ude39\ud83d\udc8d"  "\"\\\/\b\f\n\r\t"  "\\u0000"  "\""  "a/*b*/c/*d//e"  "\\a"
    "\\n"  "\u0012"  "\uFFFF"  "asd"  "\uDBFF\uDFFF"  "new\u00A0line"  "\u0000"  ","  "π"  " "  "\uD834\uDd1e"  "\u0821"  "\u0123"
    "\u0061\u30af\u30EA\u30b9"  "new\u000Aline"  "\uA66D"  "\u005C"  "⍂㈴⍂"  "\uDBFF\uDFFE"  "\uD83F\uDFFE"  "\u200B"  "\u2064"
    "\uFDD0"  "\uFFFE"  "\u0022"  "€𝄞"  ""  "1;DROP TABLE x"  "$in"  "2026-01-01"`,
  ...[' "asd"', '"\u{10ffff}"', '"\uffff"', '"\u{1bfff}"', '"\u2028"', '"\u2029"', '"\x7f"', '"a\x7fa"', '"${env:HOME}"'],
];

/** Half a surrogate pair cannot be stored; a question mark stands for it. */
const halfPairs: [json: string, stored: string][] = [
  ['"\\uDADA"', "?"],
  ['"\\ud800"', "?"],
  ['"\\ud800abc"', "?abc"],
  ['"\\uDFAA"', "?"],
  ['"\\uD888\\u1234"', "?\u1234"],
  ['"\\uD800\\n"', "?\n"],
  ['"\\uD800\\uD800\\n"', "??\n"],
  ['"\\uDd1e\\uD834"', "??"],
  ['"\\uDd1ea\\n"', "?a\n"],
  ['"\\u0041\\uD800\\u0041"', "A?A"],
  ['"\\ud800\\u0000"', "?\0"],
];

/** The suite's kinds `n_structure` and the scalars and lists among `y_structure`: whole lines. */
const noObjects = [
  ...values`<.>  <null>  [1]x  [1]]  ["asd]  aå  [True]  1]  {"x": true,  [][]  ]  [  2@  {}}  {"":  {"a":/*comment*/"b"}  {"a": true} "x"
    ['  [,  [{  ["a  ["a"  {  {]  {,  {[  {"a  {'a'  ["\{["\{["\{["\{  é  *  {"a":"b"}#{}  [\u000A""]  [1  [ false, nul  [ true, fals
    [ false, tru  {"asd":"asd"  []  [[]]  [{}]  false  42  -0.1  null  "asd"  true  ""  {} {}  {}{}  {},{}  {},  null{}`,
  ...["[\0]", "\0", "[\u2060]", "[\f]", "\ufeff", "\ufeff{}", '{"a":1}\0'],
];

/** What the reader gives up on: nesting. */
const tooDeep = [deep(3000), deep(3000, '{"a":', "}"), "[".repeat(100_000), '[{"":'.repeat(20_000)];

/** What names the columns of the pipeline with a value that they cannot hold. */
const misfits: [text: string, code: string][] = [
  ['"total":1e400', "record/out-of-range"],
  ['"total":-1e400', "record/out-of-range"],
  ['"total":"1"', "record/wrong-type"],
  ['"total":null', "record/missing-required"],
  ['"total":[1]', "record/wrong-type"],
  ['"count":100000000000000000000', "record/out-of-range"],
  ['"count":1.5', "record/wrong-type"],
  ['"count":2147483648', "record/out-of-range"],
  ['"count":{}', "record/wrong-type"],
  ['"at":"+55000-01-01T00:00:00Z"', "record/out-of-range"],
  ['"at":"55000-01-01T00:00:00Z"', "record/out-of-range"],
  ['"at":"0000-01-01T00:00:00Z"', "record/out-of-range"],
  ['"at":"2026-02-30T00:00:00Z"', "record/out-of-range"],
  ['"at":"yesterday"', "record/wrong-type"],
  ['"at":1700000000', "record/wrong-type"],
  ['"at":null', "record/missing-required"],
];

/** Every hostile line under the cap. */
export function hostileLines(): HostileLine[] {
  const good = withText("");
  return [
    ...Object.entries(noValues).flatMap(([kind, values]) =>
      values.map((value) => refused(`n_${kind} ${value}`, withValue(value), "stream record/not-json")),
    ),
    ...noText.map((value) => refused(`not UTF-8 ${value}`, withValue(value, "latin1"), "stream record/not-utf8")),
    ...goodValues.map((value) => taken(`y ${value.slice(0, 40)}`, withValue(value))),
    ...strings.map((json) => taken(`string ${json}`, withText(`"note":${json}`), JSON.parse(json) as string)),
    ...halfPairs.map(([json, stored]) => taken(`half a pair ${json}`, withText(`"note":${json}`), stored)),
    ...noObjects.map((text) => refused(`structure ${text}`, Buffer.from(text), "stream record/not-json")),
    refused("structure: half a byte order mark", Buffer.from("\xef\xbb{}", "latin1"), "stream record/not-utf8"),
    refused("structure: one bad byte", Buffer.from("\xe5", "latin1"), "stream record/not-utf8"),
    ...tooDeep.map((text) => refused(`depth of ${text.length}`, Buffer.from(text), "stream record/out-of-range")),
    ...tooDeep.slice(0, 2).map((text) => refused("depth in a record", withValue(text), "stream record/out-of-range")),
    refused("digits", withValue("9".repeat(5000)), "stream record/out-of-range"),
    refused("a root array of a good record", Buffer.concat([Buffer.from("["), good, Buffer.from("]")]), "stream record/not-json"),
    refused("two records in a line", Buffer.concat([good, good]), "stream record/not-json"),
    refused("trailing text", Buffer.concat([good, Buffer.from(" and more")]), "stream record/not-json"),
    refused("an empty object", Buffer.from("{}"), "stream record/missing-required"),
    ...misfits.map(([text, code]) => refused(`misfit ${text}`, withText(text), `stream ${code}`)),
    taken("duplicate keys: the last counts", withText('"note":"first","note":"last"'), "last"),
    taken("duplicate required keys", withText('"total":2,"total":3')),
    taken("a null note", withText('"note":null'), null),
    refused("a null key", withText('"id":null'), "store mongodb/null-key"),
    { ...taken("the year 2100", withText('"at":"2100-01-01T00:00:00Z"')), letters: ["by_region aggregate/event-time"] },
    { ...taken("the year 9999", withText('"at":"9999-12-31T23:59:59.999Z"')), letters: ["by_region aggregate/event-time"] },
  ];
}
