/** What is read of a child of a listing, by Reddit's names. */
export interface Thing {
  name: string;
  data: Record<string, unknown>;
}

/** The children of a listing, oldest first; undefined where the answer is none. */
export function thingsOf(answer: unknown): Thing[] | undefined {
  const children = objectOf(objectOf(answer).data).children;
  if (!Array.isArray(children)) return undefined;
  return children.toReversed().flatMap((child: unknown) => {
    const data = objectOf(objectOf(child).data);
    return typeof data.name === "string" ? [{ name: data.name, data }] : [];
  });
}

/** A post or comment as a record: its own names instead of Reddit's, the time as ISO 8601. What Reddit does not say is null. */
export function recordOf({ name, data }: Thing, read: "posts" | "comments"): Record<string, unknown> {
  const shared = {
    author: data.author ?? null,
    score: data.score ?? null,
    created_utc: timeOf(data.created_utc),
    url: typeof data.permalink === "string" ? `https://www.reddit.com${data.permalink}` : null,
  };
  if (read === "comments")
    return {
      comment_id: name,
      post_id: data.link_id ?? null,
      parent_id: data.parent_id ?? null,
      subreddit: data.subreddit ?? null,
      body: data.body ?? null,
      ...shared,
    };
  return {
    post_id: name,
    subreddit: data.subreddit ?? null,
    title: data.title ?? null,
    body: data.selftext ?? null,
    flair: data.link_flair_text ?? null,
    comments: data.num_comments ?? null,
    ...shared,
  };
}

/** An id grows with time: Reddit counts them up in base 36. */
export function idOf(name: string): number {
  return Number.parseInt(name.slice(name.indexOf("_") + 1), 36);
}

function timeOf(seconds: unknown): string | null {
  const time = new Date(Number(seconds) * 1000);
  return typeof seconds === "number" && !Number.isNaN(time.getTime()) ? time.toISOString() : null;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
