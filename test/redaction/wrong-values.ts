import { MARK } from "./secrets.js";

/** What somebody might pass by mistake, each with a secret in it. A fresh one each time: some are used up. */
export interface WrongValue {
  readonly what: string;
  readonly make: () => unknown;
}

export interface Tokens {
  readonly wit: string;
  readonly wpt: string;
  readonly privateJwk: Readonly<Record<string, unknown>>;
}

/** Secrets in every shape that an argument or an option can have. */
export function wrongValues({ wit, wpt, privateJwk }: Tokens): readonly WrongValue[] {
  const fails = (): never => {
    throw new Error(MARK, { cause: wit });
  };
  return [
    { what: "a WIT", make: () => wit },
    { what: "a WPT in its field", make: () => `WPT ${wpt}` },
    { what: "a private JWK", make: () => ({ ...privateJwk }) },
    { what: "the text of a private JWK", make: () => JSON.stringify(privateJwk) },
    { what: "a JWK Set with a private key", make: () => ({ keys: [privateJwk] }) },
    { what: "an array of tokens", make: () => [wit, wpt] },
    { what: "an object named after a token", make: () => ({ [wit]: wpt }) },
    { what: "a number that is none", make: () => Object.assign(Object(Number.NaN), { wit }) },
    { what: "a map", make: () => new Map([[wit, wpt]]) },
    { what: "a URL", make: () => new URL(`https://user:${MARK}@svc.example.com/?${MARK}`) },
    { what: "a URI with user information", make: () => `https://user:${MARK}@svc.example.com/${MARK}?${MARK}` },
    { what: "a URL that is none", make: () => `https://${MARK}:${MARK}:${MARK}` },
    { what: "bytes", make: () => Buffer.from(wit) },
    { what: "a symbol", make: () => Symbol(MARK) },
    { what: "an error", make: () => new Error(MARK) },
    { what: "a function that fails", make: () => fails },
    { what: "a function that answers with a token", make: () => () => wit },
    { what: "an object that is a token when it is written", make: () => ({ toString: () => wit, toJSON: () => wit }) },
    { what: "a Request with tokens", make: () => requestWith(wit, wpt) },
    { what: "a view with tokens", make: () => viewWith(wit, wpt) },
    {
      what: "a Response with a token",
      make: () => new Response(MARK, { headers: { "workload-identity-token": wit } }),
    },
  ];
}

function requestWith(wit: string, wpt: string): Request {
  return new Request(`https://svc.example.com/tools?${MARK}`, {
    method: "POST",
    body: MARK,
    headers: { "workload-identity-token": wit, authorization: `WPT ${wpt}`, cookie: MARK },
  });
}

function viewWith(wit: string, wpt: string): object {
  return {
    method: `GET ${MARK}`,
    target: `${MARK} ${MARK}`,
    headers: [
      ["Workload-Identity-Token", wit],
      [`Authorization ${MARK}`, `WPT ${wpt}`],
    ],
    body: MARK,
  };
}
