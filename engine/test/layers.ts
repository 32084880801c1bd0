import type { IForbiddenRuleType } from "dependency-cruiser";

/** What a source runs in this process: `run.ts` and the folder beside it. */
const RUNS = "nodes/[^/]+/run(\\.ts$|/)|nodes/runners\\.ts$";
const CORE = `^src/(?!runtime/|cli/|api/|demo/|${RUNS})`;

/** Who may import whom: data flows one way, and only the edge has effects. */
export const layerRules: IForbiddenRuleType[] = [
  rule("core-is-pure", "The core knows no effect.", CORE, `^src/(runtime|cli|api|demo)/|^src/(${RUNS})`),
  {
    name: "core-has-no-platform",
    severity: "error",
    comment: "The core runs in a browser: no module of Node, no client of a service.",
    from: { path: CORE },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "core-has-no-services",
    severity: "error",
    comment: "Kafka and MongoDB belong to the runtime, and MongoDB to the source that reads it.",
    from: { pathNot: "^src/(runtime|demo|cli)/|^src/nodes/source.mongodb/run(\\.ts$|/)" },
    to: { path: "node_modules/(kafkajs|mongodb)/" },
  },
  rule(
    "ground-floor",
    "Diagnostics and types stand on nothing.",
    "^src/(diagnostic|column-type|pointer|duration)\\.ts$",
    "^src/(?!diagnostic\\.ts|column-type\\.ts|pointer\\.ts|duration\\.ts)",
  ),
  rule(
    "expression-stands-low",
    "An expression knows types, no nodes.",
    "^src/expression/",
    "^src/(?!expression/|diagnostic\\.ts|column-type\\.ts)",
  ),
  rule("rooms-are-apart", "No node type imports another.", "^src/nodes/([^/]+)/", "^src/nodes/(?!$1/)[^/]+/"),
  rule(
    "rooms-know-no-stage",
    "A room is asked by the stages and asks none of them.",
    "^src/nodes/[^/]+/index\\.ts$",
    "^src/(plan|artefacts|validate|dag\\.ts|types\\.ts|core\\.ts)",
  ),
  rule(
    "plan-is-late",
    "Nothing before the plan knows the plan.",
    "^src/(validate/|dag\\.ts|types\\.ts|nodes/[^/]+/index\\.ts)",
    "^src/(plan|artefacts)/",
  ),
  rule("runtime-knows-no-door", "The runtime is used by the command line and the API.", "^src/runtime/", "^src/(cli|api)/"),
  rule("doors-are-apart", "Only `engine edit` opens the API.", "^src/cli/(?!commands/edit\\.ts$)", "^src/api/"),
  rule("api-knows-no-cli", "Command line and API do not know each other.", "^src/api/", "^src/cli/"),
  {
    name: "no-circles",
    severity: "error",
    comment: "Modules form no circle, but where a grammar does: an operand is an expression again.",
    from: { pathNot: "^src/expression/" },
    to: { circular: true },
  },
];

function rule(name: string, comment: string, from: string, to: string): IForbiddenRuleType {
  return { name, severity: "error", comment, from: { path: from }, to: { path: to } };
}
