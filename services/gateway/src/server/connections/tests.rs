//! Who makes room for whom.

use std::time::Duration;

use super::*;

const CAPS: Caps = Caps { all: 6, address: 3 };

fn from(last: u8) -> Option<IpAddr> {
    Some(IpAddr::from([10, 0, 0, last]))
}

async fn is_closed(slot: &Slot) -> bool {
    let closed = tokio::time::timeout(Duration::from_millis(20), slot.closed());
    closed.await.is_ok()
}

#[tokio::test]
async fn the_oldest_silent_connection_of_an_address_makes_room() {
    let connections = Connections::new(CAPS);
    let silent: Vec<Slot> = (0..3).filter_map(|_| connections.admit(from(7))).collect();
    let neighbour = connections.admit(from(8)).unwrap();
    assert_eq!(silent.len(), 3);
    let fourth = connections.admit(from(7)).unwrap();
    assert!(is_closed(&silent[0]).await);
    assert!(!is_closed(&silent[1]).await && !is_closed(&fourth).await);
    assert!(!is_closed(&neighbour).await);
}

#[tokio::test]
async fn one_that_has_sent_a_request_stays_longer_and_one_that_is_answered_stays() {
    let connections = Connections::new(CAPS);
    let kept = connections.admit(from(7)).unwrap();
    drop(kept.answer());
    let silent = connections.admit(from(7)).unwrap();
    let busy = connections.admit(from(7)).unwrap();
    let answering = busy.answer();
    let first = connections.admit(from(7)).unwrap();
    let answering_too = first.answer();
    assert!(is_closed(&silent).await && !is_closed(&kept).await);
    let second = connections.admit(from(7)).unwrap();
    assert!(is_closed(&kept).await);
    // Now three are being answered.
    let answering_as_well = second.answer();
    assert!(connections.admit(from(7)).is_none());
    assert!(connections.admit(from(8)).is_some());
    drop(answering);
    assert!(connections.admit(from(7)).is_some());
    assert!(is_closed(&busy).await);
    drop((answering_too, answering_as_well));
}

#[tokio::test]
async fn all_together_have_a_cap_and_the_silent_make_room() {
    let connections = Connections::new(CAPS);
    let silent: Vec<Slot> = (0..6)
        .filter_map(|one| connections.admit(from(one)))
        .collect();
    let clerk = connections.admit(from(9)).unwrap();
    assert!(is_closed(&silent[0]).await && !is_closed(&clerk).await);
    drop((silent, clerk));
    let table = lock(&connections.table);
    assert!(table.entries.is_empty() && table.addresses.is_empty());
    assert!(table.waiting.is_empty());
}

#[tokio::test]
async fn a_proxy_has_no_cap_of_its_own_until_it_says_for_whom() {
    let connections = Connections::new(CAPS);
    let forwarded: Vec<Slot> = (0..5).filter_map(|_| connections.admit(None)).collect();
    assert_eq!(forwarded.len(), 5);
    let client = IpAddr::from([203, 0, 113, 9]);
    assert!(
        forwarded
            .iter()
            .take(3)
            .all(|slot| slot.set_address(client))
    );
    // The fourth of one client: the first makes room.
    assert!(forwarded[3].set_address(client));
    assert!(is_closed(&forwarded[0]).await);
}
