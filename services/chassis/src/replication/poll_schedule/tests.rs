use super::*;

fn site(number: u32) -> Source {
    format!("/onestop/intake/town-{number}").parse().unwrap()
}

fn main() -> Source {
    "/onestop/intake/main".parse().unwrap()
}

#[test]
fn sources_that_do_not_answer_delay_no_other() {
    let mut schedule = PollSchedule::default();
    let now = Instant::now();
    schedule.know((0..64).map(site).chain([main()]), now);
    let taken = schedule.take(now);
    assert_eq!(taken.len(), 1 + CONCURRENT);
    assert!(taken.contains(&main()));
    // All places of those that do not answer are taken, and a gap in what a site wrote is filled at once.
    let later = now + Duration::from_secs(1);
    assert!(schedule.take(later).is_empty());
    schedule.request(site(63), later);
    assert_eq!(schedule.next_due(), Some(later));
    assert_eq!(schedule.take(later), [site(63)]);
    assert_eq!(schedule.next_due(), None);
}

#[test]
fn who_does_not_answer_is_asked_less_often_and_at_once_when_heard_of() {
    let mut schedule = PollSchedule::default();
    let mut now = Instant::now();
    schedule.know([site(1)], now);
    let mut pauses = Vec::new();
    for _ in 0..7 {
        assert_eq!(schedule.take(now), [site(1)]);
        schedule.ended(&site(1), Polled::Silent, now, now);
        let due = schedule.next_due().unwrap();
        pauses.push((due - now).as_secs());
        now = due;
    }
    assert_eq!(pauses, [2, 4, 8, 16, 32, 32, 32]);
    schedule.request(site(1), now);
    schedule.take(now);
    schedule.ended(&site(1), Polled::News, now, now);
    assert_eq!(schedule.next_due(), Some(now + POLL_INTERVAL));
}

#[test]
fn who_is_requested_while_polled_is_polled_again() {
    let mut schedule = PollSchedule::default();
    let now = Instant::now();
    schedule.know([main()], now);
    schedule.take(now);
    let meanwhile = now + Duration::from_millis(5);
    schedule.request(main(), meanwhile);
    assert!(schedule.take(meanwhile).is_empty());
    let end = now + Duration::from_millis(9);
    schedule.ended(&main(), Polled::Nothing, now, end);
    assert_eq!(schedule.take(end), [main()]);
}

#[test]
fn quiet_sites_are_asked_every_sixteen_seconds() {
    let mut schedule = PollSchedule::default();
    let start = Instant::now();
    schedule.know((0..100).map(site), start);
    let (mut polls, mut now) = (0_u32, start);
    while now < start + Duration::from_secs(320) {
        for source in schedule.take(now) {
            schedule.ended(&source, Polled::Nothing, now, now);
            polls += 1;
        }
        now += Duration::from_millis(100);
    }
    // Without a longer pause it were 16,000.
    assert!((1_900..=2_500).contains(&polls), "{polls}");
}

/// Ten thousand sites, one of ten off: five minutes of one hearer, with no clock but the schedule's. `--nocapture` shows
/// what it measured.
#[test]
#[allow(clippy::print_stderr, reason = "what was measured is shown")]
fn ten_thousand_sites_are_polled_at_a_pace_and_a_gap_in_one_is_filled_at_once() {
    const SITES: u32 = 10_000;
    let mut schedule = PollSchedule::default();
    let start = Instant::now();
    schedule.know((0..SITES).map(site).chain([main()]), start);
    let mut polls: BTreeMap<Source, u32> = BTreeMap::new();
    let mut in_second: BTreeMap<u64, u32> = BTreeMap::new();
    let mut under_way: BTreeSet<(Instant, Source, Instant)> = BTreeSet::new();
    let mut now = start;
    while now < start + Duration::from_secs(300) {
        for source in schedule.take(now) {
            *polls.entry(source.clone()).or_default() += 1;
            *in_second.entry((now - start).as_secs()).or_default() += 1;
            under_way.insert((now + answers_after(&source), source, now));
        }
        let ends = under_way.first().map(|(ends, ..)| *ends);
        now = schedule.next_due().into_iter().chain(ends).min().unwrap();
        while under_way.first().is_some_and(|(ends, ..)| *ends <= now) {
            let (_, source, began) = under_way.pop_first().unwrap();
            let polled = if is_off(&source) {
                Polled::Silent
            } else {
                Polled::Nothing
            };
            schedule.ended(&source, polled, began, now);
        }
    }
    let sites = polls.values().sum::<u32>() - polls[&main()];
    let most = in_second.values().max().unwrap();
    let on = (0..SITES).map(site).filter(|site| !is_off(site));
    let least = on
        .map(|site| polls.get(&site).copied().unwrap_or_default())
        .min()
        .unwrap();
    eprintln!(
        "{SITES} sites, one of ten off, 300 s: {sites} polls, {:.0} a second, {most} in the worst second; each site \
         that is on was polled {least} times or more, the main instance {} times",
        f64::from(sites) / 300.0,
        polls[&main()]
    );
    assert!(f64::from(sites) / 300.0 <= 101.0, "{sites} polls");
    assert!(*most <= 200, "{most} in one second");
    assert!(least >= 2, "a site was polled {least} times");
    assert!(polls[&main()] >= 149, "{} of main", polls[&main()]);

    schedule.request(site(7), now);
    assert!(schedule.take(now).contains(&site(7)));
}

fn is_off(source: &Source) -> bool {
    source.to_string().ends_with('3')
}

/// The broker says at once that a site is off; one of a hundred hangs until the limit.
fn answers_after(source: &Source) -> Duration {
    if source.to_string().ends_with("33") {
        Duration::from_secs(3)
    } else {
        Duration::from_millis(5)
    }
}
