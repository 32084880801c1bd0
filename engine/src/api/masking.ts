import type { NextFunction, Request, RequestHandler, Response } from "express";
import { type Mask, maskSaid } from "../runtime/masking/mask-told.ts";

/** Masks every answer in JSON as it is sent, and lets no browser keep it. What must come back byte for byte is sent by `verbatim`. */
export function masking(mask: Mask): RequestHandler {
  return (_request: Request, response: Response, next: NextFunction) => {
    response.setHeader("cache-control", "no-store");
    const send = response.json.bind(response);
    response.json = (body: unknown) => send(response.statusCode < 400 ? mask(body) : maskSaid(mask)(body));
    next();
  };
}

/** Answers with the user's own file: what a mask had covered would be saved covered. */
export function verbatim(response: Response, body: unknown): void {
  response.type("json").send(JSON.stringify(body));
}
