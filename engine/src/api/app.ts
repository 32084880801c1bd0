import { inspect } from "node:util";
import express, { type ErrorRequestHandler, type Express } from "express";
import { EnvironmentProblem } from "../runtime/environment-problem.ts";
import { type Mask, maskSaid } from "../runtime/masking/mask-told.ts";
import { UserMistake } from "../runtime/user-mistake.ts";
import type { EventHub } from "./events.ts";
import { masking, verbatim } from "./masking.ts";
import { servePage } from "./page.ts";
import { routes, type Workplace } from "./routes.ts";
import { bound, onlyKnown, onlyOwnPage, opening, refuse, type Sessions } from "./security.ts";
import { FileRefused } from "./spec-files.ts";

/** What the editor's server is made of. */
export interface EditorParts extends Workplace {
  /** Its own address, such as `http://127.0.0.1:4100`. */
  origin: string;
  hub: EventHub;
  sessions: Sessions;
  /** Covers the project's secrets in all that is told. */
  mask: Mask;
}

/** Everything that the editor's server answers. Who may ask is settled before any route is looked at, so no route can forget it. */
export function editorApp({ origin, sessions, hub, mask, ...place }: EditorParts): Express {
  const app = express().disable("x-powered-by").disable("etag");
  app.use(bound, onlyOwnPage(origin));
  app.get("/open", opening(sessions));
  app.use(onlyKnown(sessions));
  app.get("/api/events", (request, response) => hub.serve(request, response));
  app.use("/api", masking(mask), express.json({ limit: "1mb", type: "application/json" }), routes(place));
  servePage(app);
  app.use((_request, response) => refuse(response, 404, "api/unknown", "There is nothing at this address."));
  app.use(telling(mask));
  return app;
}

/** Turns what was thrown into an answer in plain words. Express knows it by its four parameters. */
function telling(mask: Mask): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    if (response.headersSent) response.end();
    else if (error instanceof FileRefused) {
      // The other text is to be merged or taken over, so it comes as it is.
      if (error.status === 412) verbatim(response.status(412), { code: error.code, message: error.message, ...error.more });
      else refuse(response, error.status, error.code, error.message, error.more);
    } else if (error instanceof UserMistake) refuse(response, 422, error.code, error.message, hinted(error));
    else if (error instanceof EnvironmentProblem) refuse(response, 503, error.code, error.message, hinted(error));
    else if (statusOf(error) === 413) refuse(response, 413, "api/too-large", "What was sent is larger than 1 MiB.");
    else if (statusOf(error) === 404) refuse(response, 404, "api/unknown", "There is nothing at this address.");
    else if (statusOf(error) === 400) refuse(response, 400, "api/bad-request", "What was sent could not be read.");
    else {
      refuse(response, 500, "api/unexpected", "Something unexpected happened; the terminal of `engine edit` says more.");
      console.error(maskSaid(mask)(inspect(error)));
    }
  };
}

function hinted({ hint }: { hint?: string | undefined }): Record<string, unknown> {
  return hint === undefined ? {} : { hint };
}

function statusOf(error: unknown): number | undefined {
  return (error as { status?: number } | undefined)?.status;
}
