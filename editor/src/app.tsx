import { CSPProvider } from "@base-ui/react/csp-provider";
import { lazy, Suspense, useEffect } from "react";
import { ConnectionNotice } from "./connection-notice.tsx";
import { useRoute } from "./route.ts";
import { listen } from "./run/follow.ts";
import { texts } from "./texts/index.ts";

const Specs = lazy(() => import("./specs/specs.tsx").then((module) => ({ default: module.Specs })));
const EditorPage = lazy(() => import("./editor-page.tsx").then((module) => ({ default: module.EditorPage })));

const nonce = document.querySelector<HTMLElement>("meta[property=csp-nonce], script[nonce]")?.nonce ?? "";

/** The whole editor: the list of pipelines, or one of them. */
export function App() {
  const route = useRoute();
  useEffect(listen, []);
  return (
    <CSPProvider nonce={nonce}>
      <Suspense fallback={<p>{texts.loading}</p>}>
        {route.page === "specs" ? (
          <>
            <ConnectionNotice />
            <Specs />
          </>
        ) : (
          <EditorPage key={route.id} id={route.id} />
        )}
      </Suspense>
    </CSPProvider>
  );
}
