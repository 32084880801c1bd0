import { useTarget } from "../state/target.ts";
import { targetTexts } from "../texts/target.ts";
import styles from "./target.module.css";
import { chooseTarget } from "./targets.ts";

/** Chooses where pipelines run, where there is a choice. */
export function TargetSelect() {
  const { project, chosen } = useTarget();
  if (project === undefined || project.targets.length < 2) return null;
  return (
    <label className={styles.target}>
      {targetTexts.target}
      <select value={chosen} onChange={({ target }) => chooseTarget(target.value)}>
        {project.targets.map(({ name }) => (
          <option key={name} value={name}>
            {targetTexts.option(name, name === project.default)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Says what is looked at, where there is a choice. */
export function OnTarget() {
  const { project, chosen } = useTarget();
  if (project === undefined || chosen === undefined || project.targets.length < 2) return null;
  return <span>{targetTexts.on(chosen)}</span>;
}
