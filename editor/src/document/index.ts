/** Edits of the text of a spec: every action of the canvas and of the form, as the fewest changes that say it. */
export { addNode, insertOnEdge, type NewNode } from "./add.ts";
export type { TextChange } from "./changes.ts";
export { connect, disconnect, type NewEdge } from "./connect.ts";
export { copyNodes } from "./copy-nodes.ts";
export { type Edit, textAfter } from "./draft.ts";
export { learnNodeTypes, type NodeTypeFacts } from "./node-types.ts";
export { duplicateNodes, pasteNodes } from "./paste-nodes.ts";
export { pathAt } from "./path-at.ts";
export { removeNodes } from "./remove-nodes.ts";
export { renameInTests, renameNode } from "./rename-node.ts";
export { type Connection, idsOf, whyNotRead } from "./spec-nodes.ts";
export { addEntry, removeValue, renameKey, setValue } from "./values.ts";
