"""Solves the models of tests/models by themselves, and writes what they must give.

The equations stand here a second time, as the books print them; nothing of tinbergen is used. Each
period is solved by going through the equations until no value changes (Gauss-Seidel). Data and
starting values are those of ``data.csv``; sources are named in the README of each folder.

Run: python scripts/solve_models.py
"""

import csv
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace as Names

EXOGENOUS = {
    "sim": ["gd"],
    "pc": ["g", "r"],
    "lp1": ["g", "r", "pbl"],
    "klein1": ["wg", "g", "t", "a"],
    "growing_economy": ["rb"],
}
FOLDER = Path(__file__).parent.parent / "tests" / "models"


class Guess(Names):
    """The values of a period; 1 where there is none yet."""

    def __getattr__(self, name: str) -> float:
        return 1.0


def sim(x: Names, o: Names, k: Names) -> None:
    """Godley and Lavoie (2007), chapter 3."""
    x.cs = x.cd
    x.gs = x.gd
    x.ts = x.td
    x.ns = x.nd
    x.yd = k.w * x.ns - x.ts
    x.td = k.theta * k.w * x.ns
    x.cd = k.alpha1 * x.yd + k.alpha2 * o.hh
    x.hs = o.hs + x.gd - x.td
    x.hh = o.hh + x.yd - x.cd
    x.y = x.cs + x.gs
    x.nd = x.y / k.w


def pc(x: Names, o: Names, k: Names) -> None:
    """Godley and Lavoie (2007), chapter 4."""
    x.y = x.c + x.g
    x.yd = x.y - x.t + o.r * o.bh
    x.t = k.theta * (x.y + o.r * o.bh)
    x.v = o.v + x.yd - x.c
    x.c = k.alpha1 * x.yd + k.alpha2 * o.v
    x.hh = x.v - x.bh
    x.bh = x.v * (k.lambda0 + k.lambda1 * x.r - k.lambda2 * x.yd / x.v)
    x.bs = o.bs + x.g + o.r * o.bs - x.t - o.r * o.bcb
    x.hs = o.hs + x.bcb - o.bcb
    x.bcb = x.bs - x.bh


def lp1(x: Names, o: Names, k: Names) -> None:
    """Godley and Lavoie (2007), chapter 5."""
    x.y = x.c + x.g
    x.ydr = x.y - x.t + o.r * o.bh + o.blh
    x.t = k.theta * (x.y + o.r * o.bh + o.blh)
    x.v = o.v + x.ydr - x.c + x.cg
    x.cg = (x.pbl - o.pbl) * o.blh
    x.c = k.alpha1 * x.ydr_e + k.alpha2 * o.v
    x.v_e = o.v + x.ydr_e - x.c + x.cg
    x.hh = x.v - x.bh - x.pbl * x.blh
    x.hd = x.v_e - x.bd - x.pbl * x.bld
    x.bd = x.v_e * (
        k.lambda20 + k.lambda22 * x.r - k.lambda23 * x.errbl - k.lambda24 * x.ydr_e / x.v_e
    )
    x.bld = (
        x.v_e
        * (k.lambda30 - k.lambda32 * x.r + k.lambda33 * x.errbl - k.lambda34 * x.ydr_e / x.v_e)
        / x.pbl
    )
    x.bh = x.bd
    x.blh = x.bld
    x.bs = o.bs + x.g + o.r * o.bs + o.bls - x.t - o.r * o.bcb - (x.bls - o.bls) * x.pbl
    x.hs = o.hs + x.bcb - o.bcb
    x.bcb = x.bs - x.bh
    x.bls = x.blh
    x.errbl = x.rbl + k.chi * (x.pbl_e - x.pbl) / x.pbl
    x.rbl = 1 / x.pbl
    x.pbl_e = x.pbl
    x.ydr_e = o.ydr


def klein1(x: Names, o: Names, _: Names) -> None:
    """Klein (1950), Model I, by two-stage least squares."""
    x.c = 16.555 + 0.01730 * x.p + 0.21623 * o.p + 0.81018 * x.w
    x.i = 20.278 + 0.15022 * x.p + 0.61594 * o.p - 0.15779 * o.k
    x.wp = 1.5003 + 0.43886 * x.x + 0.14667 * o.x + 0.13040 * x.a
    x.x = x.c + x.i + x.g
    x.p = x.x - x.t - x.wp
    x.w = x.wp + x.wg
    x.k = o.k + x.i


