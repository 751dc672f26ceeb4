use super::*;
use crate::lease::rules::LEASE;

const NOW: Duration = Duration::from_secs(100);
const STANDBY: Uuid = Uuid::from_u128(7);
const LEADER: Uuid = Uuid::from_u128(1);

fn standby(incomplete: Incomplete) -> Takeover {
    Takeover::new(STANDBY, "there".to_owned(), incomplete)
}

fn said(followed: Followed) -> Said {
    Said {
        term: 4,
        count: 9,
        followed,
    }
}

/// One on which a leader counts that answered just now.
fn whole() -> Takeover {
    let mut whole = standby(Incomplete::Wait);
    whole.answered(NOW, said(Followed::Yes));
    whole
}

fn held(sequence: u64) -> Seen {
    let record = Record::new(LEADER, 4, "here".to_owned(), Held::Held);
    Seen {
        record: Some(record),
        sequence,
    }
}

fn released(next: Option<Uuid>) -> Seen {
    let mut seen = held(5);
    if let Some(record) = seen.record.as_mut() {
        record.state = Held::Released;
        record.next = next;
    }
    seen
}

fn taken(step: &Step) -> Option<u64> {
    match step {
        Step::Take { record, .. } => Some(record.term),
        Step::Ask | Step::Look | Step::Wait(_) => None,
    }
}

#[test]
fn a_lease_that_is_renewed_is_not_taken() {
    let mut standby = whole();
    for second in 0..120_u32 {
        let now = NOW + second * Duration::from_secs(1);
        let step = standby.seen(now, &held(u64::from(second / 4)));
        assert_eq!(step, Step::Ask, "{second}");
    }
}

#[test]
fn one_that_is_over_is_taken_under_the_next_term() {
    let mut standby = whole();
    assert_eq!(standby.seen(NOW, &held(5)), Step::Ask);
    let early = NOW + LEASE - Duration::from_millis(1);
    assert_eq!(standby.seen(early, &held(5)), Step::Ask);
    assert_eq!(taken(&standby.seen(NOW + LEASE, &held(5))), Some(5));
}

/// The broker's streams may answer nothing for a while, and its leader works on.
#[test]
fn a_leader_that_answers_keeps_it() {
    let mut standby = whole();
    standby.seen(NOW, &held(5));
    let later = NOW + 2 * LEASE;
    standby.answered(later, said(Followed::Yes));
    assert_eq!(standby.seen(later, &held(5)), Step::Ask);
    assert_eq!(taken(&standby.seen(later + LEASE, &held(5))), Some(5));
}

#[test]
fn a_switch_is_taken_at_once_and_that_to_another_standby_is_not() {
    let mut standby = whole();
    assert_eq!(taken(&standby.seen(NOW, &released(Some(STANDBY)))), Some(5));
    let mut standby = whole();
    let other = released(Some(LEADER));
    assert_eq!(standby.seen(NOW, &other), Step::Ask);
    let mut standby = whole();
    assert_eq!(
        standby.seen(NOW, &released(None)),
        Step::Ask,
        "it may be an ordinary restart"
    );
    let step = standby.seen(NOW + RESTART - LEASE, &released(None));
    assert_eq!(step, Step::Ask);
    let step = standby.seen(NOW + RESTART, &released(None));
    assert_eq!(taken(&step), Some(5));
}

/// Its leader cannot renew the lease while the broker elects or is started again.
#[test]
fn the_silence_of_the_broker_is_not_counted() {
    let mut standby = whole();
    standby.seen(NOW, &held(5));
    standby.unanswered(NOW + LEASE / 2);
    let back = NOW + LEASE;
    assert_eq!(standby.seen(back, &held(5)), Step::Ask);
    assert_eq!(taken(&standby.seen(back + LEASE, &held(5))), Some(5));
}

#[test]
fn a_copy_on_which_no_leader_counted_waits_unless_an_operator_says_otherwise() {
    let late = NOW + 3 * LEASE;
    let mut waiting = standby(Incomplete::Wait);
    waiting.answered(NOW, said(Followed::No));
    waiting.seen(NOW, &held(5));
    assert!(!waiting.is_withheld(), "its leader may be there");
    assert_eq!(waiting.seen(late, &held(5)), Step::Ask);
    assert!(waiting.is_withheld());
    assert_eq!(waiting.missing(8), 1);
    let mut allowed = standby(Incomplete::TakeOver);
    allowed.seen(NOW, &held(5));
    assert_eq!(taken(&allowed.seen(late, &held(5))), Some(5));
    assert!(!allowed.is_withheld());
    waiting.answered(late, said(Followed::No));
    assert!(!waiting.is_withheld(), "its leader is back");
}

/// Its leader wrote on after its last answer, and renewed its lease.
#[test]
fn what_the_lease_says_the_leader_had_is_missed() {
    let mut standby = whole();
    let mut later = held(6);
    if let Some(record) = later.record.as_mut() {
        record.events = Some(12);
    }
    standby.seen(NOW, &later);
    assert_eq!((standby.missing(9), standby.missing(12)), (3, 0));
}

/// Its link was down, and its leader confirmed more before it died.
#[test]
fn a_standby_that_its_leader_has_given_up_waits() {
    let back = NOW + 3 * LEASE;
    let after_a_while = |counts_on: Option<Uuid>| {
        let mut standby = whole();
        standby.seen(NOW, &held(5));
        standby.disconnected();
        let mut later = held(30);
        if let Some(record) = later.record.as_mut() {
            record.events = Some(40);
            record.standby = counts_on;
        }
        assert_eq!(standby.seen(back, &later), Step::Ask);
        taken(&standby.seen(back + LEASE, &later))
    };
    assert_eq!(after_a_while(None), None);
    assert_eq!(after_a_while(Some(LEADER)), None, "another standby");
    assert_eq!(after_a_while(Some(STANDBY)), Some(5));
}

/// The leader died before it wrote its lease again.
#[test]
fn a_record_from_before_the_last_answer_gives_no_standby_up() {
    let mut standby = whole();
    let mut before = held(5);
    if let Some(record) = before.record.as_mut() {
        record.events = Some(9);
    }
    standby.seen(NOW + RENEW, &before);
    let late = NOW + RENEW + LEASE;
    assert_eq!(taken(&standby.seen(late, &before)), Some(5));
}

#[test]
fn an_answer_of_an_earlier_term_is_refused() {
    let mut standby = whole();
    assert!(standby.accepts(4) && standby.accepts(5));
    let mut newer = held(6);
    if let Some(record) = newer.record.as_mut() {
        record.term = 6;
    }
    standby.seen(NOW, &newer);
    assert!(!standby.accepts(5) && standby.accepts(6));
}

#[test]
fn its_own_record_is_written_once_more_under_its_term() {
    let mut standby = whole();
    let mut own = held(8);
    if let Some(record) = own.record.as_mut() {
        record.holder = STANDBY;
        record.term = 5;
    }
    assert_eq!(taken(&standby.seen(NOW, &own)), Some(5));
}
