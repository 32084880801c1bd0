import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, of the real stack and of the browser. */
const LONGEST = [
  ["spark-templates", "rooms", "pipelines", "parity", "retail", "run-ends"].map((name) => `/test/stack/${name}.test.ts`),
  ["canvas", "everyone", "form", "panels-plan", "editor"].map((name) => `/editor/test/${name}.test.ts`),
];

/**
 * Begins with the files that take longest, so that no worker is left alone with one of them at the end, and takes turns between the stack and the browser, so that
 * what runs beside Spark is most often no second one.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const [browser, others] = ["browser", "others"].map((kind) =>
      sorted
        .filter(({ project }) => (project.name === "browser") === (kind === "browser"))
        .toSorted((a, b) => place(a) - place(b)),
    ) as [TestSpecification[], TestSpecification[]];
    return others.flatMap((file, at) => [file, ...browser.slice(at, at + 1)]).concat(browser.slice(others.length));
  }
}

function place({ moduleId }: TestSpecification): number {
  const places = LONGEST.flatMap((ends) => ends.findIndex((end) => moduleId.endsWith(end))).filter((at) => at >= 0);
  return places[0] ?? Number.POSITIVE_INFINITY;
}
