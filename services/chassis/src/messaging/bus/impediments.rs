//! What keeps a service from its work although its process runs and is connected.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use onestop_proto::actor::ServiceName;

/// One thing that does not work.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Impediment {
    /// The broker does not let the program in.
    SignIn,
    /// The broker does not let its key subscribe to what the program needs.
    Subscribing,
    /// Its events are not published.
    Publishing,
    /// The events of a service do not come from the broker.
    Listening(ServiceName),
    /// The service itself says that it may not work yet.
    Withheld,
}

impl fmt::Display for Impediment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignIn => f.write_str("the broker does not let it in; the setting is 'key'"),
            Self::Subscribing => f.write_str(
                "the broker does not let its key subscribe to what it needs; the settings are 'key' and 'instance'",
            ),
            Self::Publishing => f.write_str("its events are not published"),
            Self::Listening(from) => write!(f, "the broker delivers no events of {from}"),
            Self::Withheld => f.write_str("it may not work yet"),
        }
    }
}

/// Everything that does not work now, and why.
#[derive(Debug, Clone, Default)]
pub(crate) struct Impediments(Arc<Mutex<BTreeMap<Impediment, String>>>);

impl Impediments {
    /// Returns whether it is new: what goes on, such as a site's link that is down for a night, is logged once.
    pub(crate) fn set(&self, what: Impediment, why: String) -> bool {
        self.lock().insert(what, why).is_none()
    }

    pub(crate) fn clear(&self, what: &Impediment) {
        self.lock().remove(what);
    }

    pub(crate) fn includes(&self, what: &Impediment) -> bool {
        self.lock().contains_key(what)
    }

    /// All of them, in words.
    pub(crate) fn all(&self) -> Vec<(Impediment, String)> {
        let all = self.lock();
        let in_words = all
            .iter()
            .map(|(what, why)| (what.clone(), format!("{what}: {why}")));
        in_words.collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Impediment, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The relay and the listeners of a site whose link is down try again several times a second.
    #[test]
    fn what_goes_on_is_new_once() {
        let found = Impediments::default();
        let set = |why: &str| found.set(Impediment::Publishing, why.to_owned());
        assert!(set("no responders"));
        assert!(!set("no responders") && !set("timed out"));
        found.clear(&Impediment::Publishing);
        assert!(set("no responders"));
    }
}
