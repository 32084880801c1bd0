import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";
import type { Mask } from "../runtime/masking/mask-told.ts";

/** One thing that happened, for whoever listens. */
interface Sent {
  number: number;
  name: string;
  data: unknown;
}

const KEPT = 2000;
const HEARTBEAT_MS = 15_000;
/** A page that takes nothing off any more is cut off; when it wakes up it asks for what it missed. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;

/**
 * A stream of server-sent events to all pages. One that was cut off gets what it missed; where that is not kept any more, or another server sent it, it is
 * told of the `gap`, and reads everything anew.
 */
export class EventHub {
  readonly #sent: Sent[] = [];
  readonly #listeners = new Set<Response>();
  /** Numbers begin anew with each server, so an id names the server too. */
  readonly #server = randomBytes(6).toString("hex");
  readonly #mask: Mask;
  #last = 0;

  /** `mask` covers what is told, anew each time: what happened may hold a secret that nobody knew then. */
  constructor(mask: Mask) {
    this.#mask = mask;
  }

  send(name: string, data: unknown): void {
    this.#last += 1;
    const sent = { number: this.#last, name, data };
    this.#sent.push(sent);
    if (this.#sent.length > KEPT) this.#sent.shift();
    if (this.#listeners.size === 0) return;
    const text = this.#text(sent);
    for (const listener of this.#listeners) {
      listener.write(text);
      if (listener.writableLength > MOST_WAITING_BYTES) listener.destroy();
    }
  }

  /** Answers with the stream, from behind `Last-Event-ID` on. */
  serve(request: Request, response: Response): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
    response.write("retry: 1000\n\n");
    const last = request.headers["last-event-id"];
    const after = last === undefined ? this.#last : this.#heardOf(String(last));
    if (after === undefined) response.write(`${this.#id(this.#last)}event: gap\ndata: {}\n\n`);
    else for (const sent of this.#sent) if (sent.number > after) response.write(this.#text(sent));
    // An id without data is no event, but the page names it when it comes again, though nothing has happened meanwhile.
    response.write(`${this.#id(this.#last)}\n`);
    this.#listeners.add(response);
    const heartbeat = setInterval(() => response.write(":\n\n"), HEARTBEAT_MS);
    response.on("close", () => {
      clearInterval(heartbeat);
      this.#listeners.delete(response);
    });
  }

  close(): void {
    for (const listener of this.#listeners) listener.end();
  }

  #text({ number, name, data }: Sent): string {
    return `${this.#id(number)}event: ${name}\ndata: ${JSON.stringify(this.#mask(data))}\n\n`;
  }

  #id(number: number): string {
    return `id: ${this.#server}-${number}\n`;
  }

  /** The number of the last event that a page has; undefined where what came behind it is not known here. */
  #heardOf(id: string): number | undefined {
    const [server, digits = ""] = id.split("-");
    const number = /^\d{1,15}$/.test(digits) ? Number(digits) : -1;
    const oldest = this.#sent[0]?.number ?? this.#last + 1;
    return server === this.#server && number >= oldest - 1 && number <= this.#last ? number : undefined;
  }
}
