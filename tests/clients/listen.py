"""Listens to one channel of Onestop, knowing nothing but its AsyncAPI document.

    listen.py ASYNCAPI URL CHANNEL [PARAMETER=VALUE ...]

NKEY_FILE names the file of the key with which to sign in.

The channel's address is filled in with the parameters given; everything from the first one that is
not given is left open. Each message is checked against the schema that the document names, and printed
as one line of JSON.
"""

import asyncio
import json
import os
import pathlib
import re
import sys

import nats
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource


def subject_of(channel, values):
    """The address with its parameters filled in, open from the first that is not given."""
    segments = []
    for segment in channel["address"].split("."):
        parameter = re.fullmatch(r"\{(\w+)\}", segment)
        if parameter and parameter[1] not in values:
            return ".".join([*segments, ">"])
        segments.append(values[parameter[1]] if parameter else segment)
    return ".".join(segments)


def validator_of(document, channel):
    """A validator for the channel's one message, with references read from beside the document."""
    base = document.resolve().as_uri()

    def read(uri):
        path = pathlib.Path(uri.removeprefix("file://"))
        contents = json.loads(path.read_text(encoding="utf-8"))
        contents.setdefault("$schema", "https://json-schema.org/draft/2020-12/schema")
        return Resource.from_contents(contents)

    (message,) = channel["messages"].values()
    schema = {"$id": base, **message["payload"]}
    return Draft202012Validator(schema, registry=Registry(retrieve=read))


async def listen(document, url, name, values):
    contents = yaml.safe_load(document.read_text(encoding="utf-8"))
    channel = contents["channels"][name]
    validator = validator_of(document, channel)
    key = pathlib.Path(os.environ["NKEY_FILE"]).read_text(encoding="utf-8").strip()
    connection = await nats.connect(url, nkeys_seed_str=key)
    subscription = await connection.subscribe(subject_of(channel, values))
    await connection.flush()
    print(json.dumps({"listening": subject_of(channel, values)}), flush=True)
    async for message in subscription.messages:
        event = json.loads(message.data)
        validator.validate(event)
        print(json.dumps(event, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    document, url, name, *given = sys.argv[1:]
    values = dict(value.split("=", 1) for value in given)
    asyncio.run(listen(pathlib.Path(document), url, name, values))
