import { type FormEvent, useEffect, useState } from "react";
import { ApiError, api, type SpecEntry } from "../api/client.ts";
import { go } from "../route.ts";
import { texts } from "../texts/index.ts";
import styles from "./specs.module.css";

/** The pipelines of the folder, each with what is wrong with it and its last run. */
export function Specs() {
  const [specs, setSpecs] = useState<SpecEntry[] | undefined>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    document.title = texts.appName;
    api.specs().then(setSpecs, (error: unknown) => setProblem(messageOf(error)));
  }, []);
  return (
    <main className={styles.page}>
      <h1>{texts.specs}</h1>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {specs === undefined && problem === undefined && <p>{texts.loading}</p>}
      {specs?.length === 0 && <p>{texts.noSpecs}</p>}
      <ul className={styles.list}>
        {specs?.map((spec) => (
          <li key={spec.id}>
            <a
              href={`/specs/${spec.id}`}
              onClick={(event) => {
                event.preventDefault();
                go(`/specs/${spec.id}`);
              }}
            >
              <strong>{spec.name || spec.id}</strong>
              <code>{spec.id}.yaml</code>
              <span className={spec.errors > 0 ? styles.error : spec.warnings > 0 ? styles.warning : styles.ok}>
                {spec.errors + spec.warnings === 0 ? `✓ ${texts.valid}` : texts.problemCount(spec.errors, spec.warnings)}
              </span>
              {spec.lastRun !== undefined && (
                <small>
                  {texts.lastRun}: {spec.lastRun.state} {spec.lastRun.at.slice(0, 16).replace("T", " ")}
                </small>
              )}
            </a>
          </li>
        ))}
      </ul>
      <NewSpec specs={specs ?? []} />
    </main>
  );
}

function NewSpec({ specs }: { specs: readonly SpecEntry[] }) {
  const [id, setId] = useState("");
  const [template, setTemplate] = useState("");
  const [problem, setProblem] = useState<string>();
  const create = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const text =
        template === ""
          ? `version: 1\nname: ${id}\nnodes: []\n`
          : (await api.spec(template)).text.replace(/^name: .*$/m, `name: ${id}`);
      await api.create(id, text);
      go(`/specs/${id}`);
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <form className={styles.form} onSubmit={create}>
      <h2>{texts.newSpec}</h2>
      <input
        aria-label={texts.newSpecName}
        placeholder={texts.newSpecName}
        required
        pattern="[a-z0-9][a-z0-9_\-]*"
        value={id}
        onChange={(event) => setId(event.target.value)}
      />
      <label>
        {texts.startFrom}{" "}
        <select value={template} onChange={(event) => setTemplate(event.target.value)}>
          <option value="">{texts.empty}</option>
          {specs.map((spec) => (
            <option key={spec.id} value={spec.id}>
              {spec.id}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{texts.create}</button>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </form>
  );
}

function messageOf(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  return error.status === 0 ? texts.lostServer : [error.message, error.hint].filter(Boolean).join(" ");
}
