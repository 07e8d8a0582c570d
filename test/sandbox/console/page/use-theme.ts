import { useSyncExternalStore } from "react";

const query = window.matchMedia("(prefers-color-scheme: dark)");

/** The scheme the system asks for, for the one part that cannot read it in CSS: the Block Kit renderer. */
export function useTheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, () => (query.matches ? "dark" : "light"));
}

function subscribe(onChange: () => void): () => void {
  query.addEventListener("change", onChange);
  return () => query.removeEventListener("change", onChange);
}
