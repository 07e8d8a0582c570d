import { sweepTrigger } from "../sweep-trigger.ts";

export default sweepTrigger(45);
