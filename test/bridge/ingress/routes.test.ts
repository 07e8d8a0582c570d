import type { Express } from "express";
import { describe, expect, test } from "vitest";
import { ROUTES } from "../../../bridge/routes.ts";
import { startIngress } from "./start-ingress.ts";

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}

/** Every route Express knows, nested routers too, as `METHOD path`. */
function registered(layers: Layer[]): string[] {
  return layers.flatMap(({ route, handle }) => {
    const nested = handle.stack ? registered(handle.stack) : [];
    if (!route) return nested;
    return Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`);
  });
}
const routesOf = (app: Express) => registered(app.router.stack as unknown as Layer[]).sort();

describe("the table of routes", () => {
  test.each(["public", "internal"] as const)("is exactly what the %s listener serves", async (listener) => {
    await using bridge = await startIngress();
    const table = ROUTES.filter((route) => route.listener === listener).map(({ method, path }) => `${method} ${path}`);
    expect(routesOf(bridge.apps[listener])).toEqual(table.sort());
  });

  test("every public route that changes something demands a signature and bounds its body", () => {
    for (const route of ROUTES.filter(({ listener, method }) => listener === "public" && method !== "GET")) {
      expect(route.auth, route.path).not.toBe("none");
      expect(route.bodyLimit, route.path).toBeGreaterThan(0);
      expect(route.bodyLimit, route.path).toBeLessThanOrEqual(1_048_576);
    }
  });

  test("a route added behind the table's back is found", async () => {
    await using bridge = await startIngress();
    bridge.apps.public.get("/debug", (_request, response) => void response.end());
    expect(routesOf(bridge.apps.public)).toContain("GET /debug");
  });
});
