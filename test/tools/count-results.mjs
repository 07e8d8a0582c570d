// Reads vitest's JSON report and the exit codes of check and tests; prints the last line of a CI run and exits accordingly.
// Plain JavaScript: it must speak even when nothing could be installed.
import { readFileSync } from "node:fs";

const [reportPath = "", checkCode = "1", testsCode = "1"] = process.argv.slice(2);
let passed = 0;
let failed = 0;

if (checkCode === "0") passed += 1;
else {
  failed += 1;
  console.log("check failed; its steps are above");
}

try {
  const report = JSON.parse(readFileSync(reportPath, "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const file of report.testResults) {
    for (const test of file.assertionResults.filter((one) => one.status === "failed")) {
      console.log(`failed: ${file.name.replace(`${process.cwd()}/`, "")}: ${test.fullName}`);
    }
    // A file that could not be loaded holds no tests that could fail.
    if (file.status === "failed" && !file.assertionResults.some((one) => one.status === "failed")) {
      failed += 1;
      console.log(`failed: ${file.name}: ${file.message}`);
    }
  }
  if (report.numPendingTests + report.numTodoTests > 0) {
    failed += report.numPendingTests + report.numTodoTests;
    console.log(`${report.numPendingTests + report.numTodoTests} tests were not run; in CI each must`);
  }
  if (report.numTotalTests === 0) {
    failed += 1;
    console.log("no test was found");
  }
} catch (error) {
  failed += 1;
  console.log(`the tests left no report (exit code ${testsCode}): ${error.message}`);
}
// An error outside of any test, such as an unhandled rejection, is only in the exit code.
if (testsCode !== "0" && failed === 0) {
  failed += 1;
  console.log(`vitest ended with ${testsCode} although no test failed; its message is above`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
