//! Who takes the lease when, and who stops.

use super::*;

const NOW: Duration = Duration::from_secs(100);

fn rules(at: At, claim: Claim) -> Rules {
    Rules::new(Uuid::from_u128(1), "here".to_owned(), at, claim)
}

fn held(holder: u128, sequence: u64) -> Seen {
    let record = Record::new(Uuid::from_u128(holder), 7, "there".to_owned(), Held::Held);
    Seen {
        record: Some(record),
        sequence,
    }
}

fn takes(step: &Step) -> Option<u64> {
    match step {
        Step::Write { record, .. } => Some(record.term),
        Step::Look | Step::Wait(_) | Step::Stop(_) => None,
    }
}

#[test]
fn nobodys_lease_is_taken_at_once() {
    let mut first = rules(At::Hub, Claim::default());
    let nothing = Seen {
        record: None,
        sequence: 0,
    };
    assert_eq!(takes(&first.seen(NOW, &nothing, Presence::Nobody)), Some(1));
    let mut next = rules(At::Hub, Claim::default());
    let mut released = held(2, 4);
    released.record.as_mut().unwrap().state = Held::Released;
    assert_eq!(
        takes(&next.seen(NOW, &released, Presence::Unclear)),
        Some(8)
    );
}

#[test]
fn what_was_handed_over_to_a_standby_no_other_takes_before_it_runs_out() {
    let handed_over_to = |holder: u128| {
        let mut seen = held(2, 4);
        let record = seen.record.as_mut().unwrap();
        record.state = Held::Released;
        record.next = Some(Uuid::from_u128(holder));
        seen
    };
    let mut named = rules(At::Hub, Claim::default());
    let step = named.seen(NOW, &handed_over_to(1), Presence::Nobody);
    assert_eq!(takes(&step), Some(8));
    let mut other = rules(At::Hub, Claim::default());
    let step = other.seen(NOW, &handed_over_to(3), Presence::Nobody);
    assert_eq!(takes(&step), None);
    let step = other.seen(NOW + LEASE, &handed_over_to(3), Presence::Nobody);
    assert_eq!(takes(&step), Some(8));
}

#[test]
fn a_record_of_an_earlier_version_names_no_standby() {
    let text = r#"{"holder":"00000000-0000-0000-0000-000000000007","term":3,"node":"there","state":"held"}"#;
    let record: Record = serde_json::from_str(text).unwrap();
    assert_eq!((record.term, record.next, record.events), (3, None, None));
    assert_eq!(serde_json::to_string(&record).unwrap(), text);
}

/// Its process may be sure of it for longer than one of this version.
#[test]
fn a_record_of_an_earlier_version_and_a_lost_one_are_waited_for_longer() {
    let mut before = held(2, 4);
    before.record.as_mut().unwrap().lasts_ms = None;
    let lost = Seen {
        record: None,
        sequence: 0,
    };
    for seen in [before, lost] {
        let claim = Claim {
            term: 7,
            holder: Some(Uuid::from_u128(9)),
            is_over: false,
        };
        let mut next = rules(At::Hub, claim);
        for passed in [
            Duration::ZERO,
            LEASE,
            LEASE_BEFORE - Duration::from_millis(1),
        ] {
            let step = next.seen(NOW + passed, &seen, Presence::Nobody);
            assert_eq!(takes(&step), None, "{passed:?}");
        }
        let step = next.seen(NOW + LEASE_BEFORE, &seen, Presence::Nobody);
        assert_eq!(takes(&step), Some(8));
    }
}

/// The broker lost its store while it was away for longer than this process was sure. It is this process that answers.
#[test]
fn a_holder_whose_record_was_lost_waits_for_one_lease() {
    let mut holder = rules(At::Hub, Claim::default());
    holder.wrote(NOW, 3, 9);
    let lost = Seen {
        record: None,
        sequence: 0,
    };
    let back = NOW + LEASE;
    assert_eq!(takes(&holder.seen(back, &lost, Presence::Somebody)), None);
    let step = holder.seen(back + LEASE, &lost, Presence::Somebody);
    assert_eq!(takes(&step), Some(4));
}

/// While a broker elects, or is started again, no holder can renew.
#[test]
fn the_silence_of_the_broker_is_not_counted() {
    let mut next = rules(At::Hub, Claim::default());
    assert_eq!(takes(&next.seen(NOW, &held(2, 4), Presence::Nobody)), None);
    next.unanswered(NOW + RENEW, Presence::Unclear);
    next.unanswered(NOW + 2 * RENEW, Presence::Unclear);
    let back = NOW + LEASE;
    assert_eq!(takes(&next.seen(back, &held(2, 4), Presence::Nobody)), None);
    let step = next.seen(back + LEASE, &held(2, 4), Presence::Nobody);
    assert_eq!(takes(&step), Some(8));
}

