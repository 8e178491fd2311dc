"""Random numbers as docs/streams.md states them: ChaCha8 by seed, name, period and path."""

from functools import cache

import numpy as np

WORD = 0xFFFFFFFF
LONG = 0xFFFFFFFFFFFFFFFF
SIGMA = (0x61707865, 0x3320646E, 0x79622D32, 0x6B206574)
COLUMNS = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)]
DIAGONALS = [(0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]


def stream_number(name):
    """FNV-1a over the bytes of the name, then the finaliser of SplitMix64."""
    x = 0xCBF29CE484222325
    for byte in name.encode():
        x = (x ^ byte) * 0x100000001B3 & LONG
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & LONG
    x = (x ^ x >> 27) * 0x94D049BB133111EB & LONG
    return x ^ x >> 31


def key_words(seed):
    """Give the key that `seed_from_u64` makes of a seed: eight words of PCG32 (rand_core)."""
    words, state = [], seed
    for _ in range(8):
        state = (state * 6364136223846793005 + 11634580027462260723) & LONG
        word, turn = (state >> 18 ^ state) >> 27 & WORD, state >> 59
        words.append((word >> turn | word << (32 - turn)) & WORD)
    return words


def _quarter(x, a, b, c, d):
    for first, second, third, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        x[first] += x[second]
        mixed = x[third] ^ x[first]
        x[third] = mixed << np.uint32(turn) | mixed >> np.uint32(32 - turn)


def chacha8(key, counters, nonce):
    """Give blocks of eight 64-bit words, shape (blocks, 8)."""
    count = len(counters)
    start = [np.full(count, word, np.uint32) for word in (*SIGMA, *key)]
    start += [
        (counters & np.uint64(WORD)).astype(np.uint32),
        (counters >> np.uint64(32)).astype(np.uint32),
    ]
    start += [np.full(count, word, np.uint32) for word in (nonce & WORD, nonce >> 32)]
    x = [word.copy() for word in start]
    for _ in range(4):
        for four in COLUMNS + DIAGONALS:
            _quarter(x, *four)
    words = np.array([a + b for a, b in zip(x, start, strict=True)]).astype(np.uint64)
    return (words[0::2] | words[1::2] << np.uint64(32)).T


class Streams:
    """The uniforms of a run: a pure function of seed, name, ordinal and path."""

    def __init__(self, seed, paths, design="random"):
        self.key, self.paths, self.design = key_words(seed), paths, design
        self.several = cache(self._several)

    def uniform(self, name, ordinal):
        """Give u in all paths."""
        return self.several(name, ordinal // 16)[ordinal % 16]

    def _several(self, name, sixteen):
        """Give u of 16 ordinals that follow each other, shape (16, paths)."""
        ordinals = np.arange(16 * sixteen, 16 * sixteen + 16, dtype=np.uint64)
        blocks = np.arange(-(-self.paths // 8), dtype=np.uint64)
        counters = (ordinals[:, None] << np.uint64(40) | blocks).ravel()
        words = chacha8(self.key, counters, stream_number(name)).reshape(16, -1)
        u = ((words[:, : self.paths] >> np.uint64(11)).astype(float) + 0.5) / 2.0**53
        if self.design == "antithetic":
            u[:, 1::2] = 1 - u[:, 0::2][:, : self.paths // 2]
        return u
