use super::*;

fn source() -> Source {
    "/onestop/intake/main".parse().unwrap()
}

fn hash(number: u64) -> Hash {
    Hash::of_payload(&number.to_be_bytes())
}

fn copy(holdings: &mut Holdings, epoch: u128, position: u64, own: u64) -> Result<(), CountAnew> {
    holdings.copied(&Place {
        source: &source(),
        epoch: Uuid::from_u128(epoch),
        position,
        hash: &format_hash(hash(own)),
    })
}

/// The holding after these positions, each with its own hash.
fn held(positions: &[u64]) -> Holding {
    let mut holdings = Holdings::default();
    for position in positions {
        copy(&mut holdings, 1, *position, *position).unwrap();
    }
    holdings.sources[&source()].clone()
}

/// The root over these leaves by the definition of RFC 6962.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [one] => *one,
        many => {
            let left = many.len().next_power_of_two() / 2;
            Hash::of_node(root(&many[..left]), root(&many[left..]))
        }
    }
}

#[test]
fn the_root_is_that_of_the_source() {
    for count in 1..70 {
        let positions: Vec<u64> = (0..count).collect();
        let leaves: Vec<Hash> = positions.iter().copied().map(hash).collect();
        let holding = held(&positions);
        assert_eq!(holding.root(), Some(root(&leaves)), "{count}");
        // A log of the same size needs no proof.
        assert_eq!(holding.compare(count, root(&leaves), &[]), []);
    }
}

#[test]
fn what_vanished_is_named() {
    let holding = held(&[0, 1, 2, 5, 6]);
    let (first, count) = (3, 2);
    let missing = ComparisonDifference::Missing { first, count };
    assert_eq!(holding.own_differences(), [missing]);
    assert_eq!(held(&[0, 1, 2, 5, 6, 4, 3]).own_differences(), []);
}

#[test]
fn what_stands_twice_is_named() {
    let (first, count) = (1, 2);
    let doubled = ComparisonDifference::Doubled { first, count };
    assert_eq!(held(&[0, 1, 2, 1, 2, 3]).own_differences(), [doubled]);
}

#[test]
fn other_bytes_and_a_shorter_source_are_named() {
    let holding = held(&[0, 1, 2]);
    let other = root(&[hash(0), hash(7), hash(2)]);
    let bytes = ComparisonDifference::OtherBytes { count: 3 };
    assert_eq!(holding.compare(3, other, &[]), [bytes]);
    let shorter = root(&[hash(0), hash(1)]);
    let beyond = ComparisonDifference::Beyond { count: 2 };
    assert_eq!(holding.compare(2, shorter, &[]), [beyond]);
}

#[test]
fn what_is_set_aside_is_not_missing_and_its_copy_is_not_doubled() {
    let mut holdings = Holdings::default();
    copy(&mut holdings, 1, 0, 0).unwrap();
    let event = "019ab0c4-8000-7000-8000-000000000001".parse().unwrap();
    let at = LogPosition {
        source: source(),
        epoch: Uuid::from_u128(1),
        position: 1,
    };
    holdings
        .set_aside(event, &at, &format_hash(hash(1)))
        .unwrap();
    copy(&mut holdings, 1, 2, 2).unwrap();
    let holding = holdings.sources[&source()].clone();
    assert_eq!((holding.size(), holding.own_differences()), (3, Vec::new()));
    copy(&mut holdings, 1, 1, 1).unwrap();
    holdings.settled(event);
    let holding = &holdings.sources[&source()];
    assert_eq!(holding.own_differences(), []);
    assert_eq!(holding.root(), Some(root(&[hash(0), hash(1), hash(2)])));
}

#[test]
fn another_history_that_is_followed_is_counted_instead() {
    let mut holdings = Holdings::default();
    let log = [(1, 0, 0), (1, 1, 1), (1, 2, 2), (2, 1, 11), (2, 2, 12)];
    let mut counted = 0;
    while let Some((epoch, position, own)) = log.get(counted) {
        counted += 1;
        if copy(&mut holdings, *epoch, *position, *own) == Err(CountAnew) {
            holdings.begin_anew();
            counted = 0;
        }
    }
    let holding = &holdings.sources[&source()];
    assert_eq!(holding.root(), Some(root(&[hash(0), hash(11), hash(12)])));
    assert_eq!(holding.own_differences(), []);
    // One that continues what was held needs no decision.
    copy(&mut holdings, 3, 3, 13).unwrap();
}
