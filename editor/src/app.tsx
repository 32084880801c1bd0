/** The whole editor. */
export function App() {
  return <main>Pipelines</main>;
}
