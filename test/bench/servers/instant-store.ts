import { startListener } from "../../../bridge/platform/listener.ts";
import { announce } from "./serve.ts";

/** Says yes to every call at once and keeps nothing. In front of it a receiver's own work is all that can be slow. */
const { port } = await startListener(
  (request, response) => {
    request.resume();
    request.once("end", () => response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end("{}"));
  },
  0,
  "127.0.0.1",
);
announce({ port });
