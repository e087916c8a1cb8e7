import { type DemoAgent, type Route, send } from "./agent.js";
import type { Attack } from "./outcome.js";
import type { DemoProxy, Tampering } from "./proxy.js";

const SIGNATURE_FIELDS = ["signature", "signature-input"];

/** Three things that a proxy on the way can do to an honest call. Each is a call of its own. */
export function proxyAttacksWith(agent: DemoAgent, proxy: DemoProxy): Attack[] {
  const viaProxy: Route = (sent) => send(sent, `${proxy.origin}${new URL(sent.url).pathname}`);
  const through = (tampering: Tampering): Attack["attempt"] => {
    return () => {
      proxy.tamper(tampering);
      return agent.call(viaProxy);
    };
  };
  return [
    {
      name: "rewritten path",
      story: "the proxy turns the order into a refund: /orders becomes /refunds",
      expected: "signature_invalid",
      refusedBy: "service",
      attempt: through({ path: () => "/refunds" }),
    },
    {
      name: "swapped content",
      story: "the proxy makes two thousand cones of two",
      expected: "content_digest_mismatch",
      refusedBy: "service",
      attempt: through({ content: (content) => content.replace('"count":2', '"count":2000') }),
    },
    {
      name: "stripped signature",
      story: "the proxy takes the signature off the answer, so that it could write another; the agent refuses it",
      expected: "response_signature_required",
      refusedBy: "agent",
      attempt: through({ keepsOfAnswer: (name) => !SIGNATURE_FIELDS.includes(name) }),
    },
  ];
}
