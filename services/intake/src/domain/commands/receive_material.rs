//! Receiving material: a numbered receipt (材料接收凭证), with the files made of what the citizen brought.

use onestop_proto::case::{Event, FileHash, MaterialReceived, ReceiveMaterial, Rejection};

use crate::domain::{Case, Decision, field_problem::incomplete};

/// More of one paper is a mistake.
const MOST_COPIES: u32 = 999;

pub(super) fn decide(case: &Case, receive: &ReceiveMaterial) -> Decision {
    if receive.materials.is_empty() || receive.materials.iter().any(|m| m.copies == 0) {
        return Err(incomplete(
            "materials",
            "至少一件，份数不为零 / at least one, in at least one copy",
        ));
    }
    if receive.materials.iter().any(|it| it.copies > MOST_COPIES) {
        return Err(incomplete(
            "materials",
            "每件不超过999份 / at most 999 copies of one",
        ));
    }
    let of_case = |hash: &&FileHash| case.files.iter().any(|file| file.hash == **hash);
    let files = receive
        .materials
        .iter()
        .flat_map(|material| &material.files);
    if let Some(hash) = files.clone().find(|hash| !of_case(hash)) {
        return Err(Rejection::NoSuchAttachment { hash: hash.clone() });
    }
    Ok(vec![Event::from(MaterialReceived {
        materials: receive.materials.clone(),
        receipt: Some(case.receipts + 1),
    })])
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{AttachmentAdded, Ciphertext, Material, MediaType};

    use super::*;
    use crate::domain::test_support::*;

    #[test]
    fn four_billion_copies_are_not_taken() {
        let world = world();
        let receive = |copies| ReceiveMaterial {
            materials: vec![Material {
                kind: wages(),
                copies,
                files: Vec::new(),
            }],
        };
        let history = [world.opened()];
        assert!(world.after(&history).when(receive(MOST_COPIES)).is_ok());
        for copies in [0, MOST_COPIES + 1, u32::MAX] {
            let refused = world.after(&history).when(receive(copies)).unwrap_err();
            assert!(matches!(refused, Rejection::Incomplete { .. }), "{copies}");
        }
    }

    #[test]
    fn receipts_are_numbered_and_name_files_of_the_case() {
        let world = world();
        let hash = "a".repeat(64);
        let receive = || ReceiveMaterial {
            materials: vec![Material {
                kind: wages(),
                copies: 2,
                files: vec![hash.parse().unwrap()],
            }],
        };
        let refused = world.after(&[world.opened()]).when(receive()).unwrap_err();
        assert!(matches!(refused, Rejection::NoSuchAttachment { .. }));
        let file = Event::from(AttachmentAdded {
            hash: hash.parse().unwrap(),
            size: 1,
            media_type: MediaType::Pdf,
            kind: wages(),
            name: Ciphertext("sealed".to_owned()),
        });
        let mut history = vec![world.opened(), file];
        for number in 1..=3 {
            let received = world.after(&history).when(receive()).unwrap();
            let Event::MaterialReceived(receipt) = &received[0] else {
                panic!("{received:?}")
            };
            assert_eq!(receipt.receipt, Some(number));
            history.extend(received);
        }
    }
}
