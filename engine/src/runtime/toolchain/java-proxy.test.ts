import { expect, it } from "vitest";
import { javaProxyArguments } from "./java-proxy.ts";

const TUNNEL = '"-Djdk.http.auth.tunneling.disabledSchemes="';

it.each<[string, NodeJS.ProcessEnv, string[]]>([
  ["none", {}, []],
  ["an empty one", { HTTPS_PROXY: "", NO_PROXY: "a" }, []],
  [
    "one for https",
    { HTTPS_PROXY: "http://proxy.example:3128" },
    ['"-Dhttps.proxyHost=proxy.example"', '"-Dhttps.proxyPort=3128"', TUNNEL],
  ],
  [
    "one without a scheme",
    { https_proxy: "proxy.example:3128" },
    ['"-Dhttps.proxyHost=proxy.example"', '"-Dhttps.proxyPort=3128"', TUNNEL],
  ],
  [
    "one without a port",
    { HTTP_PROXY: "http://proxy.example" },
    ['"-Dhttp.proxyHost=proxy.example"', '"-Dhttp.proxyPort=80"', TUNNEL],
  ],
  [
    "one with a name and a password",
    { HTTPS_PROXY: "http://me:a%22b%5Cc@[::1]:1" },
    [
      '"-Dhttps.proxyHost=::1"',
      '"-Dhttps.proxyPort=1"',
      '"-Dhttp.proxyUser=me"',
      String.raw`"-Dhttp.proxyPassword=a\"b\\c"`,
      TUNNEL,
    ],
  ],
  [
    "hosts to go to directly",
    { HTTPS_PROXY: "http://p:1", NO_PROXY: "localhost, .example.com,10.0.0.1:8080," },
    ['"-Dhttps.proxyHost=p"', '"-Dhttps.proxyPort=1"', '"-Dhttp.nonProxyHosts=localhost|*.example.com|10.0.0.1"', TUNNEL],
  ],
  ["one that Java cannot use", { ALL_PROXY: "socks5://p:1" }, []],
  ["no address at all", { HTTPS_PROXY: "http://:::" }, []],
])("%s", (_, env, lines) => expect(javaProxyArguments(env)).toEqual(lines));
