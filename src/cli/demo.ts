import type { Command } from "commander";
import type { JSONWebKeySet } from "jose";
import type { Runtime } from "../base/runtime.js";
import { startAgent } from "./demo/agent.js";
import { attacksWith, outcomeOf } from "./demo/attacks.js";
import { startIssuer } from "./demo/issuer.js";
import type { LocalServer } from "./demo/server.js";
import { type DemoService, startService } from "./demo/service.js";
import type { AttackOutcome, DemoVerdict, Story } from "./demo/story.js";
import { toldAsJson } from "./demo/told-as-json.js";
import { toldAsText } from "./demo/told-as-text.js";
import { decodeToken } from "./inspect-token.js";
import { type Cli, jsonObject } from "./io.js";
import { withJson } from "./options.js";

const TRUST_DOMAIN = "wimse://demo.example";
const WORKLOAD = `${TRUST_DOMAIN}/agent`;

export function addDemo(program: Command, cli: Cli): void {
  withJson(
    program
      .command("demo")
      .description("an issuer, a service and an agent on loopback: one honest call, and six attacks that are refused"),
  ).action(async ({ json }: { json?: boolean }) => {
    const { io } = cli;
    const { passed } = await demonstrate(json ? toldAsJson(io) : toldAsText(io), io.runtime);
    if (!passed) cli.reject();
  });
}

/** Plays the demonstration and tells it. It has passed when every request was judged as it should be. */
export async function demonstrate(story: Story, runtime: Runtime): Promise<DemoVerdict> {
  const servers: LocalServer[] = [];
  try {
    const issuer = await startIssuer(TRUST_DOMAIN, runtime);
    servers.push(issuer);
    await story.issuer(issuer);

    // A service gets its keys from where its configuration says, before the first request.
    const keys = jsonObject(await (await fetch(`${issuer.origin}/jwks.json`)).text(), "the key set");
    const service = await startService(TRUST_DOMAIN, keys as unknown as JSONWebKeySet, runtime);
    servers.push(service);

    const agent = await startAgent(issuer, WORKLOAD, runtime);
    await story.credential({
      workload: WORKLOAD,
      wit: await decodeToken(agent.credential.wit, "wit", runtime.now()),
    });

    const url = `${service.origin}/orders/42`;
    const { response, sent } = await agent.call(url);
    const wpt = sent.headers.find(([name]) => name === "authorization")?.[1].replace("WPT ", "") ?? "";
    await story.call({
      sent,
      wpt: await decodeToken(wpt, "wpt", runtime.now()),
      status: response.status,
      answer: await response.text(),
    });
    const accepted = (await tellChecks(service, story)) && response.status === 200;

    await story.attacks();
    const attacks: AttackOutcome[] = [];
    for (const attack of attacksWith({ url, agent, sent, runtime })) {
      const outcome = await outcomeOf(attack);
      attacks.push(outcome);
      await story.attack(outcome);
    }
    const verdict = { accepted, attacks, passed: accepted && attacks.every(({ refused }) => refused) };
    await story.end(verdict);
    return verdict;
  } finally {
    for (const server of servers) await server.close();
  }
}

async function tellChecks(service: DemoService, story: Story): Promise<boolean> {
  const report = service.lastReport();
  if (report === undefined) return false;
  await story.checks(report);
  return report.outcome === "accepted" && report.workload === WORKLOAD;
}