def growing_economy(x: Names, o: Names, k: Names) -> None:
    """A growing economy: five sectors, a hundred equations; ours."""
    # Firms: production and stocks of goods
    x.s_e = k.beta * x.s + (1 - k.beta) * o.s * (1 + k.gr_pr)
    x.in_t = k.sigma * x.s_e
    x.in_e = o.in_s + k.gamma * (x.in_t - o.in_s)
    x.y = x.s_e + x.in_e - o.in_s
    x.in_s = o.in_s + x.y - x.s
    x.s = x.c + x.g + x.ik
    x.sv = x.s * x.p
    x.inv = x.in_s * x.uc
    # Firms: capital
    x.u = x.y / o.k
    x.gr_k = k.gr0 + k.gammau * (o.u - k.u_n) - k.gammar * o.rrl
    x.k = o.k * (1 + x.gr_k)
    x.ik = (x.gr_k + k.delta) * o.k
    x.kv = x.k * x.p
    x.iv = x.ik * x.p
    # Labour and wages
    x.pr = o.pr * (1 + k.gr_pr)
    x.n_t = x.y / x.pr
    x.n = o.n + k.etan * (x.n_t - o.n)
    x.nfe = o.nfe * (1 + k.gr_n)
    x.er = x.n / x.nfe
    x.omega_t = math.exp(k.omega0 + k.omega1 * math.log(x.pr) + k.omega2 * math.log(o.er))
    x.w = o.w * (1 + k.omega3 * (x.omega_t * o.p / o.w - 1) + (1 - k.omega3) * o.pi)
    x.wb = x.n * x.w
    x.wr = x.w / x.p
    # Costs and prices
    x.uc = x.wb / x.y
    x.nuc = x.w / x.pr
    x.nhuc = (1 - k.sigma) * x.nuc + k.sigma * (1 + o.rl) * o.nuc
    x.p = (1 + x.phi) * x.nhuc
    x.pi = x.p / o.p - 1
    x.phi = o.phi + k.epsm * (x.phi_t - o.phi)
    x.phi_t = (x.fu_t + x.fd_t + o.rl * o.lf) / x.hc
    x.hc = (1 - k.sigma) * o.s * o.uc + k.sigma * (1 + o.rl) * o.s * o.uc
    x.fu_t = k.psiu * o.iv
    x.fd_t = k.psid * (o.kv - o.lf)
    # Profits of firms and their finance
    x.ff = x.sv - x.wb + x.inv - o.inv - o.rl * o.inv
    x.fd = k.psid * (o.kv - o.lf)
    x.fu = x.ff - x.fd - o.rl * (o.lf - o.inv)
    x.lf = o.lf + x.iv + x.inv - o.inv - x.fu - (x.e - o.e) * x.pe
    x.e = o.e + k.issue * o.iv / o.pe
    x.rk = x.fd / (o.e * o.pe)
    x.per = x.pe * o.e / x.ff
    x.q = (x.e * x.pe + x.lf) / (x.kv + x.inv)
    x.lev = x.lf / (x.kv + x.inv)
    # Income of households
    x.yp = x.wb + x.fd + x.fdb + o.rm * o.md + o.rb * o.bh + o.bl
    x.tx = k.theta * x.yp
    x.ydr = x.yp - x.tx - o.rl * o.lh
    x.cg = (x.pbl - o.pbl) * o.bl + (x.pe - o.pe) * o.e
    x.ydhs = x.ydr + x.cg
    x.yrr = x.ydr / x.p - x.pi * o.v / x.p
    x.yrr_e = k.eps * x.yrr + (1 - k.eps) * o.yrr * (1 + k.gr_pr)
    # Consumption and loans of households
    x.c = k.alpha1 * (x.yrr_e + x.nlr) + k.alpha2 * o.v / o.p
    x.cv = x.c * x.p
    x.gl = k.etal * x.ydr
    x.rep = k.deltarep * o.lh
    x.lh = o.lh + x.gl - x.rep
    x.nlr = (x.gl - x.rep) / x.p
    x.bur = (x.rep + o.rl * o.lh) / x.ydr
    x.v = o.v + x.ydr - x.cv + x.cg
    x.sav = 1 - x.cv / x.ydr
    # Portfolio of households
    x.hh = k.lambdac * x.cv
    x.vfma = x.v + x.lh - x.hh
    x.tpr = x.ydr / o.v
    x.bh = x.vfma * (k.l20 + k.l22 * x.rrb - k.l23 * x.rbl - k.l25 * x.tpr)
    x.bl = x.vfma * (k.l30 - k.l32 * x.rrb + k.l33 * x.rbl) / x.pbl
    x.pe = x.vfma * (k.l40 - k.l42 * x.rrb + k.l44 * x.rk) / x.e
    x.md = x.vfma - x.bh - x.bl * x.pbl - x.e * x.pe
    # Government
    x.gr_gov = k.gr_g
    x.g = o.g * (1 + x.gr_gov)
    x.gv = x.g * x.p
    x.intg = o.rb * o.bs + o.bl
    x.psbr = x.gv + x.intg - x.tx - x.fcb
    x.bs = o.bs + x.psbr - (x.bl - o.bl) * x.pbl
    x.gd = x.bs + x.bl * x.pbl
    x.defr = x.psbr / x.yn
    x.debtr = x.gd / x.yn
    # Central bank
    x.bcb = x.bs - x.bh - x.bb
    x.hs = o.hs + x.bcb - o.bcb
    x.fcb = o.rb * o.bcb
    # Banks
    x.rm = x.rb - k.addm
    x.rl = x.rb + k.addl
    x.rbl = x.rb + k.addbl
    x.pbl = 1 / x.rbl
    x.rrb = (1 + x.rb) / (1 + x.pi) - 1
    x.rrl = (1 + x.rl) / (1 + x.pi) - 1
    x.hb = k.rho * x.md
    x.fb = o.rl * (o.lf + o.lh) + o.rb * o.bb - o.rm * o.md
    x.ofb_t = k.ncar * (x.lf + x.lh)
    x.ofb_e = o.ofb + k.betab * (x.ofb_t - o.ofb)
    x.fub = x.ofb_e - o.ofb
    x.fdb = x.fb - x.fub
    x.ofb = o.ofb + x.fub
    x.bb = x.md + x.ofb - x.lf - x.lh - x.hb
    x.car = x.ofb / (x.lf + x.lh)
    x.blr = x.bb / x.md
    # Accounts of the nation
    x.yn = x.sv + x.inv - o.inv
    x.gry = x.y / o.y - 1
    x.ws = x.wb / x.yn
    x.nwf = x.kv + x.inv - x.lf - x.e * x.pe
    x.nwb = x.lf + x.lh + x.bb + x.hb - x.md - x.ofb
    x.nwg = -x.gd - x.hs + x.bcb
    x.kyr = x.kv / x.yn


