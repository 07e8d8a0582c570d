import { type Detector, eachMatch } from "../detector.ts";
import { KEYED_SECRET_PRIORITY } from "../policy.ts";
import { isSecretValue } from "./secret-value.ts";

const KIND = /\bkind["']?:\s{0,4}["']?Secret\b/g;
const DATA = /^([ \t]*)(?:data|stringData):[ \t]*$/;
const PAIR = /^([ \t]+)["']?[\w.-]{1,200}["']?:[ \t]+(\S.*)$/;
const JSON_DATA = /"(?:data|stringData)"\s{0,4}:\s{0,4}\{/g;
const JSON_PAIR = /"[\w.-]{1,200}"\s{0,4}:\s{0,4}"((?:[^"\\]|\\.){1,20000})"/g;

/** Values below `data` and `stringData` of a Kubernetes Secret, as YAML or JSON. */
export const kubernetesSecret: Detector = {
  name: "kubernetes-secret",
  scope: "whole",
  detect(text, emit) {
    KIND.lastIndex = 0;
    if (!KIND.test(text)) return;
    const report = (start: number, end: number) => {
      if (isSecretValue(text.slice(start, end), true)) emit("SECRET", start, end, KEYED_SECRET_PRIORITY);
    };
    yamlValues(text, report);
    jsonValues(text, report);
  },
};

function yamlValues(text: string, report: (start: number, end: number) => void): void {
  let dataIndent = -1;
  let lineStart = 0;
  for (const line of text.split("\n")) {
    const data = line.length < 400 ? DATA.exec(line) : null;
    if (data) dataIndent = data[1]?.length ?? 0;
    else if (dataIndent >= 0) {
      const pair = PAIR.exec(line.trimEnd());
      const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
      if (line.trim() !== "" && indent <= dataIndent) dataIndent = -1;
      else if (pair?.[2] !== undefined && !/^[|>][-+]?$/.test(pair[2])) {
        const from = lineStart + line.indexOf(pair[2], line.indexOf(":"));
        report(from, from + pair[2].length);
      } else if (line.trim() !== "" && !pair) {
        // A line of a block scalar.
        report(lineStart + indent, lineStart + line.trimEnd().length);
      }
    }
    lineStart += line.length + 1;
  }
}

function jsonValues(text: string, report: (start: number, end: number) => void): void {
  JSON_DATA.lastIndex = 0;
  for (let data = JSON_DATA.exec(text); data !== null; data = JSON_DATA.exec(text)) {
    const from = data.index + data[0].length;
    const close = text.indexOf("}", from);
    const end = close === -1 ? text.length : close;
    eachMatch(JSON_PAIR, text.slice(from, end), (pair) => {
      const stop = from + pair.index + pair[0].length - 1;
      report(stop - (pair[1]?.length ?? 0), stop);
    });
    JSON_DATA.lastIndex = Math.max(end, from);
  }
}
