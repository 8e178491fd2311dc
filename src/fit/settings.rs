//! How much is drawn.

/// How a posterior is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Gibbs sampling of everything, hyperparameters included.
    Sampled,
    /// Empirical Bayes: the panel's parameters estimated and plugged in, the rest in closed form. Five times as fast;
    /// its bands are less exact, it knows no series that wander and no covariates, and with few peers it claims to
    /// know more than it does.
    ClosedForm,
}

/// How much is drawn, and from which random numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Rows of the posterior, from 1 to 1,000,000.
    pub rows: usize,
    /// Of the random numbers: the same seed gives the same bits on every machine.
    pub seed: u64,
    /// How the posterior is drawn.
    pub tier: Tier,
    /// Sweeps of the sampler before the first row.
    pub burn_in: usize,
}

impl Settings {
    /// So many rows of the sampler, from a seed.
    pub fn new(rows: usize, seed: u64) -> Self {
        Self { rows, seed, tier: Tier::Sampled, burn_in: 200 }
    }

    /// The same with another tier.
    #[must_use]
    pub fn with_tier(mut self, tier: Tier) -> Self {
        self.tier = tier;
        self
    }
}
