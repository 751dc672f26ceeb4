"""一窗接口入门：从令牌到第一件案件。只用 Python 3.9 以上的标准库。
From a token to the first case, with the standard library of Python alone.

    API_URL=https://… API_TOKEN=onestop_… python3 quickstart.py

另设 HOOK_TOKEN、HOOK_URL、HOOK_PORT 时，还接收事件推送。
With these three set, it receives a webhook as well.
"""

import base64
import hashlib
import hmac
import json
import os
import queue
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

BASE = os.environ["API_URL"].rstrip("/") + "/api/v1"
TOKEN = os.environ["API_TOKEN"]
HOOK_TOKEN = os.environ.get("HOOK_TOKEN")


def call(method, path, body=None, key=None, token=TOKEN):
    """状态、标头、内容。The status, the headers and the body, also of a refusal."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "zh"}
    data = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode()
    if key:
        headers["Idempotency-Key"] = key
    request = urllib.request.Request(BASE + path, data, headers, method=method)
    for _ in range(10):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            # 429、503：等到标头所说的秒数，用同一个键再发。Wait, and send it again with the same key.
            if refused.code not in (429, 503):
                return refused.code, refused.headers, json.loads(refused.read())
            time.sleep(int(refused.headers.get("Retry-After", "1")))
    raise SystemExit("暂无应答 / no answer")


def signed(secret, headers, body):
    """推送是否由一窗签名，且不超过五分钟。Whether a message is signed, and not older than five minutes."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    number, sent = headers["webhook-id"] or "", headers["webhook-timestamp"] or "0"
    if abs(time.time() - int(sent)) > 300:
        return False
    digest = hmac.new(key, f"{number}.{sent}.".encode() + body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    given = (headers["webhook-signature"] or "").split(" ")
    return any(hmac.compare_digest(one.encode(), wanted.encode()) for one in given)


class Receiver(BaseHTTPRequestHandler):
    secret, events = "", queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        genuine = signed(Receiver.secret, self.headers, body)
        # 先记下，再答复 2xx；同一 webhook-id 可能再来。Keep it, then answer 2xx; the same id can come again.
        if genuine:
            Receiver.events.put(json.loads(body))
        self.send_response(204 if genuine else 401)
        self.end_headers()

    def log_message(self, *_):
        pass


# 1 查地点和事项。The place and the topic.
text = urllib.parse.quote("宁洱镇新塘村")
_, _, found = call("GET", f"/directory/divisions?text={text}")
place = found["divisions"][0]
_, _, listed = call("GET", "/directory/items")
item, topic = next((item, topic) for item in listed["items"] for topic in item["topics"]
                   if "讨薪" in topic["also"])
print(place["full_name"], item["name"]["zh"], topic["name"]["zh"])

# 2 登记事件推送。密钥只在登记时给出一次。A webhook; its secret is told this once.
hook = None
if HOOK_TOKEN:
    server = HTTPServer(("127.0.0.1", int(os.environ["HOOK_PORT"])), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    wanted = {"url": os.environ["HOOK_URL"], "types": ["cn.onestop.case.opened.v1"]}
    _, _, made = call("POST", "/webhooks", wanted, str(uuid.uuid4()), HOOK_TOKEN)
    hook, Receiver.secret = made["webhook"]["id"], made["secret"]

# 3 登记案件。一个新的 UUID 就是键；重发同一请求，得到同一答复。Open a case; the key makes it safe to repeat.
key = str(uuid.uuid4())
case = {
    "item": item["id"], "topic": topic["id"], "place": place["code"], "channel": "window",
    "applicant": {"people": [{"name": "岩温", "phone": "13800138000"}], "summary": "工地欠薪三个月"},
    "request": "refer",
}
status, headers, opened = call("POST", "/cases", case, key)
assert status == 201, opened
number, after = opened["case"], headers["Position"]
status, _, repeated = call("POST", "/cases", case, key)
assert (status, repeated["case"]) == (200, number), repeated

# 4 填写有误时：状态、代码、栏目和说明。A refusal: its status, code, field and sentence.
status, _, refused = call("POST", "/cases", {**case, "topic": "no-such-topic"}, str(uuid.uuid4()))
assert status == 422, refused
print(status, refused["code"], refused["field"], refused["detail"])

# 5 查看案件。Position 让查询等到刚才所写。What stands there now; 'after' waits for what was just written.
after = urllib.parse.quote(after)
_, _, head = call("GET", f"/cases/{number}/head?after={after}")
print(head["row"]["number"], head["row"]["stage"])

# 6 逐页翻阅事件，记住 next，下次从那里接着。Events page by page; keep 'next' to go on from there.
position, types = 0, []
while True:
    _, _, page = call("GET", f"/services/journal/events?from={position}&limit=50&after={after}")
    types += [one["event"]["type"] for one in page["events"] if one["event"]["subject"] == number]
    position = page["next"]
    if position >= page["head"]:
        break

# 7 等推送到来，然后删除登记。The webhook's message; then it is removed.
if hook:
    while Receiver.events.get(timeout=60)["subject"] != number:
        pass
    call("DELETE", f"/webhooks/{hook}", token=HOOK_TOKEN)
print(json.dumps({"case": number, "events": types, "webhook": hook}))
