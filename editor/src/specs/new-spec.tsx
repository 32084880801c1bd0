import { type FormEvent, useState } from "react";
import { ApiError, api, type SpecEntry } from "../api/client.ts";
import { sentenceOf } from "../dock/saved-answer.ts";
import { textAfter } from "../document/index.ts";
import { otherName } from "../document/other-name.ts";
import { go } from "../route.ts";
import { openText, rawText } from "../state/raw-text.ts";
import { specsTexts } from "../texts/specs.ts";
import styles from "./specs.module.css";

const NAME = /^[a-z][a-z0-9-]{0,62}$/;
/** The pipelines that come with the engine, read when one is wanted. */
const EXAMPLES = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>(["../../../pipelines/*.yaml", "!../../../pipelines/*.test.yaml"], {
      query: "?raw",
      import: "default",
    }),
  ).map(([path, read]) => [path.slice(path.lastIndexOf("/") + 1, -".yaml".length), read]),
);

/** What a new pipeline begins with: one of the project, an example, or nothing (""). */
type Template = "" | `project/${string}` | `example/${string}`;

/** Makes a pipeline, from nothing or from another one. */
export function NewSpec({ specs }: { specs: readonly SpecEntry[] }) {
  const [name, setName] = useState("");
  const [template, setTemplate] = useState<Template>("");
  const [refusal, setRefusal] = useState<string>();
  const ids = specs.map(({ id }) => id);
  const problem = refusal ?? problemOf(name, ids);
  const create = async (event: FormEvent) => {
    event.preventDefault();
    if (name === "") setRefusal(specsTexts.badName(""));
    if (name === "" || problem !== undefined) return;
    try {
      const made = await textFrom(template, name);
      if ("refused" in made) return setRefusal(made.refused);
      await api.create(name, made.text);
      go(`/specs/${name}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setRefusal(sentenceOf(error));
    }
  };
  const examples = Object.keys(EXAMPLES).filter((id) => !ids.includes(id));
  return (
    <form className={styles.form} onSubmit={create} noValidate>
      <h2>{specsTexts.create}</h2>
      <label>
        {specsTexts.name}
        <input
          placeholder={specsTexts.nameExample}
          value={name}
          aria-invalid={problem !== undefined}
          aria-describedby="new-spec-problem"
          onChange={(event) => {
            setName(event.target.value);
            setRefusal(undefined);
          }}
        />
      </label>
      <label>
        {specsTexts.startFrom}
        <select value={template} onChange={(event) => setTemplate(event.target.value as Template)}>
          <option value="">{specsTexts.nothing}</option>
          <Options label={specsTexts.ofProject} under="project" ids={ids} />
          <Options label={specsTexts.examples} under="example" ids={examples} />
        </select>
      </label>
      <button type="submit">{specsTexts.make}</button>
      <p id="new-spec-problem" className={styles.error} role="alert">
        {problem}
      </p>
      {template !== "" && <p>{specsTexts.ownTargets}</p>}
    </form>
  );
}

function Options({ label, under, ids }: { label: string; under: "project" | "example"; ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <optgroup label={label}>
      {ids.map((id) => (
        <option key={id} value={`${under}/${id}`}>
          {id}
        </option>
      ))}
    </optgroup>
  );
}

/** Why a name cannot be taken; undefined where it can, and where none is given yet. */
function problemOf(name: string, taken: readonly string[]): string | undefined {
  if (name === "") return undefined;
  if (taken.includes(name)) return specsTexts.taken(name);
  return NAME.test(name) ? undefined : specsTexts.badName(suggestionFor(name));
}

/** `Store Sales 2` as `store-sales-2`; empty where nothing is left. */
function suggestionFor(name: string): string {
  const plain = name.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 63)
    .replace(/-$/, "");
}

async function textFrom(template: Template, name: string): Promise<{ text: string } | { refused: string }> {
  if (template === "") return { text: `version: 1\nname: ${name}\nnodes: []\n` };
  const [under, id = ""] = template.split("/");
  const raw = under === "project" ? (await api.spec(id)).text : ((await EXAMPLES[id]?.()) ?? "");
  const { text, form } = openText(raw);
  const edit = otherName(text, name);
  return "refused" in edit ? edit : { text: rawText(textAfter(text, edit), form) };
}
