"""What the configuration of schemathesis cannot say."""

import datetime
import ipaddress
import itertools
import struct
import zlib

import schemathesis
from hypothesis import strategies

_addresses = itertools.count(int(ipaddress.ip_address("10.0.0.1")))
_future = strategies.datetimes(datetime.datetime(2100, 1, 1), datetime.datetime(2900, 1, 1))
_networks = strategies.one_of(
    strategies.ip_addresses().map(str),
    strategies.tuples(strategies.ip_addresses(v=4), strategies.integers(0, 32)).map(lambda both: f"{both[0]}/{both[1]}"),
    strategies.tuples(strategies.ip_addresses(v=6), strategies.integers(0, 128)).map(lambda both: f"{both[0]}/{both[1]}"),
)

schemathesis.openapi.format("ip-network", _networks)
_part = "[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?"
_repositories = strategies.from_regex(f"({_part}/)?{_part}", fullmatch=True)

schemathesis.openapi.format("repository-name", _repositories)
schemathesis.openapi.format("future", _future.map(lambda moment: moment.isoformat() + "Z"))



def _picture():
    """One red pixel, as a PNG."""
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0")) + chunk(b"IEND", b"")


# No schema says what is a picture.
for media in ("image/png", "image/jpeg"):
    schemathesis.openapi.media_type(media, strategies.just(_picture()))

# Each is tried by the tests of the API, which check all answers against the same document.
_LEFT_OUT = {
    # What is not wanted is not there, although the schema of the whole requires it.
    "fields",
    # No schema says what a filter compares with, and which pages there are.
    "filter",
    "after",
    # Nothing is ordered by one field in both directions.
    "order",
    # Only one of `user`, `service` and `anonymous` can be said.
    "service",
    "anonymous",
}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """What no schema can say."""
    for item in raw_schema["paths"].values():
        for operation in item.values():
            parameters = operation.get("parameters", [])
            operation["parameters"] = [one for one in parameters if one.get("in") != "query" or one["name"] not in _LEFT_OUT]
    # Which squares lie within a picture, only the picture says.
    crop = raw_schema["paths"]["/users/{user}/avatar"]["put"]
    crop["parameters"] = [one for one in crop["parameters"] if one.get("name") not in {"x", "y", "size"}]
    # Whatever ends does so later than now.
    for schema in raw_schema["components"]["schemas"].values():
        until = schema.get("properties", {}).get("until", {})
        if until.get("format") == "date-time" and schema.get("additionalProperties") is False:
            until["format"] = "future"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every request comes from an address of its own: wrong credentials are tried on purpose, and the server limits guesses for each address."""
    case.headers["X-Forwarded-For"] = str(ipaddress.ip_address(next(_addresses)))
