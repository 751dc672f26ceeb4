//! What 期限计算 answers for pauses, against the clock that runs in a case.

use onestop_directory::{Directory, DueRefusal};
use onestop_proto::{
    clock::{Clock, ClockPaused, ClockResumed, Step},
    reckoning::{DueQuery, Standstill},
    time::Timestamp,
};
use proptest::prelude::*;

use crate::{built_in, code, moment};

const BEGAN: &str = "2026-03-02 10:00:00";
const HOUR: i64 = 60 * 60;

fn review(pause: Vec<Standstill>) -> Result<String, DueRefusal> {
    let reckoned = built_in().reckon_due(&DueQuery {
        step: "legal-aid.review".parse().unwrap(),
        at: code("530821"),
        from: moment(BEGAN),
        pause,
        extend: Vec::new(),
    });
    reckoned.map(|reckoned| reckoned.due.day.to_string())
}

fn still(from: &str, to: &str) -> Standstill {
    Standstill {
        from: moment(from),
        to: moment(to),
    }
}

/// 法律援助法 art. 43: from Monday 2 March seven days, until the ninth; papers are not counted, and no day of theirs twice.
#[test]
fn a_day_that_two_pauses_cover_is_counted_once() {
    let overlapping = vec![
        still("2026-03-03 10:00:00", "2026-03-05 10:00:00"),
        still("2026-03-04 10:00:00", "2026-03-06 10:00:00"),
    ];
    let whole = vec![still("2026-03-03 10:00:00", "2026-03-06 10:00:00")];
    assert_eq!(review(whole).unwrap(), "2026-03-12");
    assert_eq!(review(overlapping).unwrap(), "2026-03-12");
}

/// What is over cannot be mended by standing still.
#[test]
fn a_pause_after_the_end_is_refused() {
    let late = vec![still("2026-05-03 10:00:00", "2026-06-05 10:00:00")];
    assert_eq!(review(late), Err(DueRefusal::AfterItEnded));
    let before = vec![still("2026-03-01 10:00:00", "2026-03-05 10:00:00")];
    assert_eq!(review(before), Err(DueRefusal::BeforeItBegan));
}

/// The clock of the step in a case, which is paused from the first pause on until the last one that covers it is over.
fn clock(directory: &Directory, pauses: &[Standstill]) -> Result<Clock, DueRefusal> {
    let step: Step = "legal-aid.review".parse().unwrap();
    let started = directory.start_clock(step.clone(), code("530821"), moment(BEGAN));
    let mut clock = Clock::started(&started);
    let begins = pauses.iter().map(|pause| (pause.from, 0, 1_i32));
    let ends = pauses.iter().map(|pause| (pause.to, 1, -1_i32));
    let mut moments: Vec<(Timestamp, i32, i32)> = begins.chain(ends).collect();
    moments.sort();
    let mut covering = 0;
    for (at, _, change) in moments {
        let before = covering;
        covering += change;
        if before == 0 {
            if at >= clock.due.at {
                return Err(DueRefusal::AfterItEnded);
            }
            let (step, basis) = (step.clone(), String::new());
            let until = None;
            clock = clock.paused(&ClockPaused {
                step,
                basis,
                at,
                until,
            });
        } else if covering == 0 {
            let to = clock.pause_ends().map_or(at, |ends| ends.min(at));
            let (step, due) = (step.clone(), directory.running_again(&clock, to));
            let at = Some(to);
            clock = clock.resumed(&ClockResumed { step, due, at });
        }
    }
    Ok(clock)
}

proptest! {
    #[test]
    fn pauses_move_the_end_as_they_move_a_running_clock(
        hours in prop::collection::vec((0_i64..24 * 20, 0_i64..24 * 6), 0..5),
    ) {
        let pause = hours.iter().map(|(from, length)| Standstill {
            from: moment(BEGAN).plus_seconds(from * HOUR),
            to: moment(BEGAN).plus_seconds((from + length) * HOUR),
        });
        let pauses: Vec<Standstill> = pause.collect();
        let running = clock(built_in(), &pauses);
        let running = running.map(|clock| clock.due.day.to_string());
        prop_assert_eq!(review(pauses), running);
    }
}
