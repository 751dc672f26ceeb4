"""Checks a proof file, knowing nothing but services/eventlog/PROOF.md.

    verify_proof.py KEYS FILE ...

KEYS is a file with one public key on each line. Prints one line of JSON for each file; the exit code is
0 if all of them prove what they say.
"""

import base64
import hashlib
import json
import pathlib
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HASH = re.compile(r"[0-9a-f]{64}")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ED25519 = b"\x01"


class NotProven(Exception):
    """What is wrong with the file."""


def require(condition, problem):
    if not condition:
        raise NotProven(problem)


# JSON, strictly


def plain_object(pairs):
    require(len(dict(pairs)) == len(pairs), "a field stands twice")
    return dict(pairs)


def plain_number(digits):
    require(digits.isdigit(), f"{digits} is no plain number")
    return int(digits)


def no_number(text):
    raise NotProven(f"{text} is no plain number")


def read(data):
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=plain_object,
            parse_int=plain_number,
            parse_float=no_number,
            parse_constant=no_number,
        )
    except ValueError as error:
        raise NotProven(f"this is no proof file: {error}") from error


def fields(value, **kinds):
    require(isinstance(value, dict), "an object is missing")
    require(set(value) == set(kinds), f"the fields are {sorted(value)}")
    for name, kind in kinds.items():
        require(type(value[name]) is kind, f"{name} is not what it should be")
        if kind is int:
            require(value[name] < 2**64, f"{name} is too large")
        if kind is str:
            utf8(value[name])
    return [value[name] for name in kinds]


def utf8(text):
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotProven("half a character") from error


def from_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NotProven("this is no base64") from error
    require(base64.b64encode(data).decode() == text, "this is not the base64 of it")
    return data


# Notes and keys


def key_of(text):
    name, key_id, data = text.strip().split("+", 2)
    data = from_base64(data)
    require(data[:1] == ED25519 and len(data) == 33, "no Ed25519 key")
    expected = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    require(bytes.fromhex(key_id) == expected, "the key's id is another")
    return name, expected, Ed25519PublicKey.from_public_bytes(data[1:])


def signatures_of(lines):
    found = []
    for line in lines:
        require(line.startswith("\u2014 "), "this is no signature")
        name, _, data = line[2:].partition(" ")
        require(name and "+" not in name and not re.search(r"\s", name), "no name of a key")
        data = from_base64(data)
        require(len(data) >= 5, "the signature is too short")
        found.append((name, data[:4], data[4:]))
    return found


def checkpoint_of(note, keys):
    """Origin, size and root of a note that one of the keys has signed."""
    require(not re.search(r"[\x00-\x09\x0b-\x1f]", note), "a control character in the note")
    text, separator, signatures = note.rpartition("\n\n")
    require(separator and signatures.endswith("\n"), "this is no note")
    text += "\n"
    signatures = signatures_of(signatures[:-1].split("\n"))
    require(len(signatures) <= 100, "too many signatures")

    lines = text[:-1].split("\n")
    require(len(lines) >= 3 and all(lines), "this is no checkpoint")
    origin, size, root = lines[:3]
    require(re.fullmatch(r"0|[1-9][0-9]*", size, re.ASCII), "this is no size")
    require(int(size) < 2**64, "this is no size")
    root = from_base64(root)
    require(len(root) == 32, "this is no root")

    name, _, epoch = origin.rpartition("/")
    require(UUID.fullmatch(epoch), "the origin has no epoch")
    for key_name, key_id, key in keys:
        signed = [sig for who, which, sig in signatures if (who, which) == (key_name, key_id)]
        if name == key_name and signed and is_signed(key, signed[0], text):
            return origin, int(size), root
    raise NotProven(f"the checkpoint of {origin} is not signed by a key that was given")


def is_signed(key, signature, text):
    try:
        key.verify(signature, text.encode("utf-8"))
    except InvalidSignature:
        return False
    return True


# The tree


def record_hash(event, name):
    payload = hashlib.sha256(utf8(event["payload"])).digest()
    canonical = b"".join(
        [
            b"\x01",
            event["position"].to_bytes(8, "big"),
            event["revision"].to_bytes(8, "big"),
            bytes.fromhex(event["id"].replace("-", "")),
            payload,
            bytes.fromhex(event["previous"]),
            name,
        ]
    )
    return hashlib.sha256(b"\x00" + canonical).digest()


def root_by(leaf, position, size, path):
    """The root that an audit path leads to (RFC 9162, section 2.1.3.2)."""
    node, last, value = position, size - 1, leaf
    for sibling in path:
        require(last > 0, "the proof is too long")
        if node & 1 or node == last:
            value = hashlib.sha256(b"\x01" + sibling + value).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = hashlib.sha256(b"\x01" + value + sibling).digest()
        node, last = node >> 1, last >> 1
    require(last == 0, "the proof is too short")
    return value


def check_event(event, size, root):
    position, _, identity, stream, previous, _, path = fields(
        event, position=int, revision=int, id=str, stream=str, previous=str, payload=str, proof=list
    )
    require(UUID.fullmatch(identity), "this is no id")
    require(re.fullmatch(r"[A-Za-z0-9._/:-]{1,200}", stream), "this is no stream")
    require(HASH.fullmatch(previous), "this is no hash")
    for one in path:
        require(isinstance(one, str) and HASH.fullmatch(one), "this is no hash")
    require(position < size, "the checkpoint does not reach so far")
    leaf = record_hash(event, stream.encode("ascii"))
    found = root_by(leaf, position, size, [bytes.fromhex(one) for one in path])
    require(found == root, "it is not in the log as it stands here")


def check(data, keys):
    """How many events of which case are proven."""
    form, case, parts = fields(read(data), format=str, case=str, parts=list)
    require(form == "onestop-proof/1", f"the form is {form}")
    require(UUID.fullmatch(case), "this is no case")
    require(parts, "the file proves nothing")
    following = {}
    events_proven = 0
    for part in parts:
        note, events = fields(part, checkpoint=str, events=list)
        origin, size, root = checkpoint_of(note, keys)
        require(events, "a part proves nothing")
        for event in events:
            check_event(event, size, root)
            stream = event["stream"]
            require(stream.partition("/")[2] == case, "an event of another case")
            expected = following.setdefault((origin, stream), 0)
            require(event["revision"] == expected, f"revision {expected} is missing")
            following[origin, stream] += 1
            events_proven += 1
    return case, events_proven


def main(keys, files):
    lines = pathlib.Path(keys).read_text(encoding="utf-8").split("\n")
    keys = [key_of(line) for line in lines if line.strip()]
    proven = True
    for file in files:
        try:
            case, events = check(pathlib.Path(file).read_bytes(), keys)
            found = {"verdict": "proven", "case": case, "events": events}
        except NotProven as problem:
            proven = False
            found = {"verdict": "not-proven", "problem": str(problem)}
        print(json.dumps({"file": file, **found}), flush=True)
    return 0 if proven else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
