const NUMBERS = ["i", "l", "d", "amount", "exact", "share"];
const PAIRS: readonly [string, string][] = [
  ...(["i", "l", "d", "amount"] as const).map((name): [string, string] => [name, `${name}_2`]),
  ...NUMBERS.flatMap((a) => NUMBERS.filter((b) => a !== b).map((b): [string, string] => [a, b])),
];
const SCALARS = ["i", "l", "d", "s", "b", "ts", "day", "amount"];
const TARGETS = [
  "string",
  "boolean",
  "int",
  "long",
  "double",
  "date",
  "timestamp",
  "decimal(5, 2)",
  "decimal(38, 18)",
  "decimal(20, 0)",
];
const CASTS: Record<string, readonly string[]> = {
  s: TARGETS,
  i: ["string", "long", "double", "decimal(5, 2)", "decimal(38, 18)"],
  l: ["string", "int", "double", "decimal(5, 2)", "decimal(20, 0)", "decimal(38, 18)"],
  d: ["string", "int", "long", "decimal(5, 2)", "decimal(38, 18)", "decimal(20, 0)"],
  amount: ["string", "int", "long", "double", "decimal(5, 2)", "decimal(38, 36)", "decimal(3, 0)"],
  exact: ["string", "int", "long", "double", "decimal(5, 2)", "decimal(38, 18)", "decimal(38, 0)"],
  share: ["string", "double", "decimal(12, 3)"],
  b: ["string", "int", "long", "double"],
  ts: ["string", "date"],
  day: ["string", "timestamp"],
};

/** Every operator over columns of every type that it takes. */
export const OPERATIONS: readonly string[] = [
  ...["+", "-", "*", "/", "%"].flatMap((op) => PAIRS.map(([a, b]) => `${a} ${op} ${b}`)),
  ...["=", "!=", "<", "<=", ">", ">="].flatMap((op) => SCALARS.map((name) => `${name} ${op} ${name}_2`)),
  ...["i", "l", "d", "amount"].flatMap((a) => ["l", "d", "exact"].map((b) => `${a} <= ${b}`)),
  ...NUMBERS.map((name) => `-${name}`),
  ...Object.entries(CASTS).flatMap(([name, targets]) => targets.map((target) => `cast(${name} as ${target})`)),
  ...["b and b_2", "b or b_2", "not b", "b and 1 / i > 0", "b or 1 / i > 0", "(b and i > 0) or not (b_2 and l < 5)"],
  ...SCALARS.flatMap((name) => [`${name} is null`, `${name} in (${name}_2, ${name})`, `${name} not in (${name}_2)`]),
  ...SCALARS.flatMap((name) => [`${name} between ${name}_2 and ${name}`, `${name} not between ${name} and ${name}_2`]),
  ...["a%", "%a", "%a%", "_", "__", "a_c", "%\\%%", "\\_%", "", "%", "%\\\\%", "🙂", "a_b%", "%.b.%"].map(
    (pattern) => `s like '${pattern}'`,
  ),
  ...["numbers[i]", "numbers[0]", "tags[1]", "prices[s]", "prices['a']", "items[0].price", "doubles[i_2]", "items[i].price + d"],
  ...[
    "case when b then i when b_2 then l else d end",
    "case s when s_2 then 1 when 'a' then 2 end",
    "case d when d_2 then s end",
  ],
  ...[
    "case i when 10 / i_2 then 'a' else 'b' end",
    "d in (0.0, 1.5, d_2)",
    "i in (1, 2.5, l)",
    "cast(cast(d as string) as double) = d",
  ],
];
