import express, { type Response, type Router } from "express";
import { bundleConsole } from "./bundle-console.ts";
import { CONSOLE_PAGE } from "./console-page.ts";

/** Only this origin, no inline script, no frame: text from the world can never become code here. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/**
 * The web console of the sandbox: `/`, `/assets/app.js`, `/assets/app.css`. It is bundled once, when this is called, and
 * talks only to the control interface on the same origin.
 */
export async function consoleRouter(): Promise<Router> {
  const { js, css } = await bundleConsole();
  const router = express.Router();
  router.get("/", (_request, response) => send(response, "text/html", CONSOLE_PAGE));
  router.get("/assets/app.js", (_request, response) => send(response, "text/javascript", js));
  router.get("/assets/app.css", (_request, response) => send(response, "text/css", css));
  return router;
}

function send(response: Response, type: string, content: string): void {
  response
    .set("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    .set("X-Content-Type-Options", "nosniff")
    .set("Referrer-Policy", "no-referrer")
    // A restarted sandbox may serve another page on the same port.
    .set("Cache-Control", "no-cache")
    .type(type)
    .send(content);
}
