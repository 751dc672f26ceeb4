//! Files of a site: what its opening rests on (开办依据), and photographs (照片). The service keeps the bytes.

use onestop_directory::{Site, SiteChanges, Unit};
use onestop_proto::{
    case::FileHash,
    ids::SiteId,
    registry::{
        AttachEvidence, AttachPiece, EvidenceAttached, EvidenceWithdrawn, LARGEST_EVIDENCE,
        MOST_EVIDENCE, Rejection, WithdrawEvidence, WithdrawnFile,
    },
};

use super::{
    Context, Decision, all_faults::refuse_all, known_site, permission::check_keeper, visible,
    window_of, with_recorded,
};

/// The longest name of a file, in characters.
const NAME_LIMIT: usize = 100;

/// Accepts a piece of a file, without an event, or refuses it.
///
/// # Errors
/// If the rules refuse it.
pub fn check_piece(
    changes: Option<&SiteChanges>,
    piece: &AttachPiece,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    kept_site(&piece.site, context)?;
    check_room(changes, &piece.hash, context)
}

pub(super) fn attach(
    changes: Option<&SiteChanges>,
    command: &AttachEvidence,
    context: &Context<'_>,
) -> Decision {
    let (site, window) = kept_site(&command.site, context)?;
    check_room(changes, &command.hash, context)?;
    let name = visible(&command.name);
    let length = name.chars().count();
    let unnamed = (length == 0 || length > NAME_LIMIT).then_some(Rejection::FileNameMissing {});
    let size = command.size;
    let too_large = (size == 0 || size > LARGEST_EVIDENCE).then_some(Rejection::FileTooLarge {
        size,
        most: LARGEST_EVIDENCE,
    });
    let (kind, media_type) = (command.kind, command.media_type);
    let other_type =
        (!kind.takes(media_type)).then_some(Rejection::FileTypeNotTaken { media_type, kind });
    refuse_all([too_large, other_type, unnamed])?;
    let known = with_recorded(context, &site.id, changes);
    let present = known.site_state(site, context.today);
    let attached = EvidenceAttached {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        from: context.today,
        kind,
        state: command.state.unwrap_or(present),
        hash: command.hash.clone(),
        size,
        media_type,
        name,
    };
    Ok(vec![attached.into()])
}

pub(super) fn withdraw(
    changes: Option<&SiteChanges>,
    command: &WithdrawEvidence,
    context: &Context<'_>,
) -> Decision {
    let mut files = changes
        .into_iter()
        .flat_map(|changes| changes.evidence(context.today));
    // One that was added under a code of before is withdrawn under that code.
    let file = files.find(|file| file.hash == command.hash && file.site == command.site);
    check_keeper(keeping_window(&command.site, file, context)?, context)?;
    let Some(attached) = file else {
        let hash = command.hash.clone();
        return Err(Rejection::NoSuchEvidence { hash });
    };
    let reason = visible(&command.reason);
    if reason.is_empty() {
        return Err(Rejection::ReasonMissing {});
    }
    let EvidenceAttached {
        site,
        unit,
        division,
        hash,
        ..
    } = attached.clone();
    let file = if context.directory.is_file_elsewhere(&site, &hash) {
        WithdrawnFile::KeptForAnotherSite
    } else {
        WithdrawnFile::Deleted
    };
    let withdrawn = EvidenceWithdrawn {
        site,
        unit,
        division,
        from: context.today,
        hash,
        reason,
        file: Some(file),
    };
    Ok(vec![withdrawn.into()])
}

/// The window that keeps the files of a site: its own, or that of the site that keeps what was recorded of one that is no
/// more.
fn keeping_window<'a>(
    site: &SiteId,
    file: Option<&EvidenceAttached>,
    context: &Context<'a>,
) -> Result<&'a Unit, Rejection> {
    let directory = context.directory;
    let of_gone = || directory.keeping_site(file?.division);
    let keeping = directory.site(site).or_else(of_gone);
    let keeping = keeping.ok_or_else(|| Rejection::UnknownSite { site: site.clone() })?;
    window_of(keeping, context)
}

/// The site and its window, if the actor keeps what is recorded of it.
fn kept_site<'a>(site: &SiteId, context: &Context<'a>) -> Result<(&'a Site, &'a Unit), Rejection> {
    let site = known_site(site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    Ok((site, window))
}

fn check_room(
    changes: Option<&SiteChanges>,
    hash: &FileHash,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let files = || {
        let changes = changes.into_iter();
        changes.flat_map(|changes| changes.evidence(context.today))
    };
    if files().any(|file| file.hash == *hash) {
        return Err(Rejection::AttachedBefore { hash: hash.clone() });
    }
    let count = files().count();
    if count >= MOST_EVIDENCE {
        return Err(Rejection::TooManyFiles { count });
    }
    Ok(())
}
