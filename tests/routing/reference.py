#!/usr/bin/env python3
"""A second implementation of the routing rules, from their description alone; needs only Python 3.

Writes the golden vectors that the .NET implementation, and any other, must agree with:

    python3 tests/routing/reference.py > tests/EfsSharding.Tests/Routing/golden-vectors.json
"""
import hashlib
import json
import random
import struct

MASK = 2**64 - 1
P1, P2, P3, P4, P5 = (11400714785074694791, 14029467366897019727, 1609587929392839161,
                      9650029242287828579, 2870177450012600261)


def rotate(x, bits):
    return ((x << bits) | (x >> (64 - bits))) & MASK


def mix(lane, word):
    return rotate((lane + word * P2) & MASK, 31) * P1 & MASK


def xxh64(data, seed=0):
    """XXH64 as its specification says it: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md"""
    at = 0
    if len(data) >= 32:
        lanes = [(seed + P1 + P2) & MASK, (seed + P2) & MASK, seed, (seed - P1) & MASK]
        while at + 32 <= len(data):
            lanes = [mix(lane, word) for lane, word in zip(lanes, struct.unpack_from("<4Q", data, at))]
            at += 32
        value = sum(rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & MASK
        for lane in lanes:
            value = ((value ^ mix(0, lane)) * P1 + P4) & MASK
    else:
        value = (seed + P5) & MASK
    value = (value + len(data)) & MASK
    while at + 8 <= len(data):
        value = (rotate(value ^ mix(0, struct.unpack_from("<Q", data, at)[0]), 27) * P1 + P4) & MASK
        at += 8
    if at + 4 <= len(data):
        value = (rotate(value ^ struct.unpack_from("<I", data, at)[0] * P1 & MASK, 23) * P2 + P3) & MASK
        at += 4
    for byte in data[at:]:
        value = rotate(value ^ byte * P5 & MASK, 11) * P1 & MASK
    value = (value ^ value >> 33) * P2 & MASK
    value = (value ^ value >> 29) * P3 & MASK
    return value ^ value >> 32


def bucket_of(path):
    return xxh64(path.encode()) >> 52


def score(bucket, identifier, weight):
    return max(xxh64(struct.pack("<HH", bucket, draw) + identifier.encode()) for draw in range(max(weight, 1)))


def rank(bucket, weights):
    """Identifiers, first choice first: those of weight 0 behind all others, then by score, then by identifier."""
    return sorted(weights, key=lambda i: (weights[i] == 0, -score(bucket, i, weights[i]), i))


def holders(bucket, file_systems):
    """File systems that may hold a file of the bucket, the one that takes new files first."""
    found = []
    for identifier in rank(bucket, {i: weight for i, (weight, _) in file_systems.items()}):
        found.append(identifier)
        if file_systems[identifier][1] == "active":
            break
    owner = next(i for i in found if file_systems[i][1] != "draining")
    return [owner] + [i for i in found if i != owner]


def modulo(path, count):
    return int.from_bytes(hashlib.sha256(path.encode()).digest(), "big") % count


def paths(rng):
    yield from ["a", "ab", "abc", "abcd", "abcde", "customers/7.json", "a b/ü/日本語/😀.txt", "back\\slash", "é", "e\u0301", "...", ".hidden"]
    for length in list(range(1, 70)) + [127, 128, 129, 255, 256, 1000, 4095, 4096]:
        letters = (rng.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") for _ in range(length))
        text = list(letters)
        for i in range(2, length - 1):
            if i % 100 == 99:
                text[i] = "/"
                text[i + 1] = "x"
        yield "x" + "".join(text[1:-1]) + "y" if length > 1 else "x"


def hexadecimal(rng, prefix):
    return prefix + "".join(rng.choice("0123456789abcdef") for _ in range(17))


def main():
    rng = random.Random(20240607)
    sets = []
    for count in (1, 2, 3, 4, 16):
        sets.append({hexadecimal(rng, "fsmt-"): 1 for _ in range(count)})
    sets.append({hexadecimal(rng, "fsmt-"): weight for weight in (0, 1, 2, 5, 100)})
    sets.append({hexadecimal(rng, "fsmt-"): 0 for _ in range(3)})
    sets.append({"a": 1, "B": 3, "ü": 1, "日本": 2, "": 1, "x" * 60: 1})
    states = ["active", "joining", "draining"]
    shards = [
        {hexadecimal(rng, "fs-"): (1, "active") for _ in range(3)},
        {hexadecimal(rng, "fs-"): (weight, state) for weight, state in ((1, "active"), (2, "joining"), (1, "draining"))},
        {hexadecimal(rng, "fs-"): (weight, state) for weight, state in ((0, "active"), (1, "draining"), (3, "draining"))},
        {hexadecimal(rng, "fs-"): (rng.randint(0, 4), states[i % 3]) for i in range(9)},
    ]
    buckets = [0, 1, 255, 256, 4095] + [rng.randrange(4096) for _ in range(11)]
    samples = list(paths(rng))
    print(json.dumps({
        "paths": [{"path": p, "hash": f"{xxh64(p.encode()):016x}", "bucket": bucket_of(p)} for p in samples],
        "ranks": [{
            "weights": weights,
            "orders": [{"bucket": b, "order": rank(b, weights)} for b in buckets],
        } for weights in sets],
        "holders": [{
            "file_systems": [{"id": i, "weight": w, "state": s} for i, (w, s) in shard.items()],
            "orders": [{"bucket": b, "order": holders(b, shard)} for b in buckets],
        } for shard in shards],
        "modulo": [{"path": p, "targets": {str(n): modulo(p, n) for n in (1, 2, 3, 4, 7, 16, 1000)}} for p in samples[::4]],
    }, indent=1))


if __name__ == "__main__":
    assert f"{xxh64(b''):016x}" == "ef46db3751d8e999", "the specification's vector for no bytes"
    assert f"{xxh64(b'abc'):016x}" == "44bc2cf5ad770999", "the well-known vector for abc"
    main()
