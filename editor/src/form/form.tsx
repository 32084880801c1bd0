import { Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { copySelected } from "../canvas/clipboard.ts";
import { entryOf } from "../catalogue.ts";
import type { PictureNode } from "../compile/picture.ts";
import { contractOf, type Schema } from "../contracts.ts";
import { useEditor } from "../state/editor.ts";
import { formTexts } from "../texts/form.ts";
import { texts } from "../texts/index.ts";
import { EditingProvider, editingOf } from "./editing.ts";
import { Field } from "./field.tsx";
import { focusField } from "./focus.ts";
import styles from "./form.module.css";
import { NodeBar } from "./node-bar.tsx";
import { Problems } from "./problems-at.tsx";
import { SelectionActions } from "./selection-actions.tsx";
import { WithCode } from "./with-code.tsx";

/** So many settings are shown together. */
const MOST_AT_ONCE = 8;
const DESCRIPTION: Schema = { type: "string", title: formTexts.description, description: formTexts.descriptionHint };

/** The settings of the selected node, as its contract declares them. */
export function Form() {
  const picture = useEditor((state) => state.picture);
  const isStale = useEditor((state) => state.isStale);
  const id = useEditor((state) => (state.selected.length === 1 ? state.selected[0] : undefined));
  const node = picture?.nodes.find((one) => one.id === id);
  useAskedField(node);
  if (node === undefined) return <Chosen />;
  const entry = entryOf(node.type);
  const contract = contractOf(node.type);
  const editing = editingOf(node, picture?.edges ?? [], contract);
  return (
    <fieldset className={styles.form} disabled={isStale} key={node.id}>
      <legend className={styles.legend}>
        <span>{entry?.title ?? node.type}</span> <code>{node.type}</code>
      </legend>
      <p className={styles.about}>
        <WithCode text={entry?.description ?? texts.typeUnknown(node.type)} />
      </p>
      <NodeBar node={node} />
      <NodeProblems node={node} contract={contract} />
      <EditingProvider value={editing}>
        <Field name="description" schema={DESCRIPTION} value={node.description} isRequired={false} path={["description"]} />
        {contract !== undefined && <Settings node={node} contract={contract} />}
      </EditingProvider>
    </fieldset>
  );
}

/** Goes to the field that was asked for, once its node is the one that is shown. */
function useAskedField(node: PictureNode | undefined): void {
  const asked = useEditor((state) => state.asked);
  useEffect(() => {
    if (asked === undefined || node === undefined || !asked.pointer.startsWith(node.pointer)) return;
    focusField(asked.pointer);
    useEditor.setState({ asked: undefined });
  }, [asked, node]);
}

/** What is wrong with the node and stands at none of its fields. */
function NodeProblems({ node, contract }: { node: PictureNode; contract: Schema | undefined }) {
  const diagnostics = useEditor((state) => state.diagnostics);
  const fields = ["description", ...Object.keys(contract?.properties ?? {}).map((name) => `config/${name}`)];
  const isAtField = (pointer: string) =>
    fields.some((field) => pointer === `${node.pointer}/${field}` || pointer.startsWith(`${node.pointer}/${field}/`));
  const own = diagnostics.filter(
    ({ at }) => (at.pointer === node.pointer || at.pointer.startsWith(`${node.pointer}/`)) && !isAtField(at.pointer),
  );
  return (
    <div className={styles.ofNode} tabIndex={-1} data-part data-pointer={own.length > 0 ? node.pointer : undefined}>
      <Problems problems={own} />
    </div>
  );
}

/** What can be done with several nodes, where several are selected. */
function Chosen() {
  const count = useEditor((state) => state.selected.length);
  if (count < 2) return <p className={styles.hint}>{formTexts.pickNode}</p>;
  return (
    <div className={styles.form}>
      <p className={styles.about}>{formTexts.chosen(count)}</p>
      <div className={styles.bar}>
        <button type="button" onClick={() => void copy()}>
          <Copy size={14} aria-hidden /> {formTexts.copy}
        </button>
        <SelectionActions />
      </div>
    </div>
  );
}

async function copy(): Promise<void> {
  try {
    await navigator.clipboard.writeText(copySelected());
  } catch {
    useEditor.setState({ notice: { title: texts.refused, text: formTexts.noClipboard } });
  }
}

/** All settings of a node. Where there are many, those that are neither written nor needed stand behind the others. */
function Settings({ node, contract }: { node: PictureNode; contract: Schema }) {
  const all = Object.entries(contract.properties ?? {});
  const isNeeded = (name: string) => name in node.written || (contract.required?.includes(name) ?? false);
  // A field stays where it is while it is written.
  const [first] = useState(
    () => new Set(all.length <= MOST_AT_ONCE ? all.map(([name]) => name) : all.map(([name]) => name).filter(isNeeded)),
  );
  const more = all.filter(([name]) => !first.has(name));
  const field = ([name, property]: [string, Schema]) => (
    <Field
      key={name}
      name={name}
      schema={property}
      value={node.written[name]}
      isRequired={contract.required?.includes(name) ?? false}
      path={["config", name]}
    />
  );
  return (
    <>
      {all.filter(([name]) => first.has(name)).map(field)}
      {more.length > 0 && (
        <details className={styles.more}>
          <summary>{formTexts.more(more.length)}</summary>
          {more.map(field)}
        </details>
      )}
    </>
  );
}