#[test]
fn a_copy_of_a_running_folder_is_refused_when_the_other_renews() {
    let claim = Claim {
        term: 7,
        holder: Some(Uuid::from_u128(2)),
        is_over: false,
    };
    let mut copy = rules(At::Hub, claim);
    for sequence in [4, 5] {
        let step = copy.seen(NOW, &held(2, sequence), Presence::Somebody);
        assert_eq!(takes(&step), None);
    }
    let step = copy.seen(NOW, &held(2, 6), Presence::Somebody);
    assert!(
        matches!(step, Step::Stop(Why::Runs { term: 7, .. })),
        "{step:?}"
    );
}

/// An older backup was put in the place of the folder, and the machine of the last holder is gone.
#[test]
fn an_older_log_lets_the_standby_that_has_the_whole_one_go_first() {
    let mut counted = held(2, 4);
    let record = counted.record.as_mut().unwrap();
    (record.events, record.standby) = (Some(9), Some(Uuid::from_u128(3)));
    let mut alone = counted.clone();
    alone.record.as_mut().unwrap().standby = None;
    let claim = Claim {
        term: 7,
        holder: Some(Uuid::from_u128(2)),
        is_over: true,
    };
    let takes_after = |pause: Duration, events: u64, seen: &Seen| {
        let mut rules = rules(At::Hub, claim.clone()).on_log_of(events);
        let at_once = takes(&rules.seen(NOW, seen, Presence::Nobody));
        at_once.or(takes(&rules.seen(NOW + pause, seen, Presence::Nobody)))
    };
    assert_eq!(takes_after(LEASE, 8, &counted), None);
    assert_eq!(
        takes_after(2 * LEASE, 8, &counted),
        Some(8),
        "there is none"
    );
    assert_eq!(
        takes_after(Duration::ZERO, 9, &counted),
        Some(8),
        "it is whole"
    );
    assert_eq!(
        takes_after(Duration::ZERO, 8, &alone),
        Some(8),
        "no standby"
    );
}

#[test]
fn a_killed_process_is_followed_at_once_only_on_its_own_folder() {
    let claim = |holder| Claim {
        term: 7,
        holder: Some(Uuid::from_u128(holder)),
        is_over: true,
    };
    let mut same = rules(At::Hub, claim(2));
    assert_eq!(
        takes(&same.seen(NOW, &held(2, 4), Presence::Nobody)),
        Some(8)
    );
    let mut other = rules(At::Hub, claim(3));
    assert_eq!(takes(&other.seen(NOW, &held(2, 4), Presence::Nobody)), None);
    let mut listens = rules(At::Hub, claim(2));
    assert_eq!(
        takes(&listens.seen(NOW, &held(2, 4), Presence::Unclear)),
        None
    );
    assert_eq!(
        takes(&other.seen(NOW + LEASE, &held(2, 4), Presence::Nobody)),
        Some(8)
    );
}

#[test]
fn who_stood_still_is_not_sure_and_stops_when_another_holds() {
    let mut holder = rules(At::Hub, Claim::default());
    holder.wrote(NOW, 3, 9);
    assert!(holder.is_sure(NOW + RENEW));
    assert!(!holder.is_sure(NOW + LEASE - MARGIN));
    let step = holder.seen(NOW + LEASE, &held(2, 10), Presence::Nobody);
    assert!(
        matches!(step, Step::Stop(Why::TakenOver { .. })),
        "{step:?}"
    );
}

#[test]
fn a_broker_that_came_back_with_an_older_store_is_told_again() {
    let mut holder = rules(At::Hub, Claim::default());
    holder.wrote(NOW, 8, 9);
    assert_eq!(
        takes(&holder.seen(NOW + RENEW, &held(2, 4), Presence::Nobody)),
        Some(8)
    );
    let late = holder.seen(NOW + LEASE, &held(2, 4), Presence::Nobody);
    assert!(
        matches!(late, Step::Stop(Why::TakenOver { .. })),
        "{late:?}"
    );
}

