import { describe, expect, test } from "vitest";
import { read } from "../../../../test/support/source-reading.ts";
import { streamServers } from "../../../../test/support/test-server.ts";
import { SourceFailure } from "../../source-run.ts";

const { serve, close } = streamServers();

describe("a refusal", () => {
  test.each([
    [429, "1"],
    [503, new Date(Date.now() + 3_600_000).toUTCString()],
  ])("%i with Retry-After %s is obeyed", async (status, header) => {
    const url = await serve((_request, response, visit) => {
      response.statusCode = visit === 0 ? status : 200;
      if (visit === 0) response.setHeader("Retry-After", header);
      response.end("1\n");
    });
    const began = performance.now();
    const reading = read(url);
    if (status === 503) {
      while (reading.reports.length === 0) await new Promise((resolve) => setImmediate(resolve));
      reading.stop();
      expect(await reading.end).toBe("aborted");
      expect(reading.reports).toMatchObject([{ event: "degraded", attempt: 1 }]);
      const [news] = reading.reports;
      expect(news?.event === "degraded" && news.retryInMs > 3_500_000).toBe(true);
    } else {
      expect(await reading.end).toBe("ended");
      expect(performance.now() - began).toBeGreaterThanOrEqual(990);
      expect(reading.reports[0]).toEqual({ event: "degraded", message: `${url} answered 429`, attempt: 1, retryInMs: 1000 });
    }
  });

  test.each([400, 401, 403, 404, 410])("%i is final and says what to do, but no secret", async (status) => {
    const url = await serve((_request, response) => {
      response.statusCode = status;
      response.end("no\n");
    });
    const reading = read(`${url}?token=secret`, { headers: { authorization: "Bearer secret" } });
    const error: unknown = await reading.end.catch((each: unknown) => each);
    expect(error).toBeInstanceOf(SourceFailure);
    if (!(error instanceof SourceFailure)) return;
    expect(error.message).toBe(`${url}?token=*** answered ${status}`);
    expect(error.hint).toBeTruthy();
    expect(`${error.stack}${error.hint}`).not.toContain("secret");
  });

  test("of the first connection is given up in the end", async () => {
    const url = await serve((_request, response) => response.end());
    await close();
    const reading = read(url, { firstConnectMs: 300 });
    await expect(reading.end).rejects.toThrow(/ECONNREFUSED/);
  });

  test("a server that is not there at the start is read once it is", async () => {
    const url = await serve((_request, response) => response.end("never\n"));
    await close();
    const reading = read(url);
    while (reading.reports.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(reading.reports[0]).toMatchObject({ event: "degraded", attempt: 1, message: expect.stringContaining("ECONNREFUSED") });
    await serve((_request, response) => response.end("1\n"), Number(new URL(url).port));
    expect(await reading.end).toBe("ended");
    expect(reading.texts()).toEqual(["1"]);
    // Nothing was heard before, so nothing can have been missed.
    expect(reading.reports.map((news) => news.event)).not.toContain("gap");
  });

  test("that comes after the stream was read once is final too", async () => {
    const url = await serve((_request, response, visit) => {
      response.statusCode = visit === 0 ? 200 : 401;
      response.write("1\n");
      if (visit === 0) setImmediate(() => response.destroy());
      else response.end();
    });
    const reading = read(url);
    await expect(reading.end).rejects.toThrow(/answered 401/);
    expect(reading.texts()).toEqual(["1"]);
  });

  test("that passes is outlived, with waits that grow", async () => {
    const url = await serve((_request, response, visit) => {
      response.statusCode = visit < 3 ? 503 : 200;
      if (visit < 2) response.setHeader("Retry-After", visit === 0 ? "0" : new Date(Date.now() - 1000).toUTCString());
      response.end("1\n");
    });
    const reading = read(url, { firstConnectMs: 10_000 });
    expect(await reading.end).toBe("ended");
    expect(reading.texts()).toEqual(["1"]);
    const degraded = reading.reports.flatMap((news) => (news.event === "degraded" ? [news] : []));
    expect(degraded.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(degraded.slice(0, 2).map(({ retryInMs }) => retryInMs)).toEqual([0, 0]);
    expect(degraded[2]?.retryInMs).toBeLessThanOrEqual(2000);
  });

  test("to send plain bytes is final", async () => {
    const url = await serve((_request, response) => response.setHeader("content-encoding", "gzip").end("x"));
    await expect(read(url).end).rejects.toThrow(/content-encoding: gzip/);
  });
});

describe("a redirect", () => {
  test("is followed, the user's headers stay with their origin", async () => {
    const seen: (string | undefined)[] = [];
    const far = await serve((request, response) => {
      seen.push(String(request.headers["x-key"]));
      response.end("far\n");
    });
    const url = await serve((request, response, visit) => {
      seen.push(String(request.headers["x-key"]));
      response.writeHead(307, { location: visit === 0 ? "/other" : far }).end();
    });
    const reading = read(url, { headers: { "x-key": "secret" } });
    expect(await reading.end).toBe("ended");
    expect(seen).toEqual(["secret", "secret", "undefined"]);
    expect(reading.texts()).toEqual(["far"]);
  });

  test.each(["ftp://127.0.0.1/x", "http://[", "file:///etc/passwd"])("to %s is an end", async (location) => {
    const url = await serve((_request, response) => response.writeHead(302, { location }).end());
    await expect(read(url).end).rejects.toThrow(/redirects to nowhere/);
  });

  test("in a circle is an end", async () => {
    const url = await serve((_request, response) => response.writeHead(302, { location: "/stream" }).end());
    await expect(read(url).end).rejects.toThrow(/more than 5 times/);
  });
});
