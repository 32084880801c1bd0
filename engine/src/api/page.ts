import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type Express } from "express";
import { UserMistake } from "../runtime/user-mistake.ts";
import { bind } from "./security.ts";

const BUILT = fileURLToPath(new URL("../../../editor/dist/", import.meta.url));
/** What Vite writes where the page's nonce belongs. */
const PLACEHOLDER = "NONCE";

/** Throws where there is no page to serve. */
export function requirePage(): void {
  if (!existsSync(join(BUILT, "index.html")))
    throw new UserMistake("api/not-built", "The editor has not been built.", "run `npm run build -w editor`");
}

/** Serves the editor's page and what it loads. The page has a nonce of its own each time, so it is never kept; what it loads is named by its content. */
export function servePage(app: Express): void {
  app.use("/assets", express.static(join(BUILT, "assets"), { immutable: true, maxAge: "1y", fallthrough: false }));
  app.get(["/", "/specs/:id"], async (_request, response) => {
    const nonce = randomBytes(18).toString("base64");
    bind(response, nonce);
    const page = await readFile(join(BUILT, "index.html"), "utf8");
    response.setHeader("cache-control", "no-store");
    response.type("html").send(page.replaceAll(PLACEHOLDER, nonce));
  });
}
