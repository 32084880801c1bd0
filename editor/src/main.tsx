import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { fillCatalogue } from "./catalogue.ts";
import { compiler } from "./state/session.ts";
import "./theme.css";

const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.theme = localStorage.getItem("theme") ?? (isDark ? "dark" : "light");

const root = document.getElementById("root");
const answer = await compiler.ask({ ask: "facts" });
if ("facts" in answer) fillCatalogue(answer.facts);
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
