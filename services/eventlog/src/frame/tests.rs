use super::*;
use crate::labels::{Label, Labels};
use crate::record::Unchained;
use crate::stream::StreamName;
use proptest::prelude::*;
use uuid::Uuid;

/// Some records with a type, some with tags, most with neither.
fn labels(of: u64) -> Labels {
    let label = |text: &str| Label::new(text).unwrap();
    match of % 7 {
        0 => Labels::new(Some(label("opened")), []),
        1 => Labels::new(None, [label("case:1"), label("unit:2")]),
        _ => Labels::NONE,
    }
}

fn chained(first: u64, events: Vec<(u8, Vec<u8>)>) -> Vec<Record> {
    let mut head = Head {
        count: first,
        hash: Hash::of_payload(b"before"),
    };
    let mut records = Vec::new();
    for (stream, payload) in events {
        let payload = Bytes::from(payload);
        let parts = Unchained {
            stream: StreamName::new(&format!("case/{stream}")).unwrap(),
            revision: u64::from(stream) * 3,
            id: Uuid::from_u128(u128::from(head.count)),
            labels: labels(payload.iter().map(|byte| u64::from(*byte)).sum()),
            payload_hash: Hash::of_payload(&payload),
            payload,
        };
        let record = Record::chain(head, parts);
        head = record.head();
        records.push(record);
    }
    records
}

fn encoded(records: &[Record], form: Form) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_into(records, form, &mut bytes);
    bytes
}

fn events() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let event = (0u8..4, proptest::collection::vec(any::<u8>(), 0..300));
    proptest::collection::vec(event, 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_frame_is_read_back_as_written(first in 0u64..1 << 60, events in events()) {
        let records = chained(first, events);
        for form in [Form::Plain, Form::Packed] {
            let frame = decode(first, &encoded(&records, form)).unwrap();
            prop_assert_eq!(&frame.records, &records);
        }
    }

    #[test]
    fn a_frame_with_a_flipped_bit_is_refused(
        events in events(), is_packed: bool,
        at in any::<proptest::sample::Index>(), bit in 0u8..8,
    ) {
        let records = chained(5, events);
        let form = if is_packed { Form::Packed } else { Form::Plain };
        let mut bytes = encoded(&records, form);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        // A flipped bit in compressed data may decompress to the very same bytes; never to
        // others.
        if let Ok(frame) = decode(5, &bytes) {
            prop_assert_eq!(frame.records, records);
        }
    }

    #[test]
    fn bytes_that_are_no_frame_are_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        prop_assert!(decode(0, &bytes).is_err());
    }
}

#[test]
fn an_altered_payload_names_its_own_position() {
    let mut records = chained(
        10,
        vec![(0, b"aa".to_vec()), (0, b"bb".to_vec()), (1, vec![1])],
    );
    records[1].payload = Bytes::from_static(b"bX");
    let damaged = decode(10, &encode(&records)).unwrap_err();
    assert_eq!(
        damaged,
        Damaged {
            position: 11,
            damage: Damage::RecordAltered
        }
    );
}
