import { describe, expect, it } from "vitest";
import { pipNews, pipProblem } from "./pip.ts";

describe("a line of pip", () => {
  it.each([
    ["Progress 1024 of 4096", { kind: "bytes", done: 1024, total: 4096 }],
    [
      "  Downloading pyarrow-26.0.1-cp311-cp311-manylinux_2_28_x86_64.whl (42.1 MB)",
      { kind: "file", name: "pyarrow-26.0.1-cp311-cp311-manylinux_2_28_x86_64.whl" },
    ],
    ["  Using cached https://mirror.example/x/pymongo-4.20.0.tar.gz", { kind: "file", name: "pymongo-4.20.0.tar.gz" }],
    ["Installing collected packages: pymongo", { kind: "installing" }],
    ["WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'x': /simple/pip/", { kind: "retrying" }],
    ["Looking in indexes: https://mirror.example/simple", undefined],
  ])("%s", (line, news) => expect(pipNews(line)).toEqual(news));
});

const RETRYING = (reason: string) =>
  `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by ${reason}: /simple/pip/`;
const NONE = [
  "ERROR: Could not find a version that satisfies the requirement pip==26 (from versions: none)",
  "ERROR: No matching distribution found for pip==26",
];

describe("a failure of pip", () => {
  it.each<[string, string[], string, RegExp]>([
    [
      "a refused connection",
      [
        RETRYING(
          `'NewConnectionError("HTTPSConnection(host='127.0.0.1', port=9): Failed to establish a new connection: [Errno 111] Connection refused")'`,
        ),
        ...NONE,
      ],
      "environment/network",
      /^pip could not fetch the packages: Failed to establish a new connection: \[Errno 111\] Connection refused$/,
    ],
    [
      "a refusing proxy, in the words of an older pip",
      [
        RETRYING(
          `'ProxyError('Cannot connect to proxy.', NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))'`,
        ),
        ...NONE,
      ],
      "environment/network",
      /Cannot connect to proxy/,
    ],
    [
      "an unknown host",
      [
        RETRYING(
          `'NameResolutionError("HTTPSConnection(host='a.invalid', port=443): Failed to resolve 'a.invalid' ([Errno -2] Name or service not known)")'`,
        ),
        ...NONE,
      ],
      "environment/network",
      /Failed to resolve 'a\.invalid' \(\[Errno -2\] Name or service not known\)$/,
    ],
    ["a Python for which there is no package", NONE, "environment/no-package", /No matching distribution found for pip==26/],
    [
      "an altered package",
      [
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated",
        "    x==1 from https://mirror.example/x-1.whl (from -r packages.txt (line 3)):",
        "        Expected sha256 00",
        "             Got        11",
      ],
      "environment/hash-mismatch",
      /^A package that pip fetched is not the one in the lock: x==1: its SHA-256 is 11, not 00\.$/,
    ],
    [
      "a full disk",
      ["ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"],
      "environment/disk-full",
      /No space left on device/,
    ],
    [
      "a user whose share of the disk is full",
      ["OSError: [Errno 122] Disk quota exceeded"],
      "environment/disk-full",
      /Disk quota exceeded/,
    ],
    [
      "a foreign certificate",
      [
        "WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed",
      ],
      "environment/certificate",
      /certificate verify failed/,
    ],
    ["anything else", ["ERROR: something new"], "environment/pip", /^pip failed: something new$/],
    ["silence", [], "environment/pip", /^pip failed/],
  ])("%s", (_, tail, code, message) => {
    const problem = pipProblem(tail);
    expect(problem).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(problem.hint).not.toBe("");
  });
});
