import { formTexts } from "../../texts/form.ts";
import { List } from "./list.tsx";
import { asRecord, shown, type WidgetProps } from "./widget-props.ts";

/** The indexes of a collection; each says in one line what it is. */
export function Indexes(props: WidgetProps) {
  return <List {...props} titleOf={indexText} />;
}

function indexText(index: unknown): string {
  const { fields, unique, expireAfter, where } = asRecord(index);
  const order = Object.entries(asRecord(fields)).map(
    ([field, kind]) => `${field} ${formTexts.orders[shown(kind)] ?? shown(kind)}`,
  );
  return [
    order.join(", "),
    unique === true && formTexts.unique,
    typeof expireAfter === "string" && formTexts.expires(expireAfter),
    typeof where === "string" && formTexts.onlyWhere(where),
  ]
    .filter(Boolean)
    .join(" · ");
}
