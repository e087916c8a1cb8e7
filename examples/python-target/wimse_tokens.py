"""Workload Identifiers and Workload Identity Tokens, verified with the standard library and `cryptography`."""

import base64
import json
import math
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


class Rejected(Exception):
    """What a sender sent is not accepted; the argument is the code that says why."""


class Refused(Exception):
    """The recipient's own configuration cannot be right."""


# ---- strict decoding: one reading, or none ----

def decode_base64url(text):
    """RFC 7515 section 2: no padding, no other characters, no stray bits."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]+", text) or len(text) % 4 == 1:
        raise ValueError
    octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(octets).rstrip(b"=") != text.encode():
        raise ValueError
    return octets


def unique_members(pairs):
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError
    return dict(pairs)


def no_constant(_name):
    raise ValueError  # NaN and Infinity are no JSON


def decode_json(octets):
    """An object in UTF-8 with unique member names, at most 16 levels deep."""
    text = octets.decode("utf-8")
    depth = deepest = 0
    for bracket in re.findall(r"[][{}]", re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.S)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    value = None if deepest > 16 else json.loads(
        text, object_pairs_hook=unique_members, parse_constant=no_constant)
    if not isinstance(value, dict):
        raise ValueError
    return value


class Token:
    """A JWS in compact serialization, decoded and not verified. `kind` is "wit" or "wpt"."""

    def __init__(self, text, kind):
        self.kind = kind
        if len(text) > 16384:
            raise self.rejection("too_large")
        try:
            header, claims, signature = text.split(".")
            self.signature = decode_base64url(signature)
            self.header = decode_json(decode_base64url(header))
            self.claims = decode_json(decode_base64url(claims))
        except ValueError:
            raise self.rejection("malformed") from None
        self.signed = f"{header}.{claims}".encode()

    def rejection(self, reason):
        return Rejected(f"{self.kind}_{reason}")

    def check_type(self):
        """RFC 7515 section 4.1.9: a media type, with or without `application/`, in any letter case."""
        name = f"{self.kind}+jwt"
        typ = self.header.get("typ")
        if not isinstance(typ, str) or typ.lower() not in (name, f"application/{name}"):
            raise self.rejection("type_mismatch")

    def check_critical(self):
        if "crit" in self.header or "b64" in self.header:
            raise self.rejection("critical_header_unsupported")

    def time(self, name):
        value = self.claims.get(name)
        if name in self.claims and (isinstance(value, bool) or not isinstance(value, (int, float))
                                    or not math.isfinite(value)):
            raise self.rejection("claim_invalid")
        return value

    def text(self, name):
        value = self.claims.get(name)
        if name in self.claims and not isinstance(value, str):
            raise self.rejection("claim_invalid")
        return value


# ---- Workload Identifiers ----

CHARACTERS = r"(?:[-A-Za-z0-9._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})"
URI = re.compile(
    rf"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<userinfo>(?:{CHARACTERS}|:)*)@)?"
    rf"(?P<domain>\[[0-9A-Za-z:.]+\]|{CHARACTERS}*)(?P<port>:[0-9]*)?"
    rf"(?P<path>(?:/(?:{CHARACTERS}|[:@])*)*)"
    rf"(?P<query>\?(?:{CHARACTERS}|[:@/?])*)?(?P<fragment>#(?:{CHARACTERS}|[:@/?])*)?")
OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
#: The form of trust domain and path that each scheme has; `None` is for all others.
FORMS = {
    "wimse": (r"[a-z0-9._-]*[a-z0-9_-]", r"[^%]+"),
    "spiffe": (r"[a-z0-9._-]{1,255}", r"[A-Za-z0-9._/-]+"),
    None: (r"(?:[^A-Z%]|%[0-9A-F]{2})+", r"(?:[^%]|%[0-9A-F]{2})+"),
}


def parse_identifier(uri):
    if len(uri[:2049].encode("utf-8", "surrogatepass")) > 2048:
        raise Rejected("identifier_too_long")
    parts = URI.fullmatch(uri)
    if not parts:
        raise Rejected("identifier_malformed")
    if any(parts[name] is not None for name in ("userinfo", "port", "query", "fragment")):
        raise Rejected("identifier_forbidden_component")
    scheme, domain, path = parts["scheme"], parts["domain"], parts["path"]
    known = scheme.lower() if scheme.lower() in FORMS else None
    address = re.fullmatch(rf"{OCTET}(?:\.{OCTET}){{3}}", domain) and known != "spiffe"
    if not domain or not path or domain.startswith("[") or address:
        raise Rejected("identifier_malformed")
    domain_form, path_form = FORMS[known]
    encoded = (chr(int(digits, 16)) for digits in re.findall(r"%(..)", domain + path))
    if (scheme != scheme.lower() or not re.fullmatch(domain_form, domain)
            or not re.fullmatch(path_form, path)
            or any(segment in ("", ".", "..") for segment in path[1:].split("/"))
            or any(re.fullmatch(r"[A-Za-z0-9._~-]", character) for character in encoded)):
        raise Rejected("identifier_not_canonical")
    return {"uri": uri, "scheme": scheme, "trustDomain": domain, "path": path,
            "origin": f"{scheme}://{domain}"}


# ---- keys ----

HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
CURVES = {"ES256": ("P-256", ec.SECP256R1), "ES384": ("P-384", ec.SECP384R1), "ES512": ("P-521", ec.SECP521R1)}
SVID_ALGORITHMS = {family + bits for family in ("RS", "ES", "PS") for bits in HASHES}
ALGORITHMS = SVID_ALGORITHMS | {"Ed25519", "EdDSA"}
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
P = 2 ** 255 - 19
D = -121665 * pow(121666, -1, P) % P


def check_ed25519(octets):
    """Whether the octets are a point of the curve, in its one encoding, and not of small order."""
    y = int.from_bytes(octets, "little") & (2 ** 255 - 1)
    if len(octets) != 32 or y >= P:
        raise ValueError
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    if pow(x2, (P - 1) // 2, P) not in (0, 1):
        raise ValueError
    for _ in range(3):  # y of the point doubled, three times: the neutral element has y = 1
        product = D * x2 * y * y % P
        x2, y = (4 * x2 * y * y * pow(1 + product, -2, P) % P, (y * y + x2) * pow(1 - product, -1, P) % P)
    if y == 1:
        raise ValueError


class Key:
    """A public JWK for one algorithm. `ValueError` when it is none."""

    def __init__(self, jwk, alg):
        if PRIVATE & set(jwk):
            raise ValueError
        self.alg = alg
        if alg in CURVES:
            curve, make = CURVES[alg]
            self.size = (make.key_size + 7) // 8
            x, y = decode_base64url(jwk.get("x")), decode_base64url(jwk.get("y"))
            if (jwk.get("kty"), jwk.get("crv")) != ("EC", curve) or {len(x), len(y)} != {self.size}:
                raise ValueError
            numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), make())
            self.key = numbers.public_key()
        elif alg in ("Ed25519", "EdDSA"):
            octets = decode_base64url(jwk.get("x"))
            if (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
                raise ValueError
            check_ed25519(octets)
            self.key = ed25519.Ed25519PublicKey.from_public_bytes(octets)
        elif alg in ALGORITHMS and jwk.get("kty") == "RSA":
            n, e = (int.from_bytes(decode_base64url(jwk.get(name)), "big") for name in ("n", "e"))
            if n.bit_length() < 2048 or e < 3:
                raise ValueError
            self.key = rsa.RSAPublicNumbers(e, n).public_key()
        else:
            raise ValueError

    def verifies(self, token):
        digest = None if self.alg.startswith("Ed") else HASHES[self.alg[2:]]()
        signature = token.signature
        try:
            if digest is None:
                self.key.verify(signature, token.signed)
            elif self.alg.startswith("RS"):
                self.key.verify(signature, token.signed, padding.PKCS1v15(), digest)
            elif self.alg.startswith("PS"):
                pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
                self.key.verify(signature, token.signed, pss, digest)
            else:
                if len(signature) != 2 * self.size:
                    return False
                r, s = (int.from_bytes(half, "big") for half in (signature[:self.size], signature[self.size:]))
                self.key.verify(encode_dss_signature(r, s), token.signed, ec.ECDSA(digest))
            return True
        except InvalidSignature:
            return False


def select_key(keys, kid, alg):
    """The key that a WIT names, or the only one for its algorithm."""
    if any(PRIVATE & set(jwk) for jwk in keys):
        raise Refused("a key set holds public keys")
    usable = []
    for jwk in keys:
        if jwk.get("use", "sig") not in ("sig", "wit-svid") or "verify" not in jwk.get("key_ops", ["verify"]):
            continue
        if jwk.get("alg", alg) == alg and (kid is None or jwk.get("kid") == kid):
            try:
                usable.append(Key(jwk, alg))
            except ValueError:
                pass  # a key of another type
    if not usable:
        raise Rejected("wit_key_not_found")
    if len(usable) > 1:
        raise Rejected("wit_key_ambiguous")
    return usable[0]


# ---- Workload Identity Tokens ----

def verify_wit(text, trust, policy, now):
    """The token, its identifier and the key that it binds."""
    tolerance = policy.get("clockTolerance", 5)
    if not 0 <= tolerance <= 120:
        raise Refused("clockTolerance")
    token = Token(text, "wit")
    subject = token.claims.get("sub")
    try:
        identifier = parse_identifier(subject if isinstance(subject, str) else "")
    except Rejected:
        raise Rejected("wit_subject_invalid") from None
    domain = trust.get(identifier["origin"])
    if domain is None:
        raise Rejected("wit_trust_domain_unknown")
    svid = domain.get("profile") == "wit-svid"
    allowed = (SVID_ALGORITHMS if svid else ALGORITHMS) & set(domain.get("algorithms", ALGORITHMS))
    token.check_type()
    alg, kid = token.header.get("alg"), token.header.get("kid")
    if not isinstance(alg, str) or alg not in allowed:
        raise Rejected("wit_algorithm_not_allowed")
    token.check_critical()
    if ("kid" in token.header and not isinstance(kid, str)) or (svid and kid is None):
        raise Rejected("wit_malformed")
    if not select_key(domain["keys"], kid, alg).verifies(token):
        raise Rejected("wit_signature_invalid")

    if "exp" not in token.claims:
        raise Rejected("wit_expiration_missing")
    exp, nbf = token.time("exp"), token.time("nbf")
    if now >= exp + tolerance:
        raise Rejected("wit_expired")
    if nbf is not None and now < nbf - tolerance:
        raise Rejected("wit_not_yet_valid")
    if exp - min(now, now if nbf is None else nbf) > policy.get("maxLifetime", 86400) + tolerance:
        raise Rejected("wit_lifetime_too_long")
    token.time("iat"), token.text("jti")
    issuer = token.text("iss")
    if "issuers" in domain and issuer not in domain["issuers"]:
        raise Rejected("wit_issuer_not_allowed")
    key = confirmation_key(token.claims.get("cnf"), allowed)
    if svid and identifier["scheme"] != "spiffe":
        raise Rejected("wit_subject_invalid")
    if svid and "aud" in token.claims:
        raise Rejected("wit_audience_forbidden")
    return token, identifier, key


def confirmation_key(cnf, allowed):
    jwk = cnf.get("jwk") if isinstance(cnf, dict) else None
    try:
        alg = jwk["alg"]
        if alg not in allowed or jwk.get("use", "sig") == "enc" or "verify" not in jwk.get("key_ops", ["verify"]):
            raise ValueError
        return Key(jwk, alg)
    except (ValueError, TypeError, KeyError):
        raise Rejected("wit_confirmation_invalid") from None
