import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Mask } from "../runtime/masking/mask-told.ts";

const MOST_LINES = 2000;
const MOST_CHARACTERS = 2000;

/** A line that the command of a run printed for people. `at` is in epoch milliseconds. */
export interface LogLine {
  number: number;
  at: number;
  text: string;
}

/** The newest lines that a run has printed for people, masked before they are kept. */
export class RunLog {
  readonly #lines: LogLine[] = [];
  readonly #mask: Mask;
  #last = 0;

  constructor(mask: Mask) {
    this.#mask = mask;
  }

  /** Takes the lines of a stream. Only a whole line is masked: what comes in one piece may hold half a secret. */
  follow(stream: Readable): void {
    createInterface({ input: stream }).on("line", (text) => this.#add(text));
  }

  after(number: number): LogLine[] {
    return this.#lines.filter((line) => line.number > number);
  }

  #add(text: string): void {
    this.#last += 1;
    // What is cut off could be the half of a secret that tells it from a word.
    this.#lines.push({ number: this.#last, at: Date.now(), text: this.#mask(text).slice(0, MOST_CHARACTERS) });
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }
}
