export { type DemoOptions, demoDefaults, demoOptionNames, type ParsedOptions, parseDemoUrl } from "./options.ts";
export type { Kind, SentRecord } from "./record.ts";
export { type Demo, type DemoPlace, startDemo } from "./server.ts";
