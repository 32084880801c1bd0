import type { ComponentType } from "react";
import type { WidgetKind } from "../widget-of.ts";
import { Choice } from "./choice.tsx";
import { ColumnPicker } from "./column.tsx";
import { Columns } from "./columns.tsx";
import { Duration } from "./duration.tsx";
import { Expression } from "./expression.tsx";
import { Indexes } from "./indexes.tsx";
import { List } from "./list.tsx";
import { MapWidget } from "./map.tsx";
import { NumberWidget } from "./number.tsx";
import { ObjectWidget } from "./object.tsx";
import { Reference } from "./reference.tsx";
import { Switch } from "./switch.tsx";
import { Text } from "./text.tsx";
import type { WidgetProps } from "./widget-props.ts";
import { Window } from "./window.tsx";
import { YamlValue } from "./yaml-value.tsx";

/** Every widget by its name. */
export const WIDGETS: Record<WidgetKind, ComponentType<WidgetProps>> = {
  choice: Choice,
  column: ColumnPicker,
  columns: Columns,
  duration: Duration,
  expression: Expression,
  indexes: Indexes,
  list: List,
  map: MapWidget,
  number: NumberWidget,
  object: ObjectWidget,
  reference: Reference,
  switch: Switch,
  text: Text,
  window: Window,
  yaml: YamlValue,
};
