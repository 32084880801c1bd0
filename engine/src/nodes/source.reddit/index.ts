import type { SourceRedditConfig } from "@pipeline-engine/schemas/types";
import type { Column, ColumnType } from "../../column-type.ts";
import { parseDuration } from "../../duration.ts";
import { withMetadata } from "../metadata.ts";
import type { NodeKind } from "../node-kind.ts";

/** What Reddit allows an application, in requests a minute (Reddit Data API Wiki). */
const REQUESTS_A_MINUTE = 100;

const column = (name: string, kind: "string" | "int" | "timestamp", required = false): Column => ({
  name,
  type: { kind } as ColumnType,
  required,
});

const SHARED = [
  column("author", "string"),
  column("score", "int"),
  column("created_utc", "timestamp", true),
  column("url", "string"),
];

/** The columns of a record, in the order of its fields. */
export const columnsOf: Record<SourceRedditConfig["read"], readonly Column[]> = {
  posts: [
    column("post_id", "string", true),
    column("subreddit", "string", true),
    column("title", "string"),
    column("body", "string"),
    column("flair", "string"),
    column("comments", "int"),
    ...SHARED,
  ],
  comments: [
    column("comment_id", "string", true),
    column("post_id", "string", true),
    column("parent_id", "string"),
    column("subreddit", "string", true),
    column("body", "string"),
    ...SHARED,
  ],
};

/** New posts or comments of subreddits. `demo://reddit` is the bundled simulator. */
export const sourceReddit: NodeKind<SourceRedditConfig> = {
  type: "source.reddit",
  role: "source",
  inputs: { roles: [], min: 0, max: 0 },
  shapes: { read: "all", metadata: "named" },
  compile(context) {
    const { config, report } = context;
    const { clientId, clientSecret, userAgent, metadata: _, ...settings } = config;
    const minutes = (parseDuration(config.every) ?? 0) / 60_000;
    const rate = minutes === 0 ? 0 : config.subreddits.length / minutes;
    if (rate > REQUESTS_A_MINUTE)
      report(["every"], {
        code: "reddit/too-often",
        severity: "warning",
        message: `\`every: ${config.every}\` asks Reddit ${Math.round(rate)} times a minute, and it allows ${REQUESTS_A_MINUTE}; the rest waits.`,
        hint: "ask less often, or for fewer subreddits",
      });
    const missing = clientSecret === null ? "clientSecret" : userAgent === null ? "userAgent" : undefined;
    if (clientId !== null && missing !== undefined)
      report(["clientId"], {
        code: "reddit/missing-setting",
        message: `An application that signs in needs \`${missing}\` beside \`clientId\`.`,
        hint: `add \`${missing}\``,
      });
    const application = {
      ...(clientId !== null && { clientId }),
      ...(clientSecret !== null && { clientSecret }),
      ...(userAgent !== null && { userAgent }),
    };
    return {
      output: { columns: withMetadata(columnsOf[config.read], context), changes: "append", origin: "record" },
      part: { kind: "source", settings: { ...settings, ...application }, largestRecord: LARGEST_RECORD },
    };
  },
};

/** Reddit holds a text to 40,000 characters (its "self text" limit); escaped in JSON each takes six bytes at most. */
const LARGEST_RECORD = 512 * 1024;
