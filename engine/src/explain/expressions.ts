import { aggregate, type Explanations, filter, select } from "./explanation.ts";

/** The expression language. */
export const expressions: Explanations = {
  "expression/syntax": {
    why: "The expression cannot be read at this place.",
    mend: "Look at what stands before the caret: an operator without a value, a bracket that is not closed.",
    wrong: filter("total >"),
    right: filter("total > 0"),
  },
  "expression/too-long": {
    why: "No expression that people write is so long.",
    mend: "Compute parts of it in a transform.select before.",
  },
  "expression/unknown-column": {
    why: "The rows that this node reads have no such column or field.",
    mend: "Take the spelling of the hint. A column must be declared where the record is read, or computed by a node above.",
    wrong: filter("totl > 0"),
    right: filter("total > 0"),
  },
  "expression/unknown-function": {
    why: "There is no such function. Functions whose result changes from run to run, such as `now()`, are not offered: a rerun must give the same rows.",
    mend: "Take the spelling of the hint.",
    wrong: filter("lenght(id) > 2"),
    right: filter("length(id) > 2"),
  },
  "expression/type-mismatch": {
    why: "A function or operator is given a value of a type that it does not take. Nothing is converted silently.",
    mend: "Convert the value with `cast(… as type)`, or read the column as the type that is wanted.",
    wrong: select("compute: { next: id + 1 }"),
    right: select("compute: { next: total + 1 }"),
  },
  "expression/wrong-arity": {
    why: "A function is called with more or fewer arguments than it takes.",
    mend: "Write it as the hint shows.",
    wrong: select("compute: { name: 'upper(id, id)' }"),
    right: select("compute: { name: upper(id) }"),
  },
  "expression/aggregate-not-allowed": {
    why: "Functions such as `sum` work on many rows, and here is one at a time.",
    mend: "Use it in a transform.aggregate.",
    wrong: filter("sum(total) > 100"),
    right: aggregate("revenue: sum(total)"),
  },
  "expression/nested-aggregate": {
    why: "One aggregate function stands inside of another: the inner one has made one value of all rows already.",
    mend: "Take one of the two away, or aggregate in two nodes.",
    wrong: aggregate("most: max(sum(total))"),
    right: aggregate("most: max(total)"),
  },
  "expression/misplaced-where": {
    why: "A condition behind `where` says which rows the aggregate functions before it work on. So there must be one, and the condition stands behind it.",
    mend: "Write the function first and the condition behind it, in parentheses where more follows. For a single row there are `case` and `if`.",
    wrong: aggregate("large: sum(total where total > 100)"),
    right: aggregate("large: sum(total) where total > 100, share: (sum(total) where total > 100) / sum(total)"),
  },
  "expression/column-outside-aggregate": {
    why: "A group has many values of a column, and the result has one.",
    mend: "Put the column inside of an aggregate function, or group by it.",
    wrong: aggregate("twice: total * 2"),
    right: aggregate("twice: sum(total) * 2"),
  },
  "expression/literal-expected": {
    why: "The function needs this argument before it sees the first row, so it must be written out.",
    mend: "Write the value itself, not a column.",
    wrong: filter("'regexp_like(id, id)'"),
    right: filter("\"regexp_like(id, 'a.*')\""),
  },
  "expression/invalid-literal": {
    why: "A value that is written out does not fit: a number with too many digits, a date that does not exist, a pattern that is none.",
    mend: "Write it as the message says.",
    wrong: filter("\"at > timestamp '2026-02-30T00:00:00Z'\""),
    right: filter("\"at > timestamp '2026-02-28T00:00:00Z'\""),
  },
  "expression/invalid-cast": {
    why: "A value of this type cannot be turned into the other one.",
    mend: "Cast to another type, or pick a part of the value first.",
    wrong: select("compute: { n: cast(shop as int) }"),
    right: select("compute: { n: cast(total as int) }"),
  },
  "expression/null-comparison": {
    why: "Comparing with `null` gives null, never true.",
    mend: "Write `is null` or `is not null`.",
    wrong: filter("total = null"),
    right: filter("total is null"),
  },
  "expression/unprintable-name": {
    why: "Spark substitutes `${` even inside of a quoted name, and nothing prevents it there.",
    mend: "Do not use this column; the topic keeps the original bytes.",
  },
};
