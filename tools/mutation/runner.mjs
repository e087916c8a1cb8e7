import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from "@stryker-mutator/api/plugin";
import { TestStatus } from "@stryker-mutator/api/test-runner";
import { VitestTestRunner } from "./node_modules/@stryker-mutator/vitest-runner/dist/src/vitest-test-runner.js";

export { strykerValidationSchema } from "@stryker-mutator/vitest-runner";

/**
 * Stryker's runner of vitest takes no notice of a test file that does not load. `vitest run` fails then, and so this
 * counts as one failed test.
 */
class StrictVitestRunner extends VitestTestRunner {
  async run(options = {}) {
    const result = await super.run(options);
    if (result.status !== "complete") return result;
    for (const file of this.ctx.state.getFiles()) {
      if (file.result?.state !== "fail" || file.tasks.length > 0) continue;
      const failureMessage = file.result.errors?.[0]?.message ?? "unknown";
      const id = `${file.filepath}#loads`;
      result.tests.push({ id, name: "loads", timeSpentMs: 0, status: TestStatus.Failed, failureMessage });
    }
    return result;
  }
}

/** Stryker's own name for where it keeps the state of its instrumentation. */
const NAMESPACE = "__stryker__";

function strictVitestRunner(injector) {
  return injector.provideValue("globalNamespace", NAMESPACE).injectClass(StrictVitestRunner);
}
strictVitestRunner.inject = tokens(commonTokens.injector);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "strict-vitest", strictVitestRunner)];
