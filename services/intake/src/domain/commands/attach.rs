//! Attaching a file (附件): how many, how large, of which media type. The service keeps the bytes.

use onestop_proto::case::{
    Attach, AttachPiece, AttachmentAdded, Event, FileHash, LARGEST_FILE, MOST_FILES, PIECE,
    Rejection,
};

use crate::domain::{Case, Context, Decision, field_problem::incomplete};

/// The longest name of a file.
const NAME_LIMIT: usize = 200;
/// The last piece that a file can have, from 0.
const LAST_PIECE: u32 = (LARGEST_FILE / PIECE as u64) as u32;

/// Accepts a piece of a file, without an event, or refuses it.
pub(super) fn decide_piece(case: &Case, piece: &AttachPiece) -> Decision {
    check_room(case, &piece.hash)?;
    if piece.piece >= LAST_PIECE {
        return Err(Rejection::TooLarge {
            size: u64::from(piece.piece) * PIECE as u64,
        });
    }
    Ok(Vec::new())
}

pub(super) fn decide(case: &Case, attach: &Attach, context: &Context<'_>) -> Decision {
    check_room(case, &attach.hash)?;
    if attach.size == 0 || attach.size > LARGEST_FILE {
        return Err(Rejection::TooLarge { size: attach.size });
    }
    let name = attach.name.0.trim().chars().count();
    if name == 0 || name > NAME_LIMIT {
        return Err(incomplete("name", "1 至 200 字 / from 1 to 200 characters"));
    }
    Ok(vec![Event::from(AttachmentAdded {
        hash: attach.hash.clone(),
        size: attach.size,
        media_type: attach.media_type,
        kind: attach.kind.clone(),
        name: context.sealed.clone(),
    })])
}

fn check_room(case: &Case, hash: &FileHash) -> Result<(), Rejection> {
    if case.files.iter().any(|file| file.hash == *hash) {
        return Err(Rejection::AttachedBefore { hash: hash.clone() });
    }
    let count = case.files.len();
    if count >= MOST_FILES {
        return Err(Rejection::TooManyFiles { count });
    }
    Ok(())
}
