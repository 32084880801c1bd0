import { type Dispatcher, request } from "undici";
import { retryAfterMs } from "../../backoff.ts";
import { SourceFailure } from "../../source-run.ts";

/** Where Reddit is and who asks; references are resolved. */
export interface ApiSettings {
  url: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  userAgent: string;
}

/** Reddit did not answer, or asks to come later. `waitMs` is what it asked for. */
export class RedditAway extends Error {
  readonly waitMs: number | undefined;
  constructor(message: string, waitMs?: number) {
    super(message);
    this.name = "RedditAway";
    this.waitMs = waitMs;
  }
}

/** Reddit's API for one application. */
export interface RedditApi {
  /**
   * Asks for a path and returns the parsed answer. Signs in first where that is needed. Throws `RedditAway` where a later attempt may help and
   * `SourceFailure` where none will.
   */
  get(path: string): Promise<unknown>;
  /** How long Reddit wants us to wait before the next request, in ms; 0 where it does not. */
  readonly pauseMs: number;
}

const MINUTE = 60_000;

export function redditApi(settings: ApiSettings, dispatcher: Dispatcher, signal: AbortSignal): RedditApi {
  let token: { text: string; until: number } | undefined;
  let freeAt = 0;

  const signIn = async (): Promise<string> => {
    const pair = Buffer.from(`${settings.clientId}:${settings.clientSecret}`).toString("base64");
    const answer = await ask(settings.tokenUrl, {
      method: "POST",
      headers: {
        authorization: `Basic ${pair}`,
        "user-agent": settings.userAgent,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
      dispatcher,
      signal,
    });
    if (answer.status === 401 || answer.status === 403)
      throw new SourceFailure("Reddit does not know this application", "check `clientId` and `clientSecret`");
    const { access_token: text, expires_in: seconds } = objectOf(jsonOf(good(answer, "the token")));
    if (typeof text !== "string")
      throw new SourceFailure("Reddit gave no token", "the application must be of the kind `script` or `web app`");
    token = { text, until: Date.now() + (Number(seconds) || 60) * 1000 - Math.min(MINUTE, (Number(seconds) || 60) * 100) };
    return text;
  };

  const getOnce = async (path: string): Promise<Answer> => {
    const bearer = token !== undefined && token.until > Date.now() ? token.text : await signIn();
    const headers = { authorization: `Bearer ${bearer}`, "user-agent": settings.userAgent, accept: "application/json" };
    const answer = await ask(new URL(path, settings.url).href, { method: "GET", headers, dispatcher, signal });
    const remaining = Number(answer.header("x-ratelimit-remaining") ?? "1");
    const resetMs = Number(answer.header("x-ratelimit-reset") ?? "0") * 1000;
    if (remaining < 1 && resetMs > 0) freeAt = Date.now() + resetMs;
    return answer;
  };

  return {
    async get(path) {
      let answer = await getOnce(path);
      if (answer.status === 401) {
        // A token may be revoked before its time.
        token = undefined;
        answer = await getOnce(path);
      }
      const shown = path.replace(/\?.*/s, "");
      if (answer.status === 401) throw new SourceFailure(`Reddit refuses its own token for ${shown}`);
      if (answer.status === 403)
        throw new SourceFailure(`${shown} is private`, "leave the subreddit out, or have the application's user let in");
      if (answer.status === 404) throw new SourceFailure(`${shown} does not exist`, "check the name of the subreddit");
      return jsonOf(good(answer, shown));
    },
    get pauseMs() {
      return Math.max(0, freeAt - Date.now());
    },
  };
}

interface Answer {
  status: number;
  text: string;
  header(name: string): string | undefined;
}

async function ask(url: string, options: NonNullable<Parameters<typeof request>[1]>): Promise<Answer> {
  const { statusCode, headers, body } = await request(url, options);
  const header = (name: string) => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return { status: statusCode, text: await body.text(), header };
}

function good(answer: Answer, what: string): Answer {
  const { status, header } = answer;
  if (status === 200) return answer;
  const reset = Number(header("x-ratelimit-reset"));
  const asked = retryAfterMs(header("retry-after"), Date.now()) ?? (status === 429 && reset > 0 ? reset * 1000 : undefined);
  if (status === 429 || status >= 500) throw new RedditAway(`Reddit answered ${status} for ${what}`, asked);
  throw new SourceFailure(`Reddit answered ${status} for ${what}`);
}

function jsonOf({ text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RedditAway("Reddit answered something that is no JSON");
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
