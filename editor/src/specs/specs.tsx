import { CircleAlert, CircleCheck, CirclePlay, CircleX, History, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { ApiError, api, type SpecEntry } from "../api/client.ts";
import { sentenceOf } from "../dock/saved-answer.ts";
import { follow } from "../route.ts";
import { news } from "../state/news.ts";
import { texts } from "../texts/index.ts";
import { specsTexts } from "../texts/specs.ts";
import { NewSpec } from "./new-spec.tsx";
import styles from "./specs.module.css";

/** The pipelines of the folder, each with what is wrong with it and its last run. */
export function Specs() {
  const [specs, setSpecs] = useState<SpecEntry[] | undefined>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    document.title = texts.appName;
    const read = () =>
      void api.specs().then(setSpecs, (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        setProblem(sentenceOf(error));
      });
    read();
    news.addEventListener("specs", read);
    return () => news.removeEventListener("specs", read);
  }, []);
  return (
    <main className={styles.page}>
      <h1>{specsTexts.title}</h1>
      {problem !== undefined && specs === undefined && <p role="alert">{problem}</p>}
      {specs === undefined && problem === undefined && <p>{texts.loading}</p>}
      {specs?.length === 0 && <p>{specsTexts.none}</p>}
      <ul className={styles.list}>
        {specs?.map((spec) => (
          <li key={spec.id}>
            <Entry spec={spec} />
          </li>
        ))}
      </ul>
      {specs !== undefined && <NewSpec specs={specs} />}
    </main>
  );
}

function Entry({ spec }: { spec: SpecEntry }) {
  return (
    <a href={`/specs/${spec.id}`} onClick={follow}>
      <strong>{spec.name || spec.id}</strong>
      <code>{spec.id}.yaml</code>
      <Validity spec={spec} />
      <LastRun run={spec.lastRun} />
      {spec.description !== undefined && <p>{spec.description}</p>}
    </a>
  );
}

function Validity({ spec: { errors, warnings } }: { spec: SpecEntry }) {
  const [Icon, style] =
    errors > 0 ? [CircleAlert, styles.error] : warnings > 0 ? [TriangleAlert, styles.warning] : [CircleCheck, styles.ok];
  return (
    <span className={`${styles.state} ${style}`}>
      <Icon size={15} aria-hidden /> {errors + warnings === 0 ? texts.valid : texts.problemCount(errors, warnings)}
    </span>
  );
}

/** A drained run ends with 0, one that was interrupted with 130. */
const INTERRUPTED = 130;

function LastRun({ run }: { run: SpecEntry["lastRun"] }) {
  if (run === undefined) return <span className={styles.never}>{specsTexts.neverRun}</span>;
  const { state, at, exit } = run;
  const [Icon, style, words] =
    exit === undefined
      ? [CirclePlay, styles.ok, specsTexts.running(state)]
      : exit === 0
        ? [History, "", specsTexts.ended]
        : exit === INTERRUPTED
          ? [History, "", specsTexts.stopped]
          : [CircleX, styles.error, specsTexts.failed];
  return (
    <span className={`${styles.state} ${style}`}>
      <Icon size={15} aria-hidden /> {words} <time dateTime={at}>{TIME.format(new Date(at))}</time>
    </span>
  );
}

const TIME = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
