//! What of an indicator or a formula counts: its level, its change, its growth.

use schemars::JsonSchema;
use serde::Serialize;

use crate::period::Period;

/// What of the indicator counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// Its level, in its unit.
    #[default]
    Level,
    /// Its change on the period before, or since the base of the target, in its unit.
    Change,
    /// Its growth on the period before, or since the base of the target, as a fraction: 0.1 is
    /// 10 %.
    Growth,
}

impl Of {
    /// All of them.
    pub fn all() -> [Self; 3] {
        [Self::Level, Self::Change, Self::Growth]
    }

    /// As written in a plan file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Change => "change",
            Self::Growth => "growth",
        }
    }

    /// Is it the level itself?
    pub(crate) fn is_level(self) -> bool {
        match self {
            Self::Level => true,
            Self::Change | Self::Growth => false,
        }
    }

    /// Is it shown in percent?
    pub(crate) fn is_rate(self) -> bool {
        match self {
            Self::Level | Self::Change => false,
            Self::Growth => true,
        }
    }

    /// Does it make no difference where the indicator stands?
    pub(crate) fn is_free_of_level(self) -> bool {
        match self {
            Self::Level | Self::Growth => false,
            Self::Change => true,
        }
    }

    /// In words: `gdp`, `change of firms`, `growth of gdp since 2020`.
    pub(crate) fn words(self, subject: &str, base: Option<Period>) -> String {
        let since = base.map_or_else(String::new, |base| format!(" since {base}"));
        match self {
            Self::Level => subject.to_owned(),
            Self::Change | Self::Growth => format!("{} of {subject}{since}", self.name()),
        }
    }
}
