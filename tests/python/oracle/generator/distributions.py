"""Distributions by kind, as plans write them: functions of a draft, a centre and a size."""

CENTRED = {  # around a centre with a size; `sd`s are near the size
    "normal": lambda d, c, s: {"normal": {"mean": c, "sd": d.near(s)}},
    "student_t": lambda d, c, s: {
        "student_t": {"mean": c, "sd": d.near(s), "df": d.rng.choice([3.5, 5, 12])}
    },
    "two_piece_normal": lambda d, c, s: {
        "two_piece_normal": {
            "mode": c,
            "uncertainty": d.near(s),
            "skew": d.rng.choice([-0.4, 0.0, 0.3]) * s,
        }
    },
    "uniform": lambda d, c, s: {"uniform": {"min": c - 1.5 * s, "max": c + d.near(1.7 * s)}},
    "triangular": lambda d, c, s: {
        "triangular": {"min": c - 2 * s, "mode": c + 0.5 * s, "max": c + d.near(2 * s)}
    },
    "pert": lambda d, c, s: {
        "pert": {"min": c - 2 * s, "mode": c + 0.3 * s, "max": c + 3 * s}
        | ({"weight": 3.0} if d.chance(0.5) else {})
    },
    "beta": lambda d, c, s: {
        "beta": {"alpha": d.near(2.5), "beta": d.near(3), "min": c - 2 * s, "max": c + 2.5 * s}
    },
    "gamma": lambda d, c, s: {"gamma": {"shape": d.near(2), "scale": (abs(c) + s) / 2}},
    "lognormal": lambda d, c, s: {"lognormal": {"mean": abs(c) + s, "sd": d.near(s)}},
    "weibull": lambda d, c, s: {"weibull": {"shape": d.near(1.6), "scale": abs(c) + s}},
    "elicited": lambda d, c, s: {
        "elicited": {"q10": c - s, "q50": c + 0.1 * s, "q90": c + 1.4 * s}
        | d.rng.choice(
            [{}, {"min": c - 4 * s}, {"max": c + 5 * s}, {"min": c - 4 * s, "max": c + 5 * s}]
        )
    },
    "truncated": lambda d, c, s: {
        "truncated": {"normal": {"mean": c, "sd": d.near(s)}, "min": c - s}
        | d.rng.choice([{}, {"max": c + 1.5 * s}])
    },
    "mixture": lambda d, c, s: {
        "mixture": {
            "components": [
                {"weight": d.near(3), "normal": {"mean": c, "sd": d.near(s)}},
                {"weight": 1.0, "uniform": {"min": c - 2 * s, "max": c}},
            ]
        }
    },
    "discrete": lambda d, c, s: {
        "discrete": {"values": [c + s, c - s, c], "probabilities": [0.25, 0.25, 0.5]}
    },
    "empirical": lambda d, c, s: {
        "empirical": {"values": [c + d.rng.gauss(0, s) for _ in range(7)]}
    },
    "smooth": lambda d, c, s: {
        "empirical": {"values": [c + d.rng.gauss(0, s) for _ in range(5)], "smooth": True}
    },
}
POSITIVE = [
    lambda d, c, s: {"lognormal": {"mean": c, "sd": d.near(s)}},
    lambda d, c, s: {"uniform": {"min": c - s, "max": c + d.near(s)}},
    lambda d, c, s: {"pert": {"min": c - 2 * s, "mode": c, "max": c + d.near(3 * s)}},
    lambda d, c, s: {"triangular": {"min": c - s, "mode": c, "max": c + d.near(2 * s)}},
]
DISCRETE = {
    "poisson": lambda d: {"poisson": {"mean": d.near(4)}},
    "bernoulli": lambda d: {"bernoulli": {"probability": d.near(0.4)}},
}
