import type { Request, Response } from "express";

/** One thing that happened, for whoever listens. */
interface Sent {
  id: number;
  text: string;
}

const KEPT = 2000;
const HEARTBEAT_MS = 15_000;

/** A stream of server-sent events to all pages; one that was cut off gets what it missed, as far as it is kept. */
export class EventHub {
  readonly #sent: Sent[] = [];
  readonly #listeners = new Set<Response>();
  #last = 0;

  send(name: string, data: unknown): void {
    this.#last += 1;
    const sent = { id: this.#last, text: `id: ${this.#last}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n` };
    this.#sent.push(sent);
    if (this.#sent.length > KEPT) this.#sent.shift();
    for (const listener of this.#listeners) listener.write(sent.text);
  }

  /** Answers with the stream, from behind `Last-Event-ID` on. */
  serve(request: Request, response: Response): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
    const after = Number(request.headers["last-event-id"] ?? this.#last);
    response.write("retry: 1000\n\n");
    for (const { id, text } of this.#sent) if (id > after) response.write(text);
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
}
