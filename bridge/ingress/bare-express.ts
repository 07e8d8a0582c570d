import express, { type Express } from "express";

/** An Express app that guesses nothing: paths as they are written, no parsed query, no headers about itself. */
export function bareExpress(): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("query parser", false);
  app.enable("strict routing");
  app.enable("case sensitive routing");
  return app;
}
