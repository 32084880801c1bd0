import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files of the real stack that take longest. */
const LONGEST = ["spark-templates", "rooms", "pipelines", "parity", "retail", "run-ends"].map(
  (name) => `/test/stack/${name}.test.ts`,
);

const place = ({ moduleId }: TestSpecification) => {
  const at = LONGEST.findIndex((end) => moduleId.endsWith(end));
  return at < 0 ? LONGEST.length : at;
};

/** Begins with the files that take longest, so that no worker is left alone with one of them at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
