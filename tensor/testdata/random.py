#!/usr/bin/python3
"""Writes random.json beside this script: what the streams of random.go draw.

It states the generators again, from their papers and from Go's documentation, with Python's integers:
SplitMix64's mixer (Steele, Lea and Flood, OOPSLA 2014) derives a state from the seed, the bytes of the
purpose and the indices; PCG-DXSM (math/rand/v2's PCG) draws from it; Lemire's multiplication (2019),
Fisher and Yates' shuffle and Marsaglia's polar method make of the bits what is wanted.

    [{"seed", "purpose", "index": [...],
      "bits": 4 draws of 64 bits, in hexadecimal,
      "dice": {"n", "draws": [...]}   integers below n,
      "shuffle": [...]                of 0 to 11,
      "uniform": [...]                exact,
      "normal": [...]                 in float64: the stream's are float32
     }, ...]

Every list is drawn from a stream of its own.
"""

import json
import math
import pathlib

MASK = 2**64 - 1


def mix(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ x >> 30) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ x >> 27) * 0x94D049BB133111EB) & MASK
    return x ^ x >> 31


class Stream:
    MULTIPLIER = 2549297995355413924 << 64 | 4865540595714422341
    INCREMENT = 6364136223846793005 << 64 | 1442695040888963407

    def __init__(self, seed, purpose, index):
        h = mix(seed)
        for byte in purpose.encode():
            h = mix(h ^ byte)
        for i in index:
            h = mix((h + i + 1) & MASK)
        self.state = h << 64 | mix(h)

    def bits(self):
        self.state = (self.state * self.MULTIPLIER + self.INCREMENT) % 2**128
        high, low = self.state >> 64, self.state & MASK
        high ^= high >> 32
        high = high * 0xDA942042E4DD58B5 & MASK
        high ^= high >> 48
        return high * (low | 1) & MASK

    def below(self, n):
        while True:
            product = self.bits() * n
            if product & MASK >= 2**64 % n:
                return product >> 64

    def shuffled(self, values):
        for i in range(len(values) - 1, 0, -1):
            j = self.below(i + 1)
            values[i], values[j] = values[j], values[i]
        return values

    def uniform(self):
        return (self.bits() >> 40) / 2**24

    def normal(self):
        while True:
            x, y = 2 * self.uniform() - 1, 2 * self.uniform() - 1
            r = x * x + y * y
            if 0 < r < 1:
                return x * math.sqrt(-2 * math.log(r) / r)


def draws(seed, purpose, index, n):
    def stream():
        return Stream(seed, purpose, index)

    def times(count, draw):
        return [draw() for _ in range(count)]

    dice = stream()
    return {
        "seed": seed,
        "purpose": purpose,
        "index": index,
        "bits": [f"{b:016x}" for b in times(4, stream().bits)],
        "dice": {"n": n, "draws": times(8, lambda: dice.below(n))},
        "shuffle": stream().shuffled(list(range(12))),
        "uniform": times(4, stream().uniform),
        "normal": times(8, stream().normal),
    }


contents = [
    draws(0, "", [], 6),
    draws(1, "weights", [0], 10),
    draws(1, "dropout", [2, 17, 3], 2**31 - 1),
    draws(MASK, "shuffle", [20], 3 * 2**29),
]
text = "[" + ",\n".join(json.dumps(c) for c in contents) + "]\n"
pathlib.Path(__file__).with_name("random.json").write_text(text)
