/** How lines of machines begin: times, levels, stack frames, data, prompts of shells, fields of YAML. */
const MACHINE =
  /^\s*(?:[[(]?\d{4}[-/]\d\d[-/]\d\d|[[(]?\d\d:\d\d:\d\d|\w{3} {1,2}\d{1,2} \d\d:\d\d:\d\d |\d{10,13}[ .,]|[IWEF]\d{4} |\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|PANIC)\]?[ :]|(?:level|ts|time|msg|severity)=|at [\w$.<>]+[ (]|Caused by: |\.{3} \d+ more|goroutine \d|Traceback |File "|[\w.$]+(?:Exception|Error)(?::|$)|[{}[\]]|["'][\w.-]+["']\s?:|[\w./-]+:\d+(?::\d+)?[: ]|[$#>] ?(?:kubectl|curl|aws|docker|helm|git|psql|ssh)|(?:GET|POST|PUT|PATCH|DELETE|HEAD) \/|[+-]{3} |@@ |diff --git|<[?!/\w])/;
/** `a=1 b=2`: a line of fields. */
const FIELDS = /(?:^|\s)[\w.-]+=\S+.*?\s[\w.-]+=\S/;

const CALL = /\w+\(.{0,200}\)\s*[{;]/;

/** Whether a person may have written `line`: capitalised words in anything else are classes, tables and tools. */
export function isHumanLine(line: string): boolean {
  const head = line.slice(0, 400);
  if (MACHINE.test(head) || (head.includes("=") && FIELDS.test(head))) return false;
  return !(head.includes("(") && /[{;]/.test(head) && CALL.test(head));
}
