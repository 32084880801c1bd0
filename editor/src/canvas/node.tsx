import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { CircleAlert, Cpu, Database, Inbox, Plus, Radio, TriangleAlert } from "lucide-react";
import { memo } from "react";
import type { PictureNode } from "../compile/picture.ts";
import { openDialog } from "../dialogs/dialog-state.ts";
import { shortNumber } from "../short-number.ts";
import { useLive } from "../state/live.ts";
import { useMarks } from "../state/marks.ts";
import { texts } from "../texts/index.ts";
import styles from "./node.module.css";
import { NODE_HEIGHT, NODE_WIDTH } from "./place.ts";

/** What a node on the canvas shows; the same object as long as nothing of it changes. */
export interface StepData extends Record<string, unknown> {
  node: PictureNode;
  title: string;
}

export type StepNode = Node<StepData, "step">;

const ICONS = { source: Radio, topic: Inbox, transform: Cpu, sink: Database, unknown: CircleAlert };

/** A step is laid out before it is drawn, and keeps its size whatever it shows. */
const SIZE = { width: NODE_WIDTH, height: NODE_HEIGHT };

/** How often steps were rendered, and what a run shows at them: tests count it. */
const renders = { steps: 0, live: 0, byNode: {} as Record<string, number> };
Object.assign(window, { stepRenders: renders });

export const Step = memo(function Step({ data: { node, title }, selected }: NodeProps<StepNode>) {
  renders.steps += 1;
  renders.byNode[node.id] = (renders.byNode[node.id] ?? 0) + 1;
  const Icon = ICONS[node.role];
  const state = node.errors > 0 ? styles.error : node.warnings > 0 ? styles.warning : "";
  const outputs = [...(node.hasMain ? [""] : []), ...node.side];
  return (
    <div
      className={`${styles.step} ${state} ${selected ? styles.selected : ""}`}
      style={SIZE}
      data-step={node.id}
      data-role={node.role}
    >
      <Inputs node={node} />
      <div className={styles.head}>
        <Icon size={16} aria-hidden />
        <span className={styles.id}>{node.id}</span>
        {node.errors > 0 && (
          <CircleAlert size={15} className={styles.errorIcon} aria-label={texts.problemCount(node.errors, 0)} />
        )}
        {node.errors === 0 && node.warnings > 0 && (
          <TriangleAlert size={15} className={styles.warningIcon} aria-label={texts.problemCount(0, node.warnings)} />
        )}
      </div>
      <div className={styles.line}>
        <span className={styles.kind}>{title}</span>
        <Losses id={node.id} />
      </div>
      <div className={styles.summary}>{node.summary || " "}</div>
      {node.description !== undefined && (
        <p className={styles.note} title={node.description}>
          {node.description}
        </p>
      )}
      <div className={styles.badges}>
        <LiveBadge id={node.id} />
        <MarkBadge id={node.id} />
      </div>
      {outputs.map((output, at) => (
        <Handle
          key={output}
          type="source"
          id={output === "" ? null : output}
          position={Position.Right}
          className={styles.handle}
          style={{ top: `${((at + 1) / (outputs.length + 1)) * 100}%` }}
        >
          {output !== "" && <span className={styles.output}>{output}</span>}
        </Handle>
      ))}
      {node.role !== "sink" && (
        <button
          type="button"
          tabIndex={-1}
          className={`${styles.plus} nodrag`}
          aria-label={`${texts.add}: ${node.id}`}
          onClick={() =>
            openDialog({
              kind: "add",
              from: { node: node.id },
            })
          }
        >
          <Plus size={13} aria-hidden />
        </button>
      )}
    </div>
  );
});

/** Where edges end: one place for all, or one for each input that has a name. */
function Inputs({ node: { mostInputs, inputNames } }: { node: PictureNode }) {
  if (mostInputs === 0) return null;
  if (inputNames.length === 0) return <Handle type="target" position={Position.Left} className={styles.handle} />;
  return inputNames.map((name, at) => (
    <Handle
      key={name}
      type="target"
      id={name}
      position={Position.Left}
      className={styles.handle}
      style={{ top: `${((at + 1) / (inputNames.length + 1)) * 100}%` }}
    >
      <span className={styles.input}>{name}</span>
    </Handle>
  ));
}

/** What goes on at the node while its pipeline runs. */
function LiveBadge({ id }: { id: string }) {
  const live = useLive((state) => state.nodes[id]);
  renders.live += 1;
  const words = [
    // What a query reads and writes stands on its edges.
    live?.rate !== undefined && live.written === undefined && texts.rate(shortNumber(live.rate)),
    live?.written !== undefined && `${shortNumber(live.written)} ${texts.written}`,
    live?.lag !== undefined && live.lag > 0 && `${shortNumber(live.lag)} ${texts.lag}`,
    live?.batchMs !== undefined && texts.ms(shortNumber(live.batchMs)),
  ]
    .filter(Boolean)
    .join(" · ");
  return words !== "" && <span className={styles.live}>{words}</span>;
}

/** What the run lost at the node. */
function Losses({ id }: { id: string }) {
  const dead = useLive((state) => state.nodes[id]?.dead ?? 0);
  const late = useLive((state) => state.nodes[id]?.late ?? 0);
  if (dead + late === 0) return null;
  return (
    <span className={styles.bad}>
      <TriangleAlert size={12} aria-hidden />
      {[dead > 0 && `${shortNumber(dead)} ${texts.dead}`, late > 0 && `${shortNumber(late)} ${texts.late}`]
        .filter(Boolean)
        .join(" · ")}
    </span>
  );
}

/** What a panel says of the node while it is open. */
function MarkBadge({ id }: { id: string }) {
  const mark = useMarks((state) => state[id]);
  return (
    mark !== undefined && (
      <span className={styles.mark} data-mark={mark.kind}>
        {mark.word}
      </span>
    )
  );
}