#[test]
fn a_site_goes_on_alone_and_the_hub_does_not() {
    for (at, goes_on) in [(At::Site, true), (At::Hub, false)] {
        let mut offline = rules(at, Claim::default());
        offline.unanswered(NOW, Presence::Nobody);
        assert!(!offline.is_sure(NOW));
        offline.unanswered(NOW + ALONE, Presence::Nobody);
        assert_eq!(offline.is_sure(NOW + ALONE), goes_on);
        let mut holder = rules(at, Claim::default());
        holder.wrote(NOW, 3, 9);
        assert_eq!(holder.is_sure(NOW + LEASE * 100), goes_on);
    }
    let mut two = rules(At::Site, Claim::default());
    two.unanswered(NOW, Presence::Somebody);
    two.unanswered(NOW + ALONE, Presence::Somebody);
    assert!(!two.is_sure(NOW + ALONE), "another one answers at the site");
}

/// It listens itself by then, and must not take that for another process.
#[test]
fn a_site_that_began_alone_takes_its_lease_when_the_link_is_there() {
    let mut alone = rules(At::Site, Claim::default());
    alone.unanswered(NOW, Presence::Nobody);
    alone.unanswered(NOW + ALONE, Presence::Nobody);
    let nothing = Seen {
        record: None,
        sequence: 0,
    };
    let mut linked = NOW + ALONE;
    let taken = loop {
        linked += RENEW;
        match alone.seen(linked, &nothing, Presence::Somebody) {
            Step::Wait(_) if linked < NOW + LEASE_BEFORE * 2 => {}
            step @ (Step::Look | Step::Write { .. } | Step::Wait(_) | Step::Stop(_)) => {
                break takes(&step);
            }
        }
    };
    assert_eq!(taken, Some(1));
}

#[test]
fn a_site_writes_less_and_less_often_and_its_record_lasts_as_much_longer() {
    for (at, slow) in [(At::Site, true), (At::Hub, false)] {
        let mut holder = rules(at, Claim::default());
        let (mut now, mut pauses) = (NOW, Vec::new());
        for sequence in 1..=12 {
            let Step::Wait(pause) = holder.wrote(now, 3, sequence) else {
                panic!("it holds the lease");
            };
            pauses.push(pause);
            now += pause;
            let Step::Write { record, .. } = holder.next(now) else {
                panic!("it holds the lease");
            };
            let next = holder.wrote(now, 3, sequence);
            assert!(matches!(next, Step::Wait(pause) if record.lasts() >= pause + LEASE - RENEW));
        }
        assert_eq!(pauses[0], RENEW);
        assert_eq!(pauses[11] > RENEW_AT_SITE / 2, slow, "{pauses:?}");
        assert!(pauses.iter().all(|pause| *pause <= RENEW_AT_SITE));
    }
}

#[test]
fn a_copy_of_a_site_is_refused_by_answers_or_waits_for_the_record() {
    let mut seldom = held(2, 4);
    let lasts = LEASE + RENEW_AT_SITE;
    let record = seldom.record.take().unwrap();
    seldom.record = Some(record.with_duration(lasts));
    let mut copy = rules(At::Site, Claim::default());
    assert_eq!(takes(&copy.seen(NOW, &seldom, Presence::Somebody)), None);
    let step = copy.seen(NOW + LEASE, &seldom, Presence::Somebody);
    assert!(matches!(step, Step::Stop(Why::Runs { .. })), "{step:?}");

    let mut elsewhere = rules(At::Site, Claim::default());
    for passed in [Duration::ZERO, LEASE_BEFORE, lasts - RENEW] {
        let step = elsewhere.seen(NOW + passed, &seldom, Presence::Nobody);
        assert_eq!(takes(&step), None, "{passed:?}");
    }
    let step = elsewhere.seen(NOW + lasts, &seldom, Presence::Nobody);
    assert_eq!(takes(&step), Some(8));
}

#[test]
fn a_site_that_goes_on_asks_a_silent_broker_less_and_less_often() {
    let mut holder = rules(At::Site, Claim::default());
    holder.wrote(NOW, 3, 9);
    let asks_after = |holder: &mut Rules| match holder.unanswered(NOW, Presence::Unclear) {
        Step::Wait(pause) => pause,
        step @ (Step::Look | Step::Write { .. } | Step::Stop(_)) => panic!("{step:?}"),
    };
    let pauses: Vec<Duration> = (0..9).map(|_| asks_after(&mut holder)).collect();
    assert_eq!((pauses[0], pauses[8]), (RETRY, RETRY_AT_SITE));
    holder.wrote(NOW, 3, 10);
    assert_eq!(asks_after(&mut holder), RETRY);
    // Who waits for the broker with everything asks it as soon as before.
    let mut hub = rules(At::Hub, Claim::default());
    hub.wrote(NOW, 3, 9);
    assert!((0..9).all(|_| asks_after(&mut hub) == RETRY));
}
