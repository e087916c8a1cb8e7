"""Answers the conformance protocol `wimse-target/v1` on standard input and output."""

import base64
import hashlib
import json
import re
import sys

from wimse_tokens import Refused, Rejected, Token, parse_identifier, verify_wit

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
TARGET = re.compile(r"(?:/|https?://[^/?@]+(?=[/?]|\Z))[!\"$-~]*", re.I)
#: Proofs that were used: sender and id. A real recipient forgets them when they expire.
used = set()


class Unsupported(Exception):
    """The operation, or something in its context, does not exist here."""


def hash_of(text):
    """base64url of SHA-256, without padding."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def fields(lines, name):
    """The values of a field, line by line; letter case matters in none of the names (RFC 9110 section 5.1)."""
    return [value.strip(" \t") for line, value in lines if line.isascii() and line.lower() == name]


def check_head(method, target, lines):
    size = sum(len(name) + len(value) + 4 for name, value in lines)
    if len(lines) > 256 or size > 65536 or len(target) > 16384:
        raise Rejected("request_too_large")
    if not TOKEN.fullmatch(method) or not all(TOKEN.fullmatch(name) for name, _ in lines):
        raise Rejected("request_malformed")
    if any(re.search("[\r\n\0]", value) for _, value in lines):
        raise Rejected("request_malformed")
    if not TARGET.fullmatch(target) and (method, target) != ("OPTIONS", "*"):
        raise Rejected("request_malformed")


def read_credentials(lines):
    """WIT, WPT and Txn-Token (or `None`) of a request that has exactly one of the first two."""
    wits = fields(lines, "workload-identity-token")
    if len(wits) > 1:
        raise Rejected("wit_multiple")
    authorization = fields(lines, "authorization")
    proofs = [value for value in authorization if re.match(r"wpt(?![^\x00-\x20\"(),/:;<=>?@\[\\\]{}])", value, re.I)]
    if len(authorization) > 1:
        raise Rejected("wpt_multiple" if proofs else "request_malformed")
    txn_tokens = fields(lines, "txn-token")
    if len(txn_tokens) > 1 or not all(re.fullmatch(r"[A-Za-z0-9._~+/=-]+", value) for value in txn_tokens):
        raise Rejected("request_malformed")
    if not wits:
        raise Rejected("wit_missing")
    if not proofs:
        if any('tag="wimse-workload-to-workload"' in value for value in fields(lines, "signature-input")):
            raise Rejected("proof_not_accepted")
        older = fields(lines, "workload-proof-token")
        raise Rejected("wpt_revision_unsupported" if older else "proof_missing")
    return wits[0], proofs[0][3:].lstrip(" "), txn_tokens[0] if txn_tokens else None


def verify_wpt(text, wit, key, policy, now, lines, txn_token):
    """The token and the names of the fields that it binds."""
    tolerance = policy.get("clockTolerance", 5)
    token = Token(text, "wpt")
    claims = token.claims
    token.check_type()
    token.check_critical()
    if token.header.get("alg") != key.alg:
        raise Rejected("wpt_algorithm_mismatch")
    exp, nbf, _ = (token.time(name) for name in ("exp", "nbf", "iat"))
    jti, wth, tth = (token.text(name) for name in ("jti", "wth", "tth"))
    aud, oth = claims.get("aud"), claims.get("oth", {})
    if isinstance(aud, list) and len(aud) == 1:
        aud = aud[0]
    if jti == "" or ("aud" in claims and not isinstance(aud, str)):
        raise Rejected("wpt_claim_invalid")
    if not isinstance(oth, dict) or not all(isinstance(value, str) for value in oth.values()):
        raise Rejected("wpt_claim_invalid")

    if exp is None:
        raise Rejected("wpt_expiration_missing")
    if now >= exp + tolerance:
        raise Rejected("wpt_expired")
    if nbf is not None and now < nbf - tolerance:
        raise Rejected("wpt_not_yet_valid")
    if exp - now > policy.get("maxProofLifetime", 300) + tolerance:
        raise Rejected("wpt_lifetime_too_long")
    if jti is None:
        raise Rejected("wpt_token_id_missing")
    # the audience comes from configuration; whatever Host says is the sender's word
    if aud is None or re.split("[?#]", aud)[0] not in policy["audience"]:
        raise Rejected("wpt_audience_mismatch")
    if wth != hash_of(wit):
        raise Rejected("wpt_wit_hash_mismatch")
    if tth != (None if txn_token is None else hash_of(txn_token)):
        raise Rejected("wpt_txn_token_hash_mismatch")
    for name in oth:
        if name not in policy.get("understoodTokens", []):
            raise Rejected("wpt_other_token_unknown")
    for name, value in oth.items():
        found = fields(lines, name)
        if len(found) != 1 or value != hash_of(found[0]):
            raise Rejected("wpt_other_token_hash_mismatch")
    if not key.verifies(token):
        raise Rejected("wpt_signature_invalid")
    return jti, aud, sorted(list(oth) + (["txn-token"] if txn_token is not None else []))


def allows(rule, identifier):
    kind, value = next(iter(rule.items()))
    uri = identifier["uri"]
    return {
        "exactly": lambda: uri == value,
        "memberOf": lambda: identifier["origin"] == value,
        "under": lambda: uri == value or uri.startswith(value + "/"),
        "anyOf": lambda: any(allows(one, identifier) for one in value),
    }[kind]()


def verify_request(context, request):
    policy, now, lines = context["policy"], context["now"], request["headers"]
    audience = policy["audience"] = [policy["audience"]] if isinstance(policy["audience"], str) else policy["audience"]
    if not audience or "" in audience:
        raise Refused("audience")
    if policy.get("proofs") != ["wpt"] or "wpt-01" in policy.get("compat", []):
        raise Unsupported
    check_head(request["method"], request["target"], lines)
    wit, wpt, txn_token = read_credentials(lines)
    _, identifier, key = verify_wit(wit, context["trust"], policy, now)
    jti, aud, tokens = verify_wpt(wpt, wit, key, policy, now, lines, txn_token)
    if policy.get("allow") is not None and not allows(policy["allow"], identifier):
        raise Rejected("workload_not_authorized")
    if policy.get("replay", "memory") == "memory":
        if (identifier["uri"], jti) in used:
            raise Rejected("wpt_replayed")
        used.add((identifier["uri"], jti))
    return {"workload": identifier["uri"], "proof": "wpt", "revision": "wpt-02", "audience": aud, "tokens": tokens}


def verify_wit_operation(context, request):
    token, identifier, _ = verify_wit(request["wit"], context["trust"], context.get("policy", {}), context["now"])
    return {"subject": identifier["uri"], "algorithm": token.header["alg"], "expiresAt": token.claims["exp"]}


OPERATIONS = {
    "parseIdentifier": lambda _context, request: parse_identifier(request["uri"]),
    "verifyWit": verify_wit_operation,
    "verifyRequest": verify_request,
}


def answer(message):
    if "hello" in message:
        return {"hello": "wimse-target/v1", "name": "wimse-python-example", "version": "1",
                "operations": list(OPERATIONS),
                "specs": ["draft-ietf-wimse-workload-creds-03", "draft-ietf-wimse-wpt-02",
                          "draft-ietf-wimse-identifier", "spiffe-id", "spiffe-wit-svid"]}
    if message.get("reset"):
        used.clear()
        return {"result": "accept", "output": {}}
    operation = OPERATIONS.get(message["op"])
    trust = message.get("context", {}).get("trust", {})
    if operation is None or not all(isinstance(domain.get("keys"), list) for domain in trust.values()):
        return {"result": "unsupported"}
    try:
        return {"result": "accept", "output": operation(message.get("context", {}), message["input"])}
    except Rejected as rejection:
        return {"result": "reject", "code": str(rejection)}
    except Refused as refusal:
        return {"result": "error", "message": str(refusal)}
    except Unsupported:
        return {"result": "unsupported"}
    except Exception as error:  # a flaw of this program: refuse, and go on
        return {"result": "error", "message": type(error).__name__}


if __name__ == "__main__":
    for line in sys.stdin:
        message = json.loads(line)
        number = {"id": message["id"]} if "id" in message else {}
        print(json.dumps({**number, **answer(message)}), flush=True)
