import { type MouseEvent, useSyncExternalStore } from "react";

/** Where the page is: the list, or one spec. */
export type Route = { page: "specs" } | { page: "spec"; id: string };

const changed = new EventTarget();

/** Goes to a page without loading anew. */
export function go(path: string): void {
  history.pushState(null, "", path);
  changed.dispatchEvent(new Event("change"));
}

/** Goes where a link leads; with a key held it is the browser's, which opens another tab or window. */
export function follow(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(event.currentTarget.pathname);
}

function subscribe(listener: () => void): () => void {
  changed.addEventListener("change", listener);
  window.addEventListener("popstate", listener);
  return () => {
    changed.removeEventListener("change", listener);
    window.removeEventListener("popstate", listener);
  };
}

/** The route as the address says it. */
export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, () => location.pathname);
  const id = /^\/specs\/([a-z0-9][a-z0-9_-]*)$/.exec(path)?.[1];
  return id === undefined ? { page: "specs" } : { page: "spec", id };
}
