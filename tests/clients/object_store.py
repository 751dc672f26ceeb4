"""An object store for the tests: moto's, behind a check of each signature. It prints its address when it listens.

A line on standard input makes a fault, and is answered with a line:
    cut METHOD SKIP N    of that method's requests, SKIP are answered and the next N cut in the middle
    alter NAME           changes a byte of an object, and leaves what is said of it
    keep                 refuses to delete, as a locked bucket does
    count METHOD         answers how many requests of that method came
"""

import hashlib
import hmac
import sys
import threading
from urllib.parse import parse_qsl, quote

import boto3
from moto.server import DomainDispatcherApplication, ThreadedMotoServer, create_backend_app
from werkzeug.serving import make_server

BUCKET, KEY, SECRET, REGION = "backups", "key-of-the-tests", "secret-of-the-tests", "cn-test-1"
counts, cuts, kept = {}, {}, []


def refusal(start, status, code):
    start(status, [("Content-Type", "application/xml")])
    return [f"<Error><Code>{code}</Code></Error>".encode()]


def signed_rightly(environ):
    """The signature in the query, computed from the published rules of version 4."""
    query = parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)
    said = dict(query)
    given = said.pop("X-Amz-Signature", "")
    scope = said.get("X-Amz-Credential", "").split("/", 1)[-1]
    if said.get("X-Amz-Credential", "").split("/")[0] != KEY:
        return False

    def header(name):
        wsgi = name.upper().replace("-", "_")
        return environ.get("HTTP_" + wsgi, environ.get(wsgi, "")).strip()

    names = said.get("X-Amz-SignedHeaders", "").split(";")
    pairs = [(quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in said.items()]
    request = "\n".join([
        environ["REQUEST_METHOD"],
        environ["RAW_URI"].split("?")[0],
        "&".join(f"{name}={value}" for name, value in sorted(pairs)),
        *(f"{name}:{header(name)}" for name in names),
        "",
        ";".join(names),
        "UNSIGNED-PAYLOAD",
    ])
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", said.get("X-Amz-Date", ""), scope, digest])
    key = b"AWS4" + SECRET.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(given, hmac.digest(key, text.encode(), "sha256").hex())


class Checked:
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start):
        method = environ["REQUEST_METHOD"]
        counts[method] = counts.get(method, 0) + 1
        if not signed_rightly(environ):
            return refusal(start, "403 Forbidden", "SignatureDoesNotMatch")
        if kept and method == "DELETE":
            return refusal(start, "403 Forbidden", "AccessDenied")
        skip, cut = cuts.get(method, (0, 0))
        if skip > 0 or cut == 0:
            cuts[method] = (max(skip - 1, 0), cut)
            return self.app(environ, start)
        cuts[method] = (0, cut - 1)
        if method == "PUT":
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]) // 2)
            body = []
        else:
            body = self.app(environ, start)
            whole = b"".join(body)
            body = [whole[: len(whole) // 2]]

        def half():
            yield from body
            environ["werkzeug.socket"].shutdown(2)
            raise ConnectionAbortedError

        return half()


def fault(words, client):
    if words[0] == "cut":
        cuts[words[1]] = (int(words[2]), int(words[3]))
    elif words[0] == "alter":
        found = client.get_object(Bucket=BUCKET, Key=words[1])
        body = bytearray(found["Body"].read())
        body[len(body) // 2] ^= 1
        client.put_object(Bucket=BUCKET, Key=words[1], Body=bytes(body), Metadata=found["Metadata"])
    elif words[0] == "keep":
        kept.append(True)
    elif words[0] == "count":
        return str(counts.get(words[1], 0))
    return "done"


def main():
    inside = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    inside.start()
    _, port = inside.get_host_and_port()
    client = boto3.client(
        "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name=REGION,
        aws_access_key_id=KEY, aws_secret_access_key=SECRET,
    )
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    app = Checked(DomainDispatcherApplication(create_backend_app))
    outside = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=outside.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{outside.server_port}", flush=True)
    for line in sys.stdin:
        print(fault(line.split(), client), flush=True)


main()
