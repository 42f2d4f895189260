package org.example.baton;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Checks of what has no network in it. The first that fails ends it with exit code 1. */
final class Checks {
    private int held;

    public static void main(String[] arguments) throws Exception {
        Checks checks = new Checks();
        checks.jsonThatIsRead();
        checks.jsonThatIsRefused();
        checks.jsonThatIsWritten();
        checks.proofKeys();
        checks.signatures();
        checks.publicKeys();
        checks.secureUrls();
        checks.whereTokensGo();
        checks.webViewOrigins();
        checks.tokens();
        System.out.println(checks.held + " checks held");
    }

    private void jsonThatIsRead() {
        BigDecimal one = number("1");
        reads("{}", Map.of());
        reads(" {\"a\" : [ ] , \"b\":[1 ,2]}\r\n", Map.of("a", List.of(), "b", List.of(one, number("2"))));
        reads("{\"a\":{\"b\":true},\"c\":false}", Map.of("a", Map.of("b", true), "c", false));
        reads("{\"a\":-0.5e+2,\"b\":1E3}", Map.of("a", number("-0.5e2"), "b", number("1e3")));
        reads("{\"\\u00e9\\n\\/\\\"\":\"\\ud83d\\ude00é\"}", Map.of("é\n/\"", "😀é"));
        is(Json.parseObject("{\"a\":null}").containsKey("a"), true);
        is(Json.parseObject("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}") != null, true);
    }

    private void jsonThatIsRefused() {
        List<String> bad = List.of(
                "", "1", "[]", "\"a\"", "null", "{", "{}x", "{}{}", "{a:1}", "{'a':1}", "{\"a\"}", "{\"a\":}",
                "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{\"a\":[1,]}", "{\"a\":01}", "{\"a\":1.}", 
                "{\"a\":.5}", "{\"a\":+1}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":NaN}", "{\"a\":tru}",
                "{\"a\":True}", "{\"a\":0x1}", "{\"a\":\"\t\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"b}", "{\"a\":\"\\",
                "{\"a\":1}//", "\u00a0{}", "\ufeff{}",
                // What a sender and a reader could understand differently.
                "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"a\":\"\\ud83d\"}",
                "{\"a\":\"\\ude00\\ud83d\"}",
                // What takes too much.
                "{\"a\":1e99999999999}", "{\"a\":" + "9".repeat(65) + "}",
                "{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}", "{\"a\":".repeat(100_000));
        for (String text : bad) reads(text, null);
    }

    private void jsonThatIsWritten() {
        is(JsonText.of(Map.of("a\"\\", "é\n\u0001")), "{\"a\\\"\\\\\":\"é\\u000a\\u0001\"}");
        is(JsonText.of(Map.of("a", Map.of("b", 1L))), "{\"a\":{\"b\":1}}");
    }

