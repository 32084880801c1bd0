import { readFile } from "node:fs/promises";
import { request } from "node:http";
import type { ServedEditor } from "../../src/api/server.ts";

/** What a server answers, whatever it is. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** What the page sends with every change. */
export const OURS = { "x-pipeline-editor": "1", "content-type": "application/json" };

/** A request as any program can send it: `fetch` would not let a Host or an Origin through. An endless answer is cut off at its headers. */
export function send(
  { origin }: ServedEditor,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  const { port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const asked = request({ host: "127.0.0.1", port, method, path, headers: { ...length, ...headers } }, (response) => {
      let text = "";
      const end = () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", end);
      if (!String(response.headers["content-type"]).startsWith("text/event-stream")) return;
      end();
      asked.destroy();
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

/** Lets one browser in and gives its cookie. */
export async function cookieFor(editor: ServedEditor): Promise<string> {
  const { pathname, search } = new URL(editor.invite());
  const opened = await send(editor, "GET", pathname + search);
  return String(opened.headers["set-cookie"]).split(";")[0] ?? "";
}

/** The routes that the table of the API's README names, such as `GET /api/specs/:id`. */
export async function documentedRoutes(): Promise<string[]> {
  const readme = await readFile(new URL("../../src/api/README.md", import.meta.url), "utf8");
  return [...readme.matchAll(/^\| ([A-Z]+) +\| `([^`]+)` /gm)].map(([, method, path]) => `${method} ${path}`);
}

interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}

/** The routes that an express app has. Express does not tell where a router is mounted: `mount` does, as there is one alone. */
export function routesOf(app: { router: { stack: unknown } }, mount: string): string[] {
  return walk(app.router.stack as Layer[], "", mount);
}

function walk(layers: readonly Layer[], prefix: string, mount: string): string[] {
  return layers.flatMap(({ route, handle }) => {
    if (route === undefined) return handle.stack === undefined ? [] : walk(handle.stack, mount, mount);
    const methods = Object.keys(route.methods).map((method) => method.toUpperCase());
    return methods.flatMap((method) => [route.path].flat().map((path) => `${method} ${prefix}${path}`));
  });
}
