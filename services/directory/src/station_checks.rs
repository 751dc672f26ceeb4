//! Checks the special stations of a site.

use crate::{
    error::Reason,
    items::Catalogue,
    stations::{StationEntry, station_code},
};

/// Refuses a station whose id another unit could have, and one that works nothing.
pub(crate) fn check(
    entry: &StationEntry,
    others: &[StationEntry],
    catalogue: &Catalogue,
) -> Result<(), Reason> {
    let kind = entry.kind.clone();
    if catalogue.types.iter().all(|known| known.kind != kind) {
        return Err(Reason::NoSuchKind { kind });
    }
    let station = || format!("{}-{}", entry.kind, entry.id);
    let code = station_code(&entry.kind, &entry.id);
    let code = code.filter(|code| catalogue.types.iter().all(|known| known.kind != *code));
    let Some(code) = code else {
        let station = station();
        return Err(Reason::StationId { station });
    };
    let mut before = others.iter();
    if before.any(|other| station_code(&other.kind, &other.id).as_ref() == Some(&code)) {
        return Err(Reason::DuplicateKind { kind: code });
    }
    if entry.name.trim().is_empty() {
        return Err(Reason::Blank { field: "name" });
    }
    if entry.capacity == Some(0) {
        return Err(Reason::NoCapacity { kind: code });
    }
    let item = entry.item.clone();
    let Some(known) = catalogue.item(&item) else {
        return Err(Reason::UnknownItem { item });
    };
    let has_all = entry
        .topics
        .iter()
        .all(|topic| known.topic(topic).is_some());
    if entry.topics.is_empty() || !has_all {
        let station = station();
        return Err(Reason::StationTopics { station, item });
    }
    Ok(())
}
