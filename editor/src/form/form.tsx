import { Copy, CopyPlus, Link, Pencil, Trash2 } from "lucide-react";
import { disconnectNodes, removeSelected } from "../canvas/actions.ts";
import { copySelected, duplicateSelected } from "../canvas/clipboard.ts";
import { entryOf } from "../catalogue.ts";
import type { PictureNode } from "../compile/picture.ts";
import { contractOf, type Schema } from "../contracts.ts";
import { openDialog } from "../dialogs/dialog-state.ts";
import { removeValue, setValue } from "../document/index.ts";
import { useEditor } from "../state/editor.ts";
import { apply } from "../state/session.ts";
import { texts } from "../texts/index.ts";
import { Field } from "./field.tsx";
import styles from "./form.module.css";
import { TextInput } from "./inputs.tsx";

/** The settings of the selected node, as its contract declares them. */
export function Form() {
  const picture = useEditor((state) => state.picture);
  const isStale = useEditor((state) => state.isStale);
  const id = useEditor((state) => (state.selected.length === 1 ? state.selected[0] : undefined));
  const node = picture?.nodes.find((one) => one.id === id);
  if (node === undefined) return <Chosen />;
  const entry = entryOf(node.type);
  const contract = contractOf(node.type);
  return (
    <fieldset className={styles.form} disabled={isStale} key={node.id}>
      <legend className={styles.legend}>
        <span>{entry?.title ?? node.type}</span> <code>{node.type}</code>
      </legend>
      <p className={styles.about}>{entry?.description ?? texts.typeUnknown(node.type)}</p>
      <NodeBar node={node} />
      <Diagnostics pointer={node.pointer} exact />
      <div className={styles.field}>
        <span className={styles.label}>{texts.description}</span>
        <TextInput
          label={texts.description}
          value={node.description ?? ""}
          placeholder={texts.descriptionHint}
          onCommit={(value) => write(node.id, ["description"], value === "" ? undefined : value)}
        />
      </div>
      {contract !== undefined && <Settings node={node} schema={contract} />}
    </fieldset>
  );
}

/** What can be done with several nodes, where several are selected. */
function Chosen() {
  const count = useEditor((state) => state.selected.length);
  if (count < 2) return <p className={styles.hint}>{texts.pickNode}</p>;
  return (
    <div className={styles.form}>
      <p className={styles.about}>{texts.chosen(count)}</p>
      <div className={styles.bar}>
        <button type="button" onClick={() => void navigator.clipboard.writeText(copySelected())}>
          <Copy size={14} aria-hidden /> {texts.copy}
        </button>
        <button type="button" onClick={duplicateSelected}>
          <CopyPlus size={14} aria-hidden /> {texts.duplicate}
        </button>
        <button type="button" onClick={removeSelected}>
          <Trash2 size={14} aria-hidden /> {texts.delete}
        </button>
      </div>
    </div>
  );
}

function Settings({ node, schema }: { node: PictureNode; schema: Schema }) {
  const columns = node.reads.flat();
  return Object.entries(schema.properties ?? {}).map(([name, property]) => (
    <Field
      key={name}
      name={name}
      schema={property}
      value={node.written[name]}
      isRequired={schema.required?.includes(name) ?? false}
      columns={columns}
      pointer={`${node.pointer}/config/${name}`}
      onChange={(value, path) => write(node.id, ["config", name, ...path], value)}
    />
  ));
}

/** Writes a setting into the text; undefined takes it out. */
function write(id: string, path: (string | number)[], value: unknown): void {
  const { text } = useEditor.getState();
  apply(value === undefined ? removeValue(text, id, path) : setValue(text, id, path, value));
}

function NodeBar({ node }: { node: PictureNode }) {
  const edges = useEditor((state) => state.picture?.edges);
  const inputs = edges?.filter((edge) => edge.target === node.id) ?? [];
  return (
    <>
      <div className={styles.bar}>
        <strong>{node.id}</strong>
        <button type="button" onClick={() => openDialog({ kind: "rename", id: node.id })}>
          <Pencil size={14} aria-hidden /> {texts.rename}
        </button>
        {node.role !== "sink" && (
          <button type="button" onClick={() => openDialog({ kind: "connect", id: node.id })}>
            <Link size={14} aria-hidden /> {texts.connectTo}
          </button>
        )}
        <button type="button" onClick={duplicateSelected}>
          <CopyPlus size={14} aria-hidden /> {texts.duplicate}
        </button>
        <button type="button" onClick={removeSelected}>
          <Trash2 size={14} aria-hidden /> {texts.delete}
        </button>
      </div>
      {inputs.length > 0 && (
        <p className={styles.reads}>
          {texts.reads}:{" "}
          {inputs.map((edge) => (
            <span key={edge.id} className={styles.chip}>
              <button type="button" onClick={() => useEditor.setState({ selected: [edge.source] })}>
                {edge.source}
                {edge.output !== undefined && `.${edge.output}`}
              </button>
              <button
                type="button"
                aria-label={`${texts.removeEntry} ${edge.source}`}
                onClick={() =>
                  disconnectNodes({ node: edge.source, ...(edge.output !== undefined && { output: edge.output }) }, node.id)
                }
              >
                ×
              </button>
            </span>
          ))}
        </p>
      )}
    </>
  );
}

/** What is wrong at a place of the text. `exact` leaves out what stands deeper. */
export function Diagnostics({ pointer, exact = false }: { pointer: string; exact?: boolean }) {
  const diagnostics = useEditor((state) => state.diagnostics);
  const own = diagnostics.filter(({ at }) => at.pointer === pointer || (!exact && at.pointer.startsWith(`${pointer}/`)));
  return own.map(({ code, severity, message, hint, at }) => (
    <p key={`${code} ${at.from}`} className={severity === "error" ? styles.error : styles.warning} role="note">
      {severity === "error" ? "✕" : "⚠"} {message} {hint !== undefined && <em>{hint}</em>}
    </p>
  ));
}
