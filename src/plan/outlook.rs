//! What has to become of an indicator's progress for its target to be met.

/// What ESCAP's dashboard says of a target by its anticipated progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// The predicted value meets the target, or misses it by at most a tenth of the way.
    Maintain,
    /// It goes the right way, but not fast enough.
    Accelerate,
    /// It ends further away than it began.
    Reverse,
}

impl Outlook {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Maintain => "maintain",
            Self::Accelerate => "accelerate",
            Self::Reverse => "reverse",
        }
    }
}
