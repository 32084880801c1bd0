import { type LucideIcon, Minus, Pencil, Plus } from "lucide-react";
import { entryOf } from "../catalogue.ts";
import { diffTexts } from "../texts/diff.ts";
import type { NodeChange, SettingChange, SpecChanges } from "./changes.ts";
import styles from "./diff.module.css";

const ICONS: Record<NodeChange["change"], LucideIcon> = { added: Plus, changed: Pencil, removed: Minus };

/** The nodes that were added, changed and removed, with the settings that are others now. */
export function ChangeList({
  changes: { nodes, pipeline },
  onPick,
}: {
  changes: SpecChanges;
  onPick: (node: NodeChange) => void;
}) {
  if (nodes.length === 0 && pipeline.length === 0) return null;
  return (
    <ul className={styles.nodes} aria-label={diffTexts.nodes}>
      {pipeline.length > 0 && (
        <li data-change="changed">
          <span className={styles.head}>
            <Word change="changed" /> {diffTexts.pipeline}
          </span>
          <Settings settings={pipeline} />
        </li>
      )}
      {nodes.map((node) => (
        <li key={`${node.change} ${node.id}`} data-change={node.change}>
          <button type="button" className={styles.head} onClick={() => onPick(node)}>
            <Word change={node.change} /> <code>{node.id}</code> <small>{entryOf(node.type)?.title ?? node.type}</small>
          </button>
          <Settings settings={node.settings} />
        </li>
      ))}
    </ul>
  );
}

function Word({ change }: { change: NodeChange["change"] }) {
  const Icon = ICONS[change];
  return (
    <span className={styles.word}>
      <Icon size={13} aria-hidden /> {diffTexts.words[change]}
    </span>
  );
}

function Settings({ settings }: { settings: readonly SettingChange[] }) {
  if (settings.length === 0) return null;
  return (
    <dl className={styles.settings}>
      {settings.map(({ path, before, after }) => (
        <div key={`${path} ${before} ${after}`}>
          <dt>{path}</dt>
          <dd>
            {before === undefined ? <em>{diffTexts.unset}</em> : <del>{before}</del>} →{" "}
            {after === undefined ? <em>{diffTexts.unset}</em> : <ins>{after}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
