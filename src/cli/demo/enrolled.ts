import { createCredential, type WorkloadCredential } from "../../credential/credential.js";
import { generateKey, type Signer } from "../../crypto/signer.js";
import { jsonObject } from "../io.js";
import type { DemoIssuer } from "./issuer.js";

/** A workload with its key, which nobody else has, and its credential. */
export interface Enrolled {
  readonly key: Signer;
  readonly credential: WorkloadCredential;
}

/** Makes a key for a workload, enrols it, and fetches its WIT. */
export async function enrolled(issuer: DemoIssuer, workload: string): Promise<Enrolled> {
  const key = await generateKey();
  await issuer.enrol(key.publicJwk, workload);
  const answer = await fetch(`${issuer.origin}/wit`, { method: "POST", body: JSON.stringify(key.publicJwk) });
  const { wit } = jsonObject(await answer.text(), "the issuer's answer");
  return { key, credential: await createCredential(String(wit), key) };
}
