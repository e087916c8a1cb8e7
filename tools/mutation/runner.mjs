// @ts-check
/**
 * The vitest runner of Stryker, which takes no notice of a test file that does not load. A mutant that keeps one from
 * loading is found by it, as `vitest run` fails.
 */
import { TestStatus } from "@stryker-mutator/api/test-runner";
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from "@stryker-mutator/api/plugin";
import { VitestTestRunner } from "./node_modules/@stryker-mutator/vitest-runner/dist/src/vitest-test-runner.js";

export { strykerValidationSchema } from "@stryker-mutator/vitest-runner";

class StrictVitestRunner extends VitestTestRunner {
  /** @param {any} options */
  async run(options = {}) {
    const result = await super.run(options);
    if (result.status !== "complete") return result;
    const unloaded = this.ctx.state
      .getFiles()
      .filter((/** @type {any} */ file) => file.result?.state === "fail" && file.tasks.length === 0);
    for (const {
      filepath,
      result: { errors },
    } of unloaded) {
      const failureMessage = errors?.[0]?.message ?? "unknown";
      result.tests.push({
        id: `${filepath}#loads`,
        name: "loads",
        timeSpentMs: 0,
        status: TestStatus.Failed,
        failureMessage,
      });
    }
    return result;
  }
}

/** @param {any} injector */
function strictVitestRunner(injector) {
  return injector.provideValue("globalNamespace", "__stryker__").injectClass(StrictVitestRunner);
}
strictVitestRunner.inject = tokens(commonTokens.injector);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "strict-vitest", strictVitestRunner)];
