//! What was erased after a backup was made, when a node is made from it.

use std::path::Path;

use anyhow::{Context, bail};
use onestop_chassis::{
    clock::SystemClock,
    data_lock::DataLock,
    settings::{ErasureListAddress, Settings},
};
use onestop_intake::erasures::{ErasureList, LaterErasures, ListHead, Restored, settle_closed};
use onestop_proto::case;
use serde_json::json;

use super::Contents;
use crate::{cli::NoErasureList, output::Output};

/// How far the list goes that the settings name; none where none was begun.
pub(super) fn head(settings: &Settings) -> anyhow::Result<Option<ListHead>> {
    let Some(address) = &settings.erasure_list else {
        return Ok(None);
    };
    Ok(ErasureList::head_at(address)?)
}

/// What the operator says of the list.
pub(super) enum Known<'a> {
    List(&'a ErasureListAddress),
    /// There is none.
    NoList,
    /// Nothing: intake asks for it.
    NotYet,
}

impl<'a> Known<'a> {
    pub(super) fn of(said: &NoErasureList, settings: &'a Settings) -> Self {
        if said.no_erasure_list {
            return Self::NoList;
        }
        let list = settings.erasure_list.as_ref();
        list.map_or(Self::NotYet, Self::List)
    }
}

/// What became of it.
pub(super) enum Settled {
    Applied { destroyed: u64 },
    NoList,
    Awaited,
}

impl Settled {
    fn text(&self, output: &Output) -> String {
        match self {
            Self::Applied { destroyed } => output.message_with(
                "backup-erasures-applied",
                &[("count", &destroyed.to_string())],
            ),
            Self::NoList => output.message("backup-erasures-none"),
            Self::Awaited => output.message("backup-erasures-awaited"),
        }
    }

    /// Prints it for the operator, beside the answer.
    pub(super) fn print(&self, output: &Output) {
        output.print_error(&self.text(output));
    }
}

/// Erases in a folder that was just unpacked what was erased after the backup was made; nothing where it holds no intake.
pub(super) fn settle(
    known: &Known<'_>,
    contents: &Contents,
    folder: &Path,
    settings: &Settings,
) -> anyhow::Result<Option<Settled>> {
    if !contents.logs.contains_key(&case::service()) {
        return Ok(None);
    }
    let restored = Restored {
        backup: contents.made,
        restored: SystemClock.now(),
        listed: contents.erasures.clone(),
        erasures: LaterErasures::Awaited,
    };
    let written = restored.write(&folder.join(case::SERVICE));
    written.with_context(|| said!("backup-restored-not-noted"))?;
    let settings = Settings {
        data: folder.to_owned(),
        ..settings.clone()
    };
    carry_out(known, &restored, &settings).map(Some)
}

/// `onestop backup erasures`: the same for a node that was restored without it.
pub(super) fn settle_later(
    said: &NoErasureList,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let _lock = DataLock::part(&settings.data, case::SERVICE)?;
    let restored = Restored::read(&settings.data.join(case::SERVICE))?;
    let Some(restored) = restored else {
        let data = settings.data.display();
        bail!(said!("backup-not-restored", data = data));
    };
    let known = Known::of(said, settings);
    if let Known::NotYet = known {
        bail!(said!("backup-which-list"));
    }
    let settled = carry_out(&known, &restored, settings)?;
    let destroyed = match settled {
        Settled::Applied { destroyed } => Some(destroyed),
        Settled::NoList | Settled::Awaited => None,
    };
    output.print_value(&json!({ "destroyed": destroyed }), || settled.text(output));
    Ok(())
}

fn carry_out(
    known: &Known<'_>,
    restored: &Restored,
    settings: &Settings,
) -> anyhow::Result<Settled> {
    let now = SystemClock.now();
    Ok(match known {
        Known::NotYet => Settled::Awaited,
        Known::NoList => {
            settle_closed(settings, None, now, restored)?;
            Settled::NoList
        }
        Known::List(list) => Settled::Applied {
            destroyed: settle_closed(settings, Some(list), now, restored)?,
        },
    })
}
