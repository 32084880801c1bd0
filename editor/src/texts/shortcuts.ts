/** The words of the list of keys. On a Mac Cmd stands for Ctrl. */
export const shortcutTexts = {
  groups: [
    {
      title: "Pipeline",
      keys: [
        ["Ctrl S", "Save"],
        ["Ctrl Enter", "Save and run"],
        ["Ctrl Shift Enter", "Stop the run; once more ends it at once"],
        ["Ctrl Z", "Undo"],
        ["Ctrl Shift Z", "Redo"],
        ["/ or Ctrl K", "Find a node"],
        ["F8, Shift F8", "The next problem, the one before"],
        ["?", "This list"],
      ],
    },
    {
      title: "Nodes",
      keys: [
        ["N", "Add a node that reads the selected one"],
        ["C", "Let another node read the selected one"],
        ["F2", "Rename"],
        ["Alt arrows", "Move"],
        ["Delete", "Remove nodes or the selected edge"],
        ["Ctrl C, X, V", "Copy, cut and paste as YAML"],
        ["Ctrl D", "Duplicate"],
        ["Ctrl A", "Select all"],
        ["Escape", "Select none"],
      ],
    },
    {
      title: "Outline",
      keys: [
        ["Up, Down, Home, End", "Walk the nodes"],
        ["Left, Right", "To what a node reads, or what reads it"],
        ["Shift with these", "Select it beside the others"],
        ["Enter", "To the settings of the node"],
      ],
    },
  ] as const,
  close: "Close",
};
