//! Who writes a log: a service, and which instance of it.

use std::{fmt, str::FromStr};

use crate::{actor::ServiceName, ids::InvalidId};

/// The service and instance that wrote an event: `/onestop/<service>/<instance>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// Which service.
    pub service: ServiceName,
    /// Which of its instances; `main` where there is one.
    pub instance: ServiceName,
}

serde_as_text!(Source);

impl Source {
    /// The instance of a service that runs where there is but one.
    pub fn main(service: ServiceName) -> Self {
        let instance = crate::actor::known_service("main");
        Self { service, instance }
    }

    /// Whether it is that instance. Every other one is of a site, and signs what it publishes.
    pub fn is_main(&self) -> bool {
        self.instance.as_str() == "main"
    }
}

impl FromStr for Source {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || {
            InvalidId::new(
                text,
                "a source",
                "'/onestop/<service>/<instance>' is wanted",
            )
        };
        let rest = text.strip_prefix("/onestop/").ok_or_else(invalid)?;
        let (service, instance) = rest.split_once('/').ok_or_else(invalid)?;
        Ok(Self {
            service: service.parse().map_err(|_| invalid())?,
            instance: instance.parse().map_err(|_| invalid())?,
        })
    }
}

impl TryFrom<String> for Source {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<Source> for String {
    fn from(source: Source) -> String {
        source.to_string()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/onestop/{}/{}", self.service, self.instance)
    }
}

impl schemars::JsonSchema for Source {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Source".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^/onestop/[a-z0-9-]+/[a-z0-9-]+$" })
    }
}
