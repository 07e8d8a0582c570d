import { startDynalite } from "../../support/dynalite.ts";
import { announce } from "./serve.ts";

/** A DynamoDB in a process of its own, so that its work does not stand in the way of the servers that are measured. */
const { url } = await startDynalite();
announce({ port: Number(new URL(url).port) });
