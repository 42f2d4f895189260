package org.example.baton;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Stands for the app: reads one JSON object a line, does what it says, and answers in one line. */
final class Driver {
    private Disk storage = new Disk();
    private Signer signer;
    private BatonClient client;

    public static void main(String[] arguments) throws Exception {
        Driver driver = new Driver();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine())
            answers.println(JsonText.of(driver.answer(new Order(Json.parseObject(line)))));
    }

    private Map<String, ?> answer(Order order) throws Exception {
        try {
            return carryOut(order);
        } catch (BatonException error) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("code", error.code());
            if (error.error() != null) told.put("error", error.error());
            if (error.status() != 0) told.put("status", error.status());
            // Everything that could end in a log.
            StringBuilder text = new StringBuilder();
            for (Throwable at = error; at != null; at = at.getCause()) text.append(at).append('\n');
            told.put("text", text);
            return Map.of("threw", told);
        }
    }

    private Map<String, ?> carryOut(Order order) throws Exception {
        switch (order.text("do")) {
            case "create":
                client = create(order);
                return Map.of();
            case "beginSignIn":
                return Map.of("url", client.beginSignIn(order.text("redirectUri")));
            case "finishSignIn":
                return Map.of("name", client.finishSignIn(order.text("callbackUrl")).get("name"));
            case "isSignedIn":
                return Map.of("isSignedIn", client.isSignedIn());
            case "getWebNonce":
                return Map.of("webNonce", client.getWebNonce());
            case "headersFor":
                return client.headersFor(order.text("method"), order.text("url"), order.text("nonce"));
            case "getToken":
                return told(client.getToken());
            case "fetch":
                return fetched(order);
            case "fetchInParallel":
                return fetchedInParallel(order);
            case "handOff":
                HandOff handOff = client.handOff(order.text("target"), order.text("redirectTo"));
                return Map.of(
                        "url", handOff.url(),
                        "headers", handOff.headers(),
                        "urlForBrowser", handOff.urlForBrowser(),
                        "text", handOff.toString());
            case "breakStorage":
                storage.keeps = !"keep".equals(order.text("no"));
                storage.forgets = !"forget".equals(order.text("no"));
                storage.unreadable = order.text("unreadable");
                return Map.of();
            case "signOut":
                client.signOut();
                return Map.of();
            default:
                throw new IllegalArgumentException(order.text("do"));
        }
    }

    /** A client with the storage and the key of the one before, unless the order is for others. */
    private BatonClient create(Order order) throws Exception {
        ClientOptions options = new ClientOptions(order.text("batonUrl"), order.text("clientId"));
        options.identityProvider(
                order.text("issuer"), order.text("clientId"), order.text("redirectUri"), order.text("scope"));
        if ("new".equals(order.text("storage"))) storage = new Disk();
        if ("new".equals(order.text("key"))) signer = newKey();
        if ("none".equals(order.text("key"))) signer = null;
        if (order.text("seconds") != null) {
            Duration off = Duration.ofSeconds(Long.parseLong(order.text("seconds")));
            options.clock(Clock.offset(Clock.systemUTC(), off));
        }
        return new BatonClient(options.storage(storage).signer(signer));
    }

    private Map<String, ?> told(Token token) {
        return Map.of(
                "status", token.status(),
                "contentType", token.contentType(),
                "rawBytes", Base64.getEncoder().encodeToString(token.rawBytes()),
                "rawString", token.rawString(),
                "access_token", token.getString("access_token").orElse(""),
                "expires_in", token.getInt("expires_in").orElse(-1));
    }

    private Map<String, ?> fetched(Order order) throws Exception {
        Request request = Request.of(order.text("method"), order.text("path"));
        if (order.text("header") != null) request.header(order.text("header"), order.text("value"));
        if (order.text("body") != null)
            request.body("text/plain", order.text("body").getBytes(StandardCharsets.UTF_8));
        try (Response response = client.fetch(request)) {
            String body = new String(response.bytes(1024 * 1024), StandardCharsets.UTF_8);
            return Map.of("status", response.status(), "body", body);
        }
    }

    private Map<String, ?> fetchedInParallel(Order order) throws Exception {
        int count = Integer.parseInt(order.text("count"));
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<Map<String, ?>>> calls = new ArrayList<>();
            for (int call = 0; call < count; call++) calls.add(threads.submit(() -> fetched(order)));
            Map<String, Integer> statuses = new LinkedHashMap<>();
            for (Future<Map<String, ?>> call : calls)
                statuses.merge(String.valueOf(call.get().get("status")), 1, Integer::sum);
            return statuses;
        } finally {
            threads.shutdown();
        }
    }

    private static Signer newKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return new KeyPairSigner(generator.generateKeyPair());
    }

    private record Order(Map<String, Object> members) {
        String text(String name) {
            return (String) members.get(name);
        }
    }

    /** A storage that can be told to keep or to forget nothing more, or that one value is damaged. */
    private static final class Disk implements Storage {
        private final MemoryStorage kept = new MemoryStorage();
        private boolean keeps = true;
        private boolean forgets = true;
        private String unreadable;

        @Override
        public String get(String key) throws IOException {
            if (key.equals(unreadable)) throw new IOException("the disk is damaged");
            return kept.get(key);
        }

        @Override
        public void set(String key, String value) throws IOException {
            if (!keeps) throw new IOException("the disk is full");
            if (key.equals(unreadable)) unreadable = null;
            kept.set(key, value);
        }

        @Override
        public void remove(String key) throws IOException {
            if (!forgets) throw new IOException("the disk is read-only");
            if (key.equals(unreadable)) unreadable = null;
            kept.remove(key);
        }
    }
}
