import type { Command } from "commander";
import type { JSONWebKeySet } from "jose";
import type { Runtime } from "../base/runtime.js";
import { createTrustStore } from "../trust/store.js";
import { type Called, startAgent } from "./demo/agent.js";
import { attacksWith } from "./demo/attacks.js";
import { startIssuer } from "./demo/issuer.js";
import { type Attack, outcomeOf } from "./demo/outcome.js";
import { startProxy } from "./demo/proxy.js";
import { proxyAttacksWith } from "./demo/proxy-attacks.js";
import type { LocalServer } from "./demo/server.js";
import { type DemoService, startService } from "./demo/service.js";
import type { AttackOutcome, CallTold, DemoVerdict, Story } from "./demo/story.js";
import { toldAsJson } from "./demo/told-as-json.js";
import { toldAsText } from "./demo/told-as-text.js";
import { inspectSignatures } from "./inspect-signature.js";
import { decodeToken } from "./inspect-token.js";
import { type Cli, jsonObject } from "./io.js";
import { withJson } from "./options.js";

const TRUST_DOMAIN = "wimse://demo.example";
const AGENT = `${TRUST_DOMAIN}/agent`;
const SERVICE = `${TRUST_DOMAIN}/shop`;

export function addDemo(program: Command, cli: Cli): void {
  withJson(
    program
      .command("demo")
      .description("an issuer, a service and an agent on loopback: one honest call, and nine attacks that are refused"),
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

    // Whoever verifies gets its keys from where its configuration says, before the first request.
    const answer = await (await fetch(`${issuer.origin}/jwks.json`)).text();
    const keys = jsonObject(answer, "the key set") as unknown as JSONWebKeySet;
    const service = await startService(issuer, SERVICE, keys, runtime);
    servers.push(service);

    const trust = createTrustStore([{ origin: TRUST_DOMAIN, keys }]);
    const callee = { url: `${service.origin}/orders`, audience: service.origin };
    const agent = await startAgent(issuer, AGENT, { ...callee, workload: SERVICE, trust }, runtime);
    await story.credential({ workload: AGENT, wit: await decodeToken(agent.credential.wit, "wit", runtime.now()) });

    const called = await agent.call();
    await story.call(await told(called, runtime.now()));
    const accepted = (await tellChecks(service, story)) && called.answer instanceof Response;

    const attacks: AttackOutcome[] = [];
    const play = async (attack: Attack): Promise<void> => {
      const outcome = await outcomeOf(attack);
      attacks.push(outcome);
      await story.attack(outcome);
    };
    await story.attacks();
    for (const attack of attacksWith({ ...callee, agent, sent: called.sent, runtime })) await play(attack);

    const proxy = await startProxy(service.origin);
    servers.push(proxy);
    await story.proxy();
    for (const attack of proxyAttacksWith(agent, proxy)) await play(attack);

    const verdict = { accepted, attacks, passed: accepted && attacks.every(({ refused }) => refused) };
    await story.end(verdict);
    return verdict;
  } finally {
    for (const server of servers) await server.close();
  }
}

/** What both sides said, as it is told. */
async function told({ sent, received, answer }: Called, now: number): Promise<CallTold> {
  const { method, url, headers } = sent;
  const { status } = received;
  return {
    sent,
    signatures: inspectSignatures({ method, target: new URL(url).pathname, headers }, now).signatures,
    status,
    answer: answer instanceof Response ? await answer.text() : `refused by the agent: ${answer.code}`,
    answerSignatures: inspectSignatures({ status, headers: [...received.headers] }, now).signatures,
  };
}

async function tellChecks(service: DemoService, story: Story): Promise<boolean> {
  const report = service.lastReport();
  if (report === undefined) return false;
  await story.checks(report);
  return report.outcome === "accepted" && report.workload === AGENT;
}
