"""How tests/golden/fit.csv was made: the model of docs/fitting.md in NumPyro (NUTS) on two simulated panels.

Errors are symmetric. `python scripts/fit_reference.py tests/golden` writes fit_panels.csv (the figures) and fit.csv
(mean and sd of the posterior, with the Monte Carlo error of the mean). Needs `pip install numpyro`.
"""

import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from jax.scipy.special import gammaln, logsumexp
from numpyro.diagnostics import summary
from numpyro.infer import MCMC, NUTS

numpyro.enable_x64()
SPREADS = jnp.array([2.0, 3, 4, 6, 9, 14, 24, 50, 120])


def panel(kind: str, seed: int) -> np.ndarray:
    """Simulate six series of fifteen errors."""
    r = np.random.default_rng(seed)
    n, t = 6, 15
    mean = 0.3 + 0.6 * r.normal(size=n)
    phi = np.clip((0.4 if kind == "growth" else 0.8) + 0.1 * r.normal(size=n), -0.5, 0.95)
    sd = 0.8 * np.exp(0.3 * r.normal(size=n))
    rho = 0.0 if kind == "growth" else 0.3
    y = np.zeros((n, t + 2))
    z = r.standard_t(6, size=t)
    for k in range(2, t + 2):
        e = r.standard_t(6, size=n)
        y[:, k] = (
            y[:, k - 1]
            + (1 - phi) * (mean - y[:, k - 1])
            + rho * (y[:, k - 1] - y[:, k - 2])
            + sd * (0.5 * z[k - 2] + e)
        )
    return np.round(y if kind == "level" else y[:, 1:], 3)


def model(y: jnp.ndarray, momentum: bool) -> None:
    """Say the model, with what wanders summed out."""
    lag = 2 if momentum else 1
    now, before = y[:, lag:], y[:, lag - 1 : -1]
    change = before - y[:, :-2] if momentum else 0.0 * before
    n, t = now.shape
    low = 0.0 if momentum else -0.9
    theta = numpyro.sample("mean", dist.Normal(0, 1))
    tau = numpyro.sample("mean_spread", dist.HalfCauchy(0.5))
    c = numpyro.sample("persistence", dist.Normal(0.5, 0.4))
    s = numpyro.sample("persistence_spread", dist.HalfNormal(0.2))
    pi = numpyro.sample("unit_root", dist.Beta(1, 1 if momentum else 20 / n))
    load = numpyro.sample("loading", dist.HalfNormal(1.0))
    lspread = numpyro.sample("loading_spread", dist.HalfCauchy(0.3))
    s0 = numpyro.sample("variance", dist.Gamma(0.5, 0.5))
    numpyro.deterministic("sd", jnp.sqrt(s0))
    df = numpyro.sample("df", dist.LogUniform(3, 60))
    raw = numpyro.sample("raw_mean", dist.Normal(0, 1).expand([n]))
    mean = numpyro.deterministic("mean_of", theta + tau * raw)
    # by inversion, so that the normalising constant is exact
    u = numpyro.sample("u", dist.Uniform(0, 1).expand([n]))
    a, b = dist.Normal().cdf((low - c) / s), dist.Normal().cdf((0.985 - c) / s)
    phi = c + s * dist.Normal().icdf(jnp.clip(a + u * (b - a), 1e-14, 1 - 1e-14))
    phi = numpyro.deterministic("phi", jnp.clip(phi, low, 0.985))
    if momentum:
        cr = numpyro.sample("momentum", dist.Normal(0, 0.3))
        sr = numpyro.sample("momentum_spread", dist.HalfNormal(0.15))
        ur = numpyro.sample("ur", dist.Uniform(0, 1).expand([n]))
        a, b = dist.Normal().cdf((-0.5 - cr) / sr), dist.Normal().cdf((0.9 - cr) / sr)
        rho = jnp.clip(
            cr + sr * dist.Normal().icdf(jnp.clip(a + ur * (b - a), 1e-14, 1 - 1e-14)), -0.5, 0.9
        )
    else:
        rho = jnp.zeros(n)
    lv = numpyro.sample(
        "lv", dist.ImproperUniform(dist.constraints.real, (n,), ())
    )  # ln variance / s0
    v = s0 * jnp.exp(lv)
    half = 0.5 * SPREADS
    ig = n * (half * jnp.log(half) - gammaln(half)) + jnp.sum(
        -half[:, None] * lv - half[:, None] * jnp.exp(-lv), axis=1
    )
    numpyro.factor("variances", logsumexp(ig) - jnp.log(9.0))
    sd = numpyro.deterministic("sd_of", jnp.sqrt(v))
    lraw = numpyro.sample("lraw", dist.Normal(0, 1).expand([n]))
    loading = numpyro.deterministic("loading_of", sd * (load + lspread * lraw))
    z = numpyro.sample("z", dist.StudentT(df, 0, 1).expand([t]))
    r = now - before - rho[:, None] * change - loading[:, None] * z
    back = r - (1 - phi)[:, None] * (mean[:, None] - before)
    density = dist.StudentT(df, 0, sd[:, None])
    returns = jnp.log1p(-pi) + jnp.sum(density.log_prob(back), axis=1)
    wanders = jnp.log(pi) + jnp.sum(density.log_prob(r), axis=1)
    numpyro.factor("y", jnp.sum(jnp.logaddexp(returns, wanders)))
    numpyro.deterministic("wanders", jax.nn.sigmoid(wanders - returns))


