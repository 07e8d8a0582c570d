import { serve } from "./serve.ts";
import { verify } from "./verify.ts";

/** node:http and HMAC; no router, no JSON, nothing stored. */
await serve((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const accepted = verify(request.headers, Buffer.concat(chunks));
    response.writeHead(accepted ? 200 : 401, { "content-type": "application/json" });
    response.end(JSON.stringify({ ok: accepted }));
  });
});
