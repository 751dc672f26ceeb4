/* 一窗接口入门：从令牌到第一件案件。Java 17 以上，只用 JDK。
   From a token to the first case, with the JDK alone.

       API_URL=https://… API_TOKEN=onestop_… java Quickstart.java

   另设 HOOK_TOKEN、HOOK_URL、HOOK_PORT 时，还接收事件推送。
   With these three set, it receives a webhook as well. */

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import static java.nio.charset.StandardCharsets.UTF_8;

public class Quickstart {
    static final String BASE = System.getenv("API_URL").replaceAll("/$", "") + "/api/v1";
    static final String TOKEN = System.getenv("API_TOKEN");
    static final String HOOK_TOKEN = System.getenv("HOOK_TOKEN");
    static final HttpClient CLIENT = HttpClient.newHttpClient();
    static final LinkedBlockingQueue<String> EVENTS = new LinkedBlockingQueue<>();
    static volatile String secret = "";

    /** 一次请求；没有的给 null。One request; null for what it does not have. */
    static HttpResponse<String> call(String method, String path, String body, String key, String token)
            throws Exception {
        var request = HttpRequest.newBuilder(URI.create(BASE + path))
                .header("Authorization", "Bearer " + token)
                .header("Accept-Language", "zh")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) request.header("Content-Type", "application/json");
        if (key != null) request.header("Idempotency-Key", key);
        for (int attempt = 0; attempt < 10; attempt++) {
            var answer = CLIENT.send(request.build(), BodyHandlers.ofString());
            // 429、503：等到标头所说的秒数，用同一个键再发。Wait, and send it again with the same key.
            if (answer.statusCode() != 429 && answer.statusCode() != 503) return answer;
            Thread.sleep(1000 * Long.parseLong(answer.headers().firstValue("Retry-After").orElse("1")));
        }
        throw new IllegalStateException("暂无应答 / no answer");
    }

    /** 推送是否由一窗签名，且不超过五分钟。Whether a message is signed, and not older than five minutes. */
    static boolean signed(String secret, Headers headers, byte[] body) throws Exception {
        var id = headers.getFirst("webhook-id");
        var sent = headers.getFirst("webhook-timestamp");
        var given = headers.getFirst("webhook-signature");
        if (id == null || sent == null || given == null) return false;
        if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(sent)) > 300) return false;
        var mac = Mac.getInstance("HmacSHA256");
        var key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((id + "." + sent + ".").getBytes(UTF_8));
        var wanted = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(UTF_8);
        for (var one : given.split(" "))
            if (MessageDigest.isEqual(one.getBytes(UTF_8), wanted)) return true;
        return false;
    }

    static HttpServer receive(int port) throws Exception {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", exchange -> {
            var body = exchange.getRequestBody().readAllBytes();
            var genuine = false;
            try {
                genuine = signed(secret, exchange.getRequestHeaders(), body);
            } catch (Exception unreadable) {
                // 不采信。It is not believed.
            }
            // 先记下，再答复 2xx；同一 webhook-id 可能再来。Keep it, then answer 2xx; the same id can come again.
            if (genuine) EVENTS.add(new String(body, UTF_8));
            exchange.sendResponseHeaders(genuine ? 204 : 401, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    /** JDK 没有 JSON；正式程序请用 JSON 库。The JDK has no JSON; a real program takes a library for it. */
    static List<String> found(String pattern, String json) {
        return Pattern.compile(pattern).matcher(json).results().map(match -> match.group(1)).toList();
    }

    static String field(String name, String json) {
        return found("\"" + name + "\":\"?([^\",}]+)", json).get(0);
    }

    static void check(boolean right, HttpResponse<String> answer) {
        if (!right) throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }

    public static void main(String[] arguments) throws Exception {
        var out = new PrintStream(System.out, true, UTF_8);

        // 1 查地点和事项。The place and the topic.
        var text = URLEncoder.encode("宁洱镇新塘村", UTF_8);
        var place = field("code", call("GET", "/directory/divisions?text=" + text, null, null, TOKEN).body());
        var listed = call("GET", "/directory/items", null, null, TOKEN).body();
        var topic = found("\\{\"id\":\"([^\"]+)\",\"name\":\\{[^}]*\\},\"also\":\\[[^\\]]*\"讨薪\"", listed).get(0);
        var before = listed.substring(0, listed.indexOf("\"讨薪\""));
        var items = found("\\{\"id\":\"([^\"]+)\",\"name\":\\{[^}]*\\},\"received_at\"", before);
        var item = items.get(items.size() - 1);
        out.println(place + " " + item + " " + topic);

        // 2 登记事件推送。密钥只在登记时给出一次。A webhook; its secret is told this once.
        String hook = null;
        HttpServer server = null;
        if (HOOK_TOKEN != null) {
            server = receive(Integer.parseInt(System.getenv("HOOK_PORT")));
            var wanted = "{\"url\":\"" + System.getenv("HOOK_URL")
                    + "\",\"types\":[\"cn.onestop.case.opened.v1\"]}";
            var made = call("POST", "/webhooks", wanted, UUID.randomUUID().toString(), HOOK_TOKEN);
            check(made.statusCode() == 201, made);
            hook = field("id", made.body());
            secret = field("secret", made.body());
        }

        // 3 登记案件。一个新的 UUID 就是键；重发同一请求，得到同一答复。Open a case; the key makes it safe to repeat.
        var key = UUID.randomUUID().toString();
        var body = """
                {"item":"%s","topic":"%s","place":"%s","channel":"window","request":"refer",
                 "applicant":{"people":[{"name":"岩温","phone":"13800138000"}],"summary":"工地欠薪三个月"}}
                """;
        var opened = call("POST", "/cases", body.formatted(item, topic, place), key, TOKEN);
        check(opened.statusCode() == 201, opened);
        var number = field("case", opened.body());
        var after = URLEncoder.encode(opened.headers().firstValue("Position").orElseThrow(), UTF_8);
        var repeated = call("POST", "/cases", body.formatted(item, topic, place), key, TOKEN);
        check(repeated.statusCode() == 200 && field("case", repeated.body()).equals(number), repeated);

        // 4 填写有误时：状态、代码、栏目和说明。A refusal: its status, code, field and sentence.
        var wrong = body.formatted(item, "no-such-topic", place);
        var refused = call("POST", "/cases", wrong, UUID.randomUUID().toString(), TOKEN);
        check(refused.statusCode() == 422, refused);
        out.println(field("code", refused.body()) + " " + field("field", refused.body())
                + " " + field("detail", refused.body()));

        // 5 查看案件。Position 让查询等到刚才所写。What stands there now; 'after' waits for what was just written.
        var head = call("GET", "/cases/" + number + "/head?after=" + after, null, null, TOKEN);
        check(head.statusCode() == 200, head);
        out.println(field("number", head.body()) + " " + field("stage", head.body()));

        // 6 逐页翻阅事件，记住 next，下次从那里接着。Events page by page; keep 'next' to go on from there.
        var types = new ArrayList<String>();
        long position = 0, end = Long.MAX_VALUE;
        while (position < end) {
            var path = "/services/journal/events?from=" + position + "&limit=50&after=" + after;
            var page = call("GET", path, null, null, TOKEN).body();
            for (var event : page.split("\"event\":\\{"))
                if (event.contains("\"subject\":\"" + number + "\""))
                    types.addAll(found("\"type\":\"(cn\\.onestop\\.[^\"]+)\"", event));
            var rest = page.replaceFirst("\"events\":\\[.*\\]", "");
            position = Long.parseLong(field("next", rest));
            end = Long.parseLong(field("head", rest));
        }

        // 7 等推送到来，然后删除登记。The webhook's message; then it is removed.
        if (hook != null) {
            String event;
            do {
                event = EVENTS.poll(60, TimeUnit.SECONDS);
                if (event == null) throw new IllegalStateException("no message came");
            } while (!event.contains("\"subject\":\"" + number + "\""));
            call("DELETE", "/webhooks/" + hook, null, null, HOOK_TOKEN);
            server.stop(0);
        }
        out.println("{\"case\":\"" + number + "\",\"events\":[\"" + String.join("\",\"", types)
                + "\"],\"webhook\":" + (hook == null ? "null" : "\"" + hook + "\"") + "}");
    }
}