    // RFC 7636, appendix B.
    private void proofKeys() {
        String challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        is(ProofKey.challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), challenge);
        is(ProofKey.randomText().matches("[\\w-]{43}"), true);
        is(ProofKey.randomText().equals(ProofKey.randomText()), false);
        is(Base64Url.decodeText("4pyTIGE"), "✓ a");
        for (String bad : List.of("4pyT=", "a+b/", "a b", "_w")) is(Base64Url.decodeText(bad), null);
    }

    private void signatures() throws Exception {
        KeyPairSigner signer = new KeyPairSigner(pair("secp256r1"));
        for (int round = 0; round < 500; round++) {
            byte[] der = signer.sign(new byte[] {(byte) round});
            byte[] raw = Es256.rawSignature(der);
            is(raw.length, 64);
            is(Arrays.equals(derOf(raw), der), true);
        }
        String highest = "00" + "ff".repeat(32);
        is(hex(Es256.rawSignature(bytes("3006020101020102"))), numbers(1, 2));
        is(hex(Es256.rawSignature(bytes("3026" + "0221" + highest + "020101"))),
                "ff".repeat(32) + "00".repeat(31) + "01");
        List<String> bad = List.of(
                "", "30", "3006020101020102ff", "3106020101020102", "3007020101020102", "3006030101020102",
                "3006020101030102", "3006020181020102", "300602010102017f00",
                "3006020500020102", "30060201010201", "3005020101020001", "30060201ff020102",
                "3027" + "022201" + highest + "020101");
        for (String der : bad) is(Es256.rawSignature(bytes(der)), null);
    }

    private void publicKeys() throws Exception {
        Map<String, Object> jwk = Es256.publicJwk((ECPublicKey) pair("secp256r1").getPublic());
        is(jwk.get("kty") + " " + jwk.get("crv"), "EC P-256");
        is(((String) jwk.get("x")).length() + ((String) jwk.get("y")).length(), 86);
        is(Es256.publicJwk((ECPublicKey) pair("secp384r1").getPublic()), null);
    }

    // RFC 8252, section 8.3.
    private void secureUrls() {
        List<String> secure = List.of(
                "https://a.example", "http://localhost:1", "http://127.0.0.1", "http://[::1]:3",
                "HTTPS://A.example");
        for (String url : secure) is(SecureUrl.isSecure(SecureUrl.parse(url)), true);
        List<String> not = List.of(
                "http://a.example", "http://localhost.a.example", "http://127.0.0.1.a.example",
                "https://u@a.example",
                "http://127.1", "ftp://localhost", "https:a.example", "//a.example", "https://a b.example");
        for (String url : not) is(SecureUrl.isSecure(SecureUrl.parse(url)), false);
        is(SecureUrl.origin(SecureUrl.parse("HTTPS://A.example:443/b")), "https://a.example");
        is(SecureUrl.origin(SecureUrl.parse("http://localhost:3000/b")), "http://localhost:3000");
    }

    private void whereTokensGo() throws Exception {
        Signer signer = new KeyPairSigner(pair("secp256r1"));
        Prover prover = new Prover(new ClientOptions("https://baton.example", "app").signer(signer));
        for (Baton baton : List.of(new Baton(new Http(1), null), new Baton(new Http(1), prover))) {
            for (String url : List.of("https://a.example/b", "http://127.0.0.1:1/", "http://[::1]/"))
                is(baton.headersFor("GET", url, "token", null).containsKey("Authorization"), true);
            for (String url : List.of("http://a.example/", "https://u@a.example/", "//a.example/", "/b"))
                is(refusalOf(baton, url), ErrorCode.INVALID_ARGUMENT);
        }
    }

    // RFC 8252, section 8.12.
    private void webViewOrigins() throws Exception {
        WebViewOrigins origins = new WebViewOrigins("http://localhost:3000", "https://web.example/");
        List<String> shown = List.of(
                "http://localhost:3000", "http://localhost:3000/handoff?nonce=a",
                "https://web.example/a|b?c=^#d", "HTTPS://Web.example:443/",
                "https://web.example\\@login.example/");
        for (String url : shown) is(origins.has(url), true);
        List<String> not = List.of(
                "https://login.example/", "https://web.example.login.example/",
                "https://web.example@login.example/",
                "http://web.example/", "https://web.example:444/", "http://localhost:30000/", "about:blank",
                "data:text/html,a", "javascript:a", "intent://web.example/#Intent;end", "https://", "");
        for (String url : not) is(origins.has(url), false);
        for (String url : List.of("http://web.example/", "web.example")) {
            ErrorCode code = null;
            try {
                new WebViewOrigins(url);
            } catch (BatonException error) {
                code = error.code();
            }
            is(code, ErrorCode.INVALID_ARGUMENT);
        }
    }

    private static ErrorCode refusalOf(Baton baton, String url) {
        try {
            baton.headersFor("GET", url, "token", null);
            return null;
        } catch (BatonException error) {
            return error.code();
        }
    }

    private void tokens() {
        byte[] bytes = "{\"s\":\"é\",\"i\":3.6e3,\"f\":1.5,\"l\":9007199254740992}".getBytes();
        Token token = new Token(200, "application/json", bytes);
        token.rawBytes()[0] = 0;
        is(Arrays.equals(token.rawBytes(), bytes), true);
        is(token.getString("s").orElse(""), "é");
        is(token.getInt("i").orElse(0), 3600L);
        for (String name : List.of("f", "l", "s", "none")) is(token.getInt(name).isPresent(), false);
        is(token.getString("i").isPresent() || token.getString("none").isPresent(), false);
        is(token.toString().contains("é"), false);
        is(new Token(200, "text/plain", new byte[] {(byte) 0xff}).rawString(), "\ufffd");
        is(new Token(200, "text/plain", new byte[0]).json().isPresent(), false);
    }

    private void reads(String text, Object expected) {
        is(Json.parseObject(text), expected);
    }

    private void is(Object value, Object expected) {
        if (!Objects.equals(value, expected)) throw new AssertionError(value + " is not " + expected);
        held++;
    }

    private static BigDecimal number(String text) {
        return new BigDecimal(text);
    }

    private static java.security.KeyPair pair(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static byte[] derOf(byte[] raw) {
        byte[] r = new BigInteger(1, Arrays.copyOf(raw, 32)).toByteArray();
        byte[] s = new BigInteger(1, Arrays.copyOfRange(raw, 32, 64)).toByteArray();
        String numbers = "02" + hex(r.length) + hex(r) + "02" + hex(s.length) + hex(s);
        return bytes("30" + hex(numbers.length() / 2) + numbers);
    }

    private static String numbers(int r, int s) {
        return "00".repeat(31) + hex(r) + "00".repeat(31) + hex(s);
    }

    private static String hex(int value) {
        return hex(new byte[] {(byte) value});
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
