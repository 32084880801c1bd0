import { randomBytes, timingSafeEqual } from "node:crypto";
import type { NextFunction, Request, RequestHandler, Response } from "express";

/** Cookies know no ports, so each editor's has a name of its own: a second editor must not end the session of the first. */
const cookieName = (request: Request) => `pipeline_editor_${request.socket.localPort}`;
const MUTATES = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Who may come in: whoever opened the address that was printed, once; after that the browser's cookie tells. */
export interface Sessions {
  /** A token for one opening. */
  issue(): string;
  /** The value of a cookie for a token that was not used before. */
  redeem(token: string): string | undefined;
  knows(cookie: string | undefined): boolean;
}

export function createSessions(): Sessions {
  const tokens = new Set<string>();
  const cookies: Buffer[] = [];
  return {
    issue() {
      const token = randomBytes(24).toString("base64url");
      tokens.add(token);
      return token;
    },
    redeem(token) {
      if (!tokens.delete(token)) return undefined;
      const cookie = randomBytes(32).toString("base64url");
      cookies.push(Buffer.from(cookie));
      return cookie;
    },
    knows(cookie) {
      if (cookie === undefined) return false;
      const given = Buffer.from(cookie);
      return cookies.some((known) => known.length === given.length && timingSafeEqual(known, given));
    },
  };
}

/**
 * Refuses whatever does not come from the editor's own page: another Host (a name that was bent to 127.0.0.1), another Origin, another site, and changes
 * without JSON and our header, which no form of another page can send. `origin` is exact, such as `http://127.0.0.1:4100`.
 */
export function onlyOwnPage(origin: string): RequestHandler {
  const { host } = new URL(origin);
  return (request, response, next) => {
    const { headers } = request;
    if (headers.host !== host) return refuse(response, 421, "api/foreign-host", "This server answers to its own address alone.");
    if (headers.origin !== undefined && headers.origin !== origin)
      return refuse(response, 403, "api/foreign-origin", "Another page may not use this server.");
    const site = headers["sec-fetch-site"];
    const isOpened = headers["sec-fetch-mode"] === "navigate" && request.method === "GET";
    if (site !== undefined && site !== "same-origin" && site !== "none" && !isOpened)
      return refuse(response, 403, "api/foreign-origin", "Another page may not use this server.");
    if (MUTATES.has(request.method)) {
      const isJson = /^application\/json(;|$)/.test(headers["content-type"] ?? "");
      const isOurs = headers["x-pipeline-editor"] === "1" && isJson;
      if (!isOurs) return refuse(response, 403, "api/foreign-form", "Changes come as JSON from the editor's own page.");
    }
    return next();
  };
}

/** Refuses whoever has no cookie of ours. */
export function onlyKnown(sessions: Sessions): RequestHandler {
  return (request, response, next) => {
    if (sessions.knows(cookieOf(request))) return next();
    const message =
      "This browser has not been let in: open the address that `engine edit` prints, or start it again for a new one.";
    if (request.path.startsWith("/api/")) return refuse(response, 401, "api/no-session", message);
    response.status(401).type("text/plain").send(`${message}\n`);
  };
}

/** Lets a browser in, and takes the token out of the address. */
export function opening(sessions: Sessions): RequestHandler {
  return (request, response) => {
    const token = typeof request.query.token === "string" ? request.query.token : "";
    const cookie = sessions.redeem(token);
    if (cookie === undefined) {
      response.status(401).type("text/plain").send("This address was opened already. Start `engine edit` again for a new one.\n");
      return;
    }
    response.cookie(cookieName(request), cookie, { httpOnly: true, sameSite: "strict", path: "/" });
    response.setHeader("cache-control", "no-store");
    response.redirect(303, "/");
  };
}

/** Headers that bind every answer; `nonce` lets the page's own styles and script in. */
export function bind(response: Response, nonce?: string): void {
  const own = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`;
  response.setHeader(
    "content-security-policy",
    [
      "default-src 'self'",
      `script-src ${own}`,
      `style-src ${own}`,
      "connect-src 'self'",
      "worker-src 'self'",
      "img-src 'self' data: blob:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  );
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("cross-origin-resource-policy", "same-origin");
}

export function bound(_request: Request, response: Response, next: NextFunction): void {
  bind(response);
  next();
}

/** Answers with a mistake in plain words. */
export function refuse(
  response: Response,
  status: number,
  code: string,
  message: string,
  more: Record<string, unknown> = {},
): void {
  response.status(status).json({ code, message, ...more });
}

function cookieOf(request: Request): string | undefined {
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([name]) => name === cookieName(request))?.[1];
}
