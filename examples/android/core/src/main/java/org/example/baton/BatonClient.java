package org.example.baton;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * A client of one Baton for one app: the little sibling of {@code @baton/client}. Use a single one in the
 * whole app, from any threads but the main one: every call may wait for the network. Every method throws
 * {@link BatonException} and nothing else.
 */
public final class BatonClient {
    private final ClientOptions options;
    private final Sessions sessions;
    private final PendingSignIns pendingSignIns;
    private final SignIn signIn;
    private final Baton baton;
    private final TokenExchange exchange;

    public BatonClient(ClientOptions options) {
        Http http = new Http(options.timeoutMs);
        this.options = options;
        this.sessions = new Sessions(options);
        this.pendingSignIns = new PendingSignIns(options);
        this.signIn = new SignIn(options, http, pendingSignIns);
        this.baton = new Baton(http, options.signer == null ? null : new Prover(options));
        this.exchange = new TokenExchange(options, baton, sessions);
    }

    /**
     * Begins a sign-in: open the URL in the system's browser. Only the newest sign-in waits for its callback.
     */
    public String beginSignIn() throws BatonException {
        return signIn.begin(options.redirectUri);
    }

    /** Begins a sign-in with another redirect URI, such as a loopback address (RFC 8252, section 7.3). */
    public String beginSignIn(String redirectUri) throws BatonException {
        return signIn.begin(redirectUri);
    }

    /**
     * Finishes the sign-in that a callback belongs to, and keeps its web nonce. Each callback works once. The
     * identity provider's tokens are not kept.
     *
     * @return the claims of the ID token: strings, numbers as {@code BigDecimal}, lists, maps
     */
    public Map<String, Object> finishSignIn(String callbackUrl) throws BatonException {
        int since = sessions.signOuts();
        SignIn.SignedIn signedIn = signIn.finish(callbackUrl);
        exchange.keepWebNonce(signedIn.idToken(), since);
        return signedIn.claims();
    }

    /** Whether this device holds a session. Does not ask Baton. */
    public boolean isSignedIn() throws BatonException {
        return sessions.read() != null;
    }

    /** The web nonce, for resource servers that ask Baton about it. Throws {@code signed_out}. */
    public String getWebNonce() throws BatonException {
        return sessions.required();
    }

    /**
     * The headers of a call of your own to a resource server: the web nonce, and with a signer a proof for
     * this one request (RFC 9449, section 7.1).
     *
     * @param url https, or http for loopback: otherwise {@code invalid_argument}
     * @param nonce the {@code DPoP-Nonce} of that server, or {@code null}
     */
    public Map<String, String> headersFor(String method, String url, String nonce) throws BatonException {
        return baton.headersFor(method, url, sessions.required(), nonce);
    }

    /** The answer of the token service that Baton is configured with, refusals included. */
    public Token getToken() throws BatonException {
        return sessions.use(webNonce -> {
            Request request = Request.post(options.baton + "/api/token", new Form()).header("Accept", "*/*");
            Answer answer = baton.send(request, webNonce);
            if (Baton.saysSignedOut(answer.status(), answer.header("WWW-Authenticate"), ""))
                throw BatonException.signedOut();
            return new Token(answer.status(), answer.header("Content-Type"), answer.body());
        });
    }

    /** Calls a backend as the signed-in person, by a path that begins with {@code /api/backends/}. */
    public Response fetch(Request request) throws BatonException {
        Request atBaton = request.at(backendUrl(request.url));
        return sessions.use(webNonce -> {
            try {
                Response response = baton.open(atBaton, webNonce);
                String challenge = response.header("WWW-Authenticate");
                String policy = response.header("Content-Security-Policy");
                if (!Baton.saysSignedOut(response.status(), challenge, policy)) return response;
                response.close();
                throw BatonException.signedOut();
            } catch (IOException cause) {
                throw new BatonException(ErrorCode.NETWORK, "the answer broke off", cause);
            }
        });
    }

    /**
     * A one-time link that signs a web view in, and the headers for its first load.
     *
     * @param target another application's client id, or {@code null} for Baton itself
     * @param redirectTo a path at the target, or {@code null}
     */
    public HandOff handOff(String target, String redirectTo) throws BatonException {
        return sessions.use(webNonce -> {
            String verifier = ProofKey.randomText();
            Form form = new Form()
                    .set("target", target)
                    .set("redirect_to", redirectTo)
                    .set("code_challenge", ProofKey.challengeOf(verifier))
                    .set("code_challenge_method", "S256");
            Answer answer = baton.send(Request.post(options.baton + "/api/nonce", form), webNonce);
            return HandOff.of(answer.json(), verifier, options.baton);
        });
    }

    /**
     * Ends the session on this device in any case, and at Baton with all web views that came from it. Throws
     * {@code not_revoked} where Baton could not be reached or refused; {@code storage} where the storage
     * could not be read, so that Baton was not told, or could not forget it.
     */
    public void signOut() throws BatonException {
        Sessions.Ended ended = sessions.end();
        BatonException failure = ended.failure();
        try {
            pendingSignIns.forget();
        } catch (BatonException error) {
            if (failure == null) failure = error;
        }
        try {
            if (ended.webNonce() != null) exchange.revoke(ended.webNonce());
        } catch (BatonException cause) {
            String description = "signed out here, but at Baton the session may live until its end";
            if (failure == null) failure = new BatonException(ErrorCode.NOT_REVOKED, description, cause);
        }
        if (failure != null) throw failure;
    }

    // Only Baton may get the web nonce, and only for a backend: nothing that a server could resolve
    // elsewhere.
    private String backendUrl(String path) throws BatonException {
        boolean isBelow = path.startsWith("/api/backends/");
        URI url = isBelow ? SecureUrl.parse(options.baton + path) : null;
        boolean isBackend = url != null
                && !url.getRawPath().matches("(?i).*/(\\.|%2e){1,2}(/.*)?")
                && url.getRawFragment() == null;
        if (isBackend) return url.toString();
        throw new BatonException(ErrorCode.INVALID_ARGUMENT, "the path must begin with /api/backends/");
    }
}
