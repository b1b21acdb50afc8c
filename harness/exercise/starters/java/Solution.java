import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The solution: begin in OPERATIONS. One JSON object a line comes in, one goes out; PROTOCOL.md tells how. */
public final class Solution {
    /** Everything that has to survive a kill belongs here, written before the reply goes out. */
    static final Path DATA_DIR = Path.of(setting("CASEMARK_DATA_DIR", "."));
    /** The time now, in ms since 1970; only the contract's clock operation moves it, where it has one. */
    static final long CLOCK_MS = Long.parseLong(setting("CASEMARK_CLOCK_MS", "0"));
    /** Outside services, where the case study has them. */
    static final String WORLD_URL = System.getenv("CASEMARK_WORLD_URL");

    interface Operation {
        Object answer(Map<String, Object> params) throws Exception;
    }

    interface Stream {
        /** {@code subscription.send(message)} as often as you like, also later. */
        void open(Map<String, Object> params, Subscription subscription) throws Exception;
    }

    /** A refusal with a code of contract/errors.json, and with headers where the contract gives them a meaning. */
    static final class Refusal extends Exception {
        final Map<String, Object> problem;
        final Map<String, Object> headers;

        Refusal(String code, String detail) {
            this(code, detail, Map.of());
        }

        Refusal(String code, String detail, Map<String, Object> headers) {
            super(code);
            problem = Json.object("code", code, "detail", detail);
            this.headers = headers;
        }
    }

    /** An output with headers beside it, where the contract gives them a meaning. */
    record Reply(Object output, Map<String, Object> headers) {}

    private static final class NotSupported extends Exception {
        NotSupported(String name) {
            super(name + " is not supported yet");
        }
    }

    /** What is not here is refused as not supported. */
    static final Map<String, Operation> OPERATIONS = new HashMap<>();
    static final Map<String, Stream> STREAMS = new HashMap<>();

    static {
        // each operation: OPERATIONS.put("NAME", params -> ...);
        // each stream: STREAMS.put("NAME", (params, subscription) -> ...);
    }

    static final class Subscription {
        private final String name;
        private volatile boolean isOpen = true;

        Subscription(String name) {
            this.name = name;
        }

        void send(Object message) {
            if (!isOpen) return;
            write("method", "message", "params", Json.object("subscription", name, "message", message));
        }

        /** Gets what the subscriber sends up the stream, where the contract lets it: set it. */
        Consumer<Object> received = message -> {};
        /** Set it where something has to stop. */
        Runnable closed = () -> {};
    }

    private static final Map<String, Subscription> SUBSCRIPTIONS = new HashMap<>();
    private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) handle(asObject(Json.read(line)));
    }

    private static void handle(Map<String, Object> request) {
        String method = (String) request.get("method");
        Map<String, Object> params = asObject(request.getOrDefault("params", Json.object()));
        Object id = request.get("id");
        if (method.equals("send")) {
            received(params);
            return;
        }
        try {
            Object output = answer(method, params);
            if (output instanceof Reply reply) write("id", id, "result", reply.output(), "headers", reply.headers());
            else write("id", id, "result", output);
        } catch (NotSupported missing) {
            write("id", id, "error", Json.object("code", -32601, "message", missing.getMessage()));
        } catch (Refusal refusal) {
            Map<String, Object> error = Json.object("code", -32000, "message", refusal.getMessage());
            error.put("data", refusal.problem);
            write("id", id, "error", error, "headers", refusal.headers);
        } catch (Exception error) {
            // A fault of ours: whether it had an effect is unknown.
            System.err.println(method + ": " + error);
            write("id", id, "error", Json.object("code", -32603, "message", String.valueOf(error)));
        }
    }

    private static void received(Map<String, Object> params) {
        Subscription subscription = SUBSCRIPTIONS.get((String) params.get("subscription"));
        if (subscription == null || !subscription.isOpen) return;
        try {
            subscription.received.accept(params.get("message"));
        } catch (RuntimeException error) {
            // A message is not answered, whatever becomes of it.
            System.err.println("send: " + error);
        }
    }

    private static Object answer(String method, Map<String, Object> params) throws Exception {
        if (method.equals("subscribe")) return subscribe(params);
        if (method.equals("unsubscribe")) return unsubscribe(params);
        Operation operation = OPERATIONS.get(method);
        if (operation == null) throw new NotSupported(method);
        return operation.answer(params);
    }

    private static Object subscribe(Map<String, Object> params) throws Exception {
        String name = (String) params.get("stream");
        Stream stream = STREAMS.get(name);
        if (stream == null) throw new NotSupported(name);
        Subscription subscription = new Subscription("s" + (SUBSCRIPTIONS.size() + 1));
        // A stream that refuses leaves no subscription behind.
        stream.open(asObject(params.get("input")), subscription);
        SUBSCRIPTIONS.put(subscription.name, subscription);
        return Json.object("subscription", subscription.name);
    }

    private static Object unsubscribe(Map<String, Object> params) {
        Subscription subscription = SUBSCRIPTIONS.get((String) params.get("subscription"));
        if (subscription != null && subscription.isOpen) {
            subscription.isOpen = false;
            subscription.closed.run();
        }
        return Json.object();
    }

    private static synchronized void write(Object... members) {
        Map<String, Object> line = Json.object("jsonrpc", "2.0");
        line.putAll(Json.object(members));
        OUT.print(Json.write(line) + "\n");
        OUT.flush();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> asObject(Object value) {
        return (Map<String, Object>) value;
    }

    private static String setting(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null ? otherwise : value;
    }
}
