import type { Explanations } from "./explanation.ts";

const TIME =
  "A row has no event time, or one that lies further ahead of its arrival than `maxAhead` allows: it would close the windows of all real rows.";
const MEND_TIME = "Declare the time as required where the record is read, or choose a larger `maxAhead`.";
const TRY = "Mend the data, or write `try(…)` around what may fail: its value is then null.";

/** What makes a dead letter of a row. */
export const deadLetters: Explanations = {
  "record/missing-required": {
    why: "A record lacks a column that is marked with `!`, or has null there.",
    mend: "Take the `!` away if the column may be absent; otherwise mend the source.",
  },
  "record/out-of-range": {
    why: "A value is of its column's type, but too large for it, or a limit of the reader is passed.",
    mend: "Declare a wider type, such as `long` for `int`.",
  },
  "record/wrong-type": {
    why: "A value is not of the type that its column declares. Nothing is converted silently.",
    mend: "Declare the type that the source sends; `string` takes every value.",
  },
  "aggregate/event-time": { why: TIME, mend: MEND_TIME },
  "aggregate/failed": {
    why: "An aggregate function has no value: its argument failed on a row, or the result for a group is too large.",
    mend: TRY,
  },
  "check/broken": { why: "A row breaks a rule of a check whose `else` is `dead-letter`.", mend: "Mend the data or the rule." },
  "check/failed": { why: "A rule could not be computed for a row, so nobody knows whether it is kept.", mend: TRY },
  "deduplicate/event-time": { why: TIME, mend: MEND_TIME },
  "deduplicate/null-key": {
    why: "A part of the key is null, and rows without a key cannot be told apart.",
    mend: "Mark the key's columns with `!`, or filter such rows above.",
  },
  "join/event-time": { why: TIME, mend: MEND_TIME },
  "join/null-key": {
    why: "A part of the key is null, so the row would find no other.",
    mend: "Mark the key's columns with `!`, or filter such rows above. To keep them, give the key a value with `coalesce` in a transform.select.",
  },
  "lookup/missing": {
    why: "The key of a row is null or not in the table of a lookup whose `missing` is `dead-letter`.",
    mend: "Add the key to the table, or let `missing` keep or drop such rows.",
  },
  "http/refused": {
    why: "An endpoint refused what a row of a transform.http asked: its status, and what it said, are the message. The request is the row's own, so it is not made again.",
    mend: "Mend the data or the address. Where such rows are to go on without an answer, write `onError: keep`.",
  },
  "http/unreadable": {
    why: "What an endpoint answered to a row is no JSON, or does not fit the columns that the node declares.",
    mend: "Look at `columns`, `paths` and `answer`; a column without `!` may be absent.",
  },
  "http/away": {
    why: "An endpoint did not answer a row after all retries, failed by itself, or takes our credentials for wrong, and `whenAway` says that rows do not wait for it.",
    mend: "Ask the endpoint's people, then read the dead letters again. `whenAway: fail` makes the run wait instead.",
  },
  "top/event-time": { why: TIME, mend: MEND_TIME },
  "top/failed": { why: "The value that decides which rows stand first could not be computed for a row.", mend: TRY },
  "model/failed": {
    why: "The model gave no answer for a row: a category that it was not trained with, or a value that does not fit.",
    mend: "Filter such rows above, or train the model with them; the message is the model's.",
  },
  "python/failed": {
    why: "Your function raised something for a row, or gave something of another type than the columns have; the message says what, and the line of your file.",
    mend: "Mend the function. Let it give None where there is no value, in a column without `!`.",
  },
  "texts/failed": {
    why: "The function of a step on texts failed on the text of a row; what it raised is the message. These functions are made to fail for no text, so it is most likely a fault of theirs.",
    mend: "Filter such texts above, and report the text with the message.",
  },
  "file/partition-too-long": {
    why: "A value of `partitionBy` makes a folder's name of more than 255 bytes, which no file system takes.",
    mend: "Partition by a shorter column, or cut it with `left` in a transform.select.",
  },
  "filter/failed": { why: "The condition could not be computed for a row, so nobody knows whether it is to be kept.", mend: TRY },
  "kafka/null-topic": {
    why: "A column of the topic's name is null, so nobody knows where the row goes.",
    mend: "Filter such rows above, or give the column a value with `coalesce` in a transform.select.",
  },
  "kafka/unlisted-topic": {
    why: "The row would go to a topic that `topics` does not list, and a sink writes to no other.",
    mend: "Add the topic to `topics`, or filter such rows above.",
  },
  "mongodb/delete-failed": {
    why: "The condition of `delete` could not be computed for a row, so nobody knows whether its document is to stay.",
    mend: TRY,
  },
  "mongodb/null-time": {
    why: "The time of a row is null, and a time series stands on it.",
    mend: "Mark the column with `!`, or filter such rows above.",
  },
  "mongodb/null-key": {
    why: "A part of the key is null, and the key is the document's `_id`.",
    mend: "Mark the key's columns with `!`, or filter such rows above.",
  },
  "select/failed": {
    why: "A computed column has no value for a row: a division by 0, a number too large, a text that is no number.",
    mend: TRY,
  },
  "split/failed": { why: "The condition of an output could not be computed for a row that no output before took.", mend: TRY },
  "union/event-time": { why: TIME, mend: MEND_TIME },
};
