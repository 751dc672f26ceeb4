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
    let code = station_code(&entry.kind, &entry.id);
    let code = code.filter(|code| catalogue.types.iter().all(|known| known.kind != *code));
    let Some(code) = code else {
        let what = format!(
            "'{}-{}' is no id of a further unit: it has 40 characters at most, and no [[unit]] is called so; another `id` is wanted",
            entry.kind, entry.id
        );
        return Err(Reason::Malformed { what });
    };
    let mut before = others.iter();
    if before.any(|other| station_code(&other.kind, &other.id).as_ref() == Some(&code)) {
        return Err(Reason::DuplicateKind { kind: code });
    }
    if entry.name.trim().is_empty() {
        return Err(Reason::Blank { field: "name" });
    }
    if entry.capacity == Some(0) {
        return Err(Reason::NoCapacity { kind });
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
        let what = format!(
            "the station '{code}' names no topic of '{item}', or one that it does not have; its `topics` are wanted"
        );
        return Err(Reason::Malformed { what });
    }
    Ok(())
}