MODELS: dict[str, tuple[Callable[[Names, Names, Names], None], dict[str, float]]] = {
    "sim": (
        sim,
        {"alpha1": 0.6, "alpha2": 0.4, "theta": 0.2, "w": 1},
    ),
    "pc": (
        pc,
        {
            "alpha1": 0.6,
            "alpha2": 0.4,
            "theta": 0.2,
            "lambda0": 0.635,
            "lambda1": 5,
            "lambda2": 0.01,
        },
    ),
    "lp1": (
        lp1,
        {
            "alpha1": 0.8,
            "alpha2": 0.2,
            "chi": 0.1,
            "theta": 0.1938,
            "lambda20": 0.44196,
            "lambda22": 1.1,
            "lambda23": 1,
            "lambda24": 0.03,
            "lambda30": 0.3997,
            "lambda32": 1,
            "lambda33": 1.1,
            "lambda34": 0.03,
        },
    ),
    "klein1": (
        klein1,
        {},
    ),
    "growing_economy": (
        growing_economy,
        {
            "beta": 0.5,
            "sigma": 0.2,
            "gamma": 0.4,
            "gr_pr": 0.02,
            "gr_g": 0.02,
            "gr0": 0.025,
            "gammau": 0.05,
            "gammar": 0.1,
            "u_n": 0.4,
            "delta": 0.08,
            "etan": 0.6,
            "gr_n": 0,
            "omega0": -0.22,
            "omega1": 1,
            "omega2": 0.6,
            "omega3": 0.3,
            "epsm": 0.5,
            "psid": 0.075,
            "psiu": 0.35,
            "issue": 0.1,
            "theta": 0.17,
            "alpha1": 0.65,
            "alpha2": 0.045,
            "eps": 0.5,
            "etal": 0.06,
            "deltarep": 0.1,
            "lambdac": 0.08,
            "l20": 0.08,
            "l22": 1.2,
            "l23": 0.5,
            "l30": 0.09,
            "l33": 1.0,
            "l32": 0.4,
            "l40": 0.33,
            "l44": 0.5,
            "l42": 0.5,
            "l25": 0.02,
            "rho": 0.05,
            "addm": 0.005,
            "addl": 0.02,
            "addbl": 0.01,
            "ncar": 0.08,
            "betab": 0.3,
        },
    ),
}


def solve(name: str, *, rounds: int = 2000) -> dict[int, dict[str, float]]:
    """Solve a model over the years of its data but the first, which it starts from."""
    equations, constants = MODELS[name]
    with (FOLDER / name / "data.csv").open(encoding="utf-8") as file:
        data = {
            int(row["year"]): {
                key: float(cell) for key, cell in row.items() if key != "year" and cell
            }
            for row in csv.DictReader(file)
        }
    first, *years = data
    before: dict[str, float] = dict(data[first])
    solved = {}
    for year in years:
        known = {key: data[year][key] for key in EXOGENOUS[name]}
        values = before | known
        for _ in range(rounds):
            x = Guess(**values)
            equations(x, Names(**before), Names(**constants))
            now = vars(x)
            change = max(
                abs(now[key] - values.get(key, math.inf)) / max(abs(now[key]), 1) for key in now
            )
            values = now
            if change < 1e-14:
                break
        else:
            raise ArithmeticError(f"{name}: {year} is not solved: {change}")
        solved[year] = {key: value for key, value in values.items() if key not in known}
        before = values
    return solved


def table(solved: dict[int, dict[str, float]]) -> str:
    """Write a solution as CSV, with every digit."""
    names = list(next(iter(solved.values())))
    lines = [",".join(["year", *names])]
    lines += [
        ",".join([str(year), *(repr(row[name]) for name in names)]) for year, row in solved.items()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for name in MODELS:
        (FOLDER / name / "expected.csv").write_text(table(solve(name)), encoding="utf-8")