def reference(kind: str, y: np.ndarray, size: int) -> list[str]:
    """Sample one panel's posterior, and summarise it."""
    kernel = NUTS(model, target_accept_prob=0.95)
    mcmc = MCMC(kernel, num_warmup=1500, num_samples=size, num_chains=2, progress_bar=False)
    mcmc.run(jax.random.PRNGKey(0), jnp.array(y), kind == "level")
    samples = mcmc.get_samples(group_by_chain=True)
    for name in ["sd_of", "sd", "mean_spread", "df"]:
        samples[f"ln_{name}"] = jnp.log(samples[name])
    found = summary(samples)
    # of the means only where the series returns to it
    back = 1 - np.asarray(samples["wanders"])
    x = np.asarray(samples["mean_of"])
    mean = (back * x).sum((0, 1)) / back.sum((0, 1))
    found["mean_of"]["mean"] = mean
    found["mean_of"]["std"] = np.sqrt((back * (x - mean) ** 2).sum((0, 1)) / back.sum((0, 1)))
    each = ["mean_of", "ln_sd_of", "loading_of", "wanders"]
    names = ["mean", "ln_mean_spread", "persistence", "persistence_spread", "unit_root"]
    names += ["loading", "ln_sd", "ln_df", *each, *(["momentum"] if kind == "level" else [])]
    rows = []
    for name in names:
        means, sds, sizes = (np.atleast_1d(found[name][k]) for k in ["mean", "std", "n_eff"])
        for i, (m, d, n) in enumerate(zip(means, sds, sizes, strict=True)):
            place = f"[{i}]" if name in each else ""
            rows.append(f"{kind},{name}{place},{m:.5f},{d:.5f},{d / np.sqrt(n):.5f}")
    return rows


def main() -> None:
    """Write both files."""
    folder = Path(sys.argv[1])
    rows = ["panel,parameter,mean,sd,error"]
    figures = ["panel,series," + ",".join(f"t{k}" for k in range(17))]
    for kind, seed in [("growth", 1), ("level", 2)]:
        y = panel(kind, seed)
        for i, x in enumerate(y):
            figures.append(f"{kind},{i}," + ",".join([""] * (17 - len(x)) + [f"{v}" for v in x]))
        rows += reference(kind, y, 4000)
    versions = f"NumPyro {numpyro.__version__}, JAX {jax.__version__}"
    head = f"# {versions}; made by scripts/fit_reference.py"
    for name, lines in [("fit.csv", rows), ("fit_panels.csv", figures)]:
        (folder / name).write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
