import { CSPProvider } from "@base-ui/react/csp-provider";
import { useEffect } from "react";
import { EditorPage } from "./editor-page.tsx";
import { useRoute } from "./route.ts";
import { listen } from "./run/follow.ts";
import { Specs } from "./specs/specs.tsx";

const nonce = document.querySelector<HTMLElement>("meta[property=csp-nonce], script[nonce]")?.nonce ?? "";

/** The whole editor: the list of pipelines, or one of them. */
export function App() {
  const route = useRoute();
  useEffect(listen, []);
  return (
    <CSPProvider nonce={nonce}>{route.page === "specs" ? <Specs /> : <EditorPage key={route.id} id={route.id} />}</CSPProvider>
  );
}
