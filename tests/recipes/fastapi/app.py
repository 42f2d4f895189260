import os
import time

import httpx
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.jose.errors import InvalidClaimError, JoseError
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

AUDIENCE = "https://orders.example.org"
BATON = os.environ["BATON_URL"] + "/oidc"
JWKS_URIS = {
    BATON: BATON + "/jwks",
    os.environ["PROVIDER_ISSUER"]: os.environ["PROVIDER_JWKS_URI"],
}
CLAIMS = {
    "aud": {"essential": True, "value": AUDIENCE},
    "sub": {"essential": True},
    "exp": {"essential": True},
}

http = httpx.AsyncClient(timeout=5)
baton = AsyncOAuth2Client("orders-api", os.environ["BATON_CLIENT_SECRET"], timeout=5)
jwt = JsonWebToken(["RS256"])
keys = {}  # by issuer: key set, when it was fetched


class Unavailable(Exception):
    pass


class UnknownKey(Exception):
    pass


def key_of(header, claims):
    """The key that must have signed a token with these, as yet unverified, header and claims."""
    if header.get("typ") != "at+jwt":
        raise InvalidClaimError("typ")
    issuer = claims.get("iss")
    if issuer not in JWKS_URIS:
        raise InvalidClaimError("iss")
    key_set, fetched = keys.get(issuer, (None, 0))
    for key in key_set.keys if key_set else ():
        if key.kid == header.get("kid") and time.monotonic() - fetched < 600:
            return key
    raise UnknownKey(issuer)


async def fetch_keys(issuer):
    key_set, fetched = keys.get(issuer, (None, 0))
    # Tokens with an invented `kid` must not make this server ask for keys at their pace.
    if key_set and time.monotonic() - fetched < 30:
        return
    response = await http.get(JWKS_URIS[issuer])
    if response.status_code != 200:
        raise Unavailable()
    keys[issuer] = JsonWebKey.import_key_set(response.json()), time.monotonic()


async def verify(token):
    """The claims of a JWT. Raises where it is not good here."""
    try:
        claims = jwt.decode(token, key_of, claims_options=CLAIMS)
    except UnknownKey as unknown:
        await fetch_keys(unknown.args[0])
        claims = jwt.decode(token, key_of, claims_options=CLAIMS)
    claims.validate(leeway=10)
    return claims


async def introspect(web_nonce):
    """The same of a web nonce."""
    response = await baton.introspect_token(BATON + "/introspect", token=web_nonce)
    if response.status_code != 200:
        raise Unavailable()
    claims = response.json()
    if claims.get("active") is not True:
        raise ValueError("not active")
    return claims


async def caller(bearer: HTTPAuthorizationCredentials = Depends(HTTPBearer(auto_error=False))):
    if bearer is None:
        raise HTTPException(401, "invalid_token", {"WWW-Authenticate": "Bearer"})
    token = bearer.credentials
    try:
        return await (verify(token) if "." in token else introspect(token))
    except (httpx.HTTPError, Unavailable):
        raise HTTPException(503, "temporarily_unavailable", {"Retry-After": "5"})
    except (JoseError, UnknownKey, ValueError, TypeError, RecursionError):
        raise HTTPException(401, "invalid_token", {"WWW-Authenticate": 'Bearer error="invalid_token"'})


app = FastAPI()


@app.get("/orders")
async def orders(response: Response, claims=Depends(caller)):
    response.headers["Cache-Control"] = "no-store"
    return {"issuer": claims["iss"], "sub": claims["sub"], "sid": claims.get("sid")}
