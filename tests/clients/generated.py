"""Makes a client of the OpenAPI document by a generator, and takes a case from the window to its replay with it.

    generated.py http://127.0.0.1:8080 clerk-token officer-token

The document is fetched from the service. Every operation must become a function; a warning of the generator is a failure.
"""

import importlib
import inspect
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

address, clerk_token, officer_token = sys.argv[1:]
base = address + "/api/v1"
METHODS = {"get", "post", "put", "patch", "delete"}


def generate(folder):
    """Fetches the document and makes the client: how many operations the document has."""
    with urllib.request.urlopen(base + "/openapi.json") as answer:
        text = answer.read().decode()
    document = folder / "openapi.json"
    document.write_text(text, encoding="utf-8")
    generator = Path(sys.executable).parent / "openapi-python-client"
    quiet = folder / "generator.yaml"
    quiet.write_text("post_hooks: []\n", encoding="utf-8")
    command = [generator, "generate", "--path", document, "--config", quiet, "--meta", "setup",
               "--output-path", folder / "made", "--fail-on-warning"]
    made = subprocess.run(command, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    paths = json.loads(text)["paths"].values()
    return sum(len(METHODS & item.keys()) for item in paths)


class Program:
    """What one token may do, by the generated functions."""

    def __init__(self, token):
        from onestop_client import AuthenticatedClient

        self.client = AuthenticatedClient(base_url=base, token=token)

    def send(self, service, command, data, **named):
        """Sends a command: the position after which it is seen, and its answer."""
        function = module(service, f"command_{service}_{command}").sync_detailed
        body = inspect.get_annotations(function, eval_str=True)["body"].from_dict(data)
        key = str(uuid.uuid4())
        answer = function(client=self.client, body=body, idempotency_key=key, **named)
        assert answer.status_code in (200, 201), (command, answer.content.decode())
        return answer.headers["position"], answer.parsed

    def ask(self, service, question, **named):
        function = module(service, f"query_{service}_{question}").sync_detailed
        answer = function(client=self.client, **named)
        assert answer.status_code == 200, (question, answer.content.decode())
        return answer.parsed


def module(service, name):
    return importlib.import_module(f"onestop_client.api.{service}.{name}")


def until(look):
    """What a look finds at last."""
    late = time.monotonic() + 60
    while not (found := look()):
        assert time.monotonic() < late, "nothing came"
        time.sleep(0.05)
    return found


def wages():
    """讨薪, from the village window to the archive."""
    clerk, officer = Program(clerk_token), Program(officer_token)
    person = {"name": "岩温", "phone": "13800138000"}
    after, opened = clerk.send("intake", "open", {
        "item": "legal-aid", "topic": "labour-pay", "place": "530821101201", "channel": "window",
        "applicant": {"people": [person], "summary": "工地欠薪三个月"}, "request": "refer",
    })
    case = str(opened.case)
    custody = officer.ask("referral", "custody", case=case, after=after)
    after, _ = officer.send("referral", "accept", {"handoff": str(custody.offer.handoff)}, case=case)
    officer.ask("legal_aid", "matter", case=case, after=after)
    exempt = {"means": "exempt", "exempt_group": "migrant-worker", "evidence": "工资卡流水"}
    for command, data in [
        ("determine_means", exempt),
        ("grant", {}),
        ("assign", {"firm": "云南某某律师事务所", "licence": "15308202010123456"}),
        ("contract", {"agreement": "2026-17"}),
        ("conclude", {}),
    ]:
        after, _ = officer.send("legal_aid", command, data, case=case)
    until(lambda: "close" in clerk.ask("intake", "case", case=case).available)
    for command, data in [("rate", {"grade": "very-satisfied"}), ("close", {}), ("archive", {})]:
        after, _ = clerk.send("intake", command, data, case=case)
    return case, clerk.ask("journal", "replay", case=case, after=after)


with tempfile.TemporaryDirectory() as made:
    operations = generate(Path(made))
    sys.path.insert(0, str(Path(made) / "made"))
    functions = len([path for path in (Path(made) / "made/onestop_client/api").glob("*/*.py")
                     if path.name != "__init__.py"])
    case, replay = wages()
    print(json.dumps({
        "operations": operations, "functions": functions, "case": case,
        "replay": replay.to_dict(),
    }))
