//! The version of the library that a plan needs.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// A version of this library: `0.2`, or `0.2.1`.
///
/// ```
/// use tinbergen::model::Version;
/// let version: Version = "0.2".parse()?;
/// assert!(version < "0.10.1".parse()? && version == "0.2.0".parse()?);
/// assert_eq!(version.to_string(), "0.2");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Version {
    major: u32,
    minor: u32,
    /// None where it was not written.
    patch: Option<u32>,
}

impl Version {
    /// The version that is running.
    pub fn running() -> Self {
        let part = |text: &str| text.parse().unwrap_or(0);
        Self {
            major: part(env!("CARGO_PKG_VERSION_MAJOR")),
            minor: part(env!("CARGO_PKG_VERSION_MINOR")),
            patch: Some(part(env!("CARGO_PKG_VERSION_PATCH"))),
        }
    }

    fn key(self) -> (u32, u32, u32) {
        (self.major, self.minor, self.patch.unwrap_or(0))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected a version such as \"0.2\" or \"0.2.1\", found \"{text}\"");
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let parts: Vec<u32> = text
            .split('.')
            .map(|part| part.parse().ok().filter(|_| digits(part)).ok_or_else(wrong))
            .collect::<Result<_, _>>()?;
        match parts[..] {
            [major, minor] => Ok(Self { major, minor, patch: None }),
            [major, minor, patch] => Ok(Self { major, minor, patch: Some(patch) }),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(f, ".{patch}"))
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Version {
    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": r"^\d+\.\d+(\.\d+)?$",
            "description": "A version of the library: `0.2`, or `0.2.1`.",
        })
    }
}
