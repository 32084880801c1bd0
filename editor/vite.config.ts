import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // The engine's core from its sources: no step of its own between an edit there and the editor.
  resolve: { conditions: ["source", "module", "browser", "development|production"] },
  html: { cspNonce: "NONCE" },
  build: { outDir: "dist", emptyOutDir: true, target: "es2023", chunkSizeWarningLimit: 1000, modulePreload: { polyfill: false } },
  worker: { format: "es" },
});
