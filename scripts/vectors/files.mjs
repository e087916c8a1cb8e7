// @ts-check
import { downgradeAttacks } from "./attacks/downgrade.mjs";
import { fieldAttacks } from "./attacks/fields.mjs";
import { identityAttacks } from "./attacks/identity.mjs";
import { recipientAttacks } from "./attacks/recipient.mjs";
import { replayAttacks } from "./attacks/replay.mjs";
import { signedRequestAttacks } from "./attacks/signed-requests.mjs";
import { signedResponseAttacks } from "./attacks/signed-responses.mjs";
import { tokenAttacks } from "./attacks/tokens.mjs";
import { trustAttacks } from "./attacks/trust-domain.mjs";
import { publishedRequests, publishedWits } from "./examples/messages.mjs";
import { acceptedSigned } from "./http-signature/accepted.mjs";
import { signatureBases } from "./http-signature/bases.mjs";
import { signedContent } from "./http-signature/content.mjs";
import { signedCoverage } from "./http-signature/coverage.mjs";
import { demands } from "./http-signature/demands.mjs";
import { contentDigests } from "./http-signature/digests.mjs";
import { signedParameters } from "./http-signature/parameters.mjs";
import { signedPresentation } from "./http-signature/presentation.mjs";
import { signedReplay } from "./http-signature/replay.mjs";
import { answers } from "./http-signature/responses.mjs";
import { signedMessages } from "./http-signature/sign.mjs";
import { signedSignatures } from "./http-signature/signatures.mjs";
import { signedTimes } from "./http-signature/times.mjs";
import { workload } from "./identifier/authorization.mjs";
import { generic } from "./identifier/generic.mjs";
import { spiffe } from "./identifier/spiffe.mjs";
import { uriSyntax } from "./identifier/uri-syntax.mjs";
import { wimse } from "./identifier/wimse.mjs";
import { acceptedBundles } from "./spiffe-bundle/accepted.mjs";
import { rejectedBundles } from "./spiffe-bundle/rejected.mjs";
import { bundleTrust } from "./spiffe-bundle/trust.mjs";
import { acceptedWits } from "./wit/accepted.mjs";
import { witClaims } from "./wit/claims.mjs";
import { witConfirmation } from "./wit/confirmation.mjs";
import { witForm } from "./wit/form.mjs";
import { witHeader } from "./wit/header.mjs";
import { issuing } from "./wit/issue.mjs";
import { witKeys } from "./wit/keys.mjs";
import { witSignature } from "./wit/signature.mjs";
import { witTimes } from "./wit/times.mjs";
import { acceptedSvids } from "./wit-svid/accepted.mjs";
import { svidIssuing } from "./wit-svid/issue.mjs";
import { presentation } from "./wit-svid/presentation.mjs";
import { rejectedSvids } from "./wit-svid/rejected.mjs";
import { acceptedRequests } from "./wpt/accepted.mjs";
import { authorization } from "./wpt/authorization.mjs";
import { wptClaims } from "./wpt/claims.mjs";
import { earlierRevision } from "./wpt/earlier-revision.mjs";
import { wptForm } from "./wpt/form.mjs";
import { wptHeader } from "./wpt/header.mjs";
import { otherTokens } from "./wpt/other-tokens.mjs";
import { replay } from "./wpt/replay.mjs";
import { requestHead } from "./wpt/request.mjs";
import { signing } from "./wpt/sign.mjs";
import { wptTimes } from "./wpt/times.mjs";
import { txnToken } from "./wpt/txn-token.mjs";
import { witOfRequest } from "./wpt/wit.mjs";

/** Every file of the vectors, in the order of the manifest. @type {import("./cases.mjs").VectorFile[]} */
export const files = [
  ...[wimse, uriSyntax, generic, spiffe, workload],
  ...[acceptedWits, witForm, witHeader, witKeys, witSignature, witTimes, witClaims, witConfirmation, issuing],
  ...[acceptedSvids, rejectedSvids, presentation, svidIssuing],
  ...[acceptedBundles, rejectedBundles, bundleTrust],
  ...[acceptedRequests, requestHead, authorization, witOfRequest, wptForm, wptHeader, wptTimes, wptClaims],
  ...[txnToken, otherTokens, replay, earlierRevision, signing],
  ...[acceptedSigned, signedCoverage, signedParameters, signedTimes, signedSignatures, signedContent],
  ...[signedPresentation, signedReplay, answers, demands, signedMessages],
  ...[signatureBases, contentDigests],
  ...[identityAttacks, trustAttacks, recipientAttacks, downgradeAttacks, replayAttacks, fieldAttacks, tokenAttacks],
  ...[signedRequestAttacks, signedResponseAttacks],
  ...[publishedWits, publishedRequests],
];
