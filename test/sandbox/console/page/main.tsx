import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";

const root = document.getElementById("console");
if (!root) throw new Error('The page has no element with the id "console"; see console-page.ts.');
createRoot(root).render(<App />);
