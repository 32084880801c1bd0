import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { afterAll, describe, expect, it } from "vitest";
import { layerRules } from "./layers.ts";

const engine = fileURLToPath(new URL("..", import.meta.url));
const FEWEST_MODULES = 60;

async function violationsIn(folder: string): Promise<{ modules: number; violations: string[] }> {
  const { output } = await cruise(["src"], {
    baseDir: folder,
    ruleSet: { forbidden: layerRules },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.test\\.ts$" },
  });
  const result = output as ICruiseResult;
  return {
    modules: result.modules.filter((module) => module.source.startsWith("src/")).length,
    violations: result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  };
}

describe("the layers", () => {
  const planted: string[] = [];
  afterAll(() => Promise.all(planted.map((folder) => rm(folder, { recursive: true }))));

  it("are imported in one direction", async () => {
    const { modules, violations } = await violationsIn(engine);
    expect(violations).toEqual([]);
    // A cruise that reads nothing finds nothing.
    expect(modules).toBeGreaterThan(FEWEST_MODULES);
  }, 60_000);

  it.each([
    ["src/expression/index.ts", "../dag.ts", "src/dag.ts"],
    ["src/plan/index.ts", "../runtime/apply.ts", "src/runtime/apply.ts"],
    ["src/plan/index.ts", "node:fs", undefined],
    ["src/nodes/transform.filter/index.ts", "../sink.mongodb/index.ts", "src/nodes/sink.mongodb/index.ts"],
    ["src/api/routes.ts", "../cli/main.ts", "src/cli/main.ts"],
    ["src/types.ts", "./nodes/source.http/run.ts", "src/nodes/source.http/run.ts"],
  ])("find a planted import: %s of %s", async (from, specifier, target) => {
    const folder = await mkdtemp(join(tmpdir(), "layers-"));
    planted.push(folder);
    const write = async (path: string, text: string) => {
      await mkdir(join(folder, path, ".."), { recursive: true });
      await writeFile(join(folder, path), text);
    };
    await write("package.json", '{"type":"module"}');
    await symlink(join(engine, "tsconfig.json"), join(folder, "tsconfig.json"));
    await write(from, `import "${specifier}";\n`);
    if (target !== undefined) await write(target, "export {};\n");
    expect((await violationsIn(folder)).violations).toHaveLength(1);
  });
});
