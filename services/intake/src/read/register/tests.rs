//! What is awaited is what a look at every pending redo finds, whatever the calendar. In which cases an erasure is requested.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use onestop_proto::{
    clock::{ClockStopped, Step, Stop},
    ids::CommandId,
    personal::{ErasureBasis, ErasureRequested},
};
use onestop_testing::NOTICE_2027;
use proptest::prelude::*;

use super::*;
use crate::domain::{announcements, evolve, test_support::world};

/// A directory whose calendar has a notice more.
static ANNOUNCED: LazyLock<Directory> =
    LazyLock::new(|| Directory::built_in_with("calendar.toml", NOTICE_2027).unwrap());

struct Run {
    register: Register,
    cases: HashMap<u32, Case>,
    awaited: HashMap<u32, Option<Awaited>>,
    now: Timestamp,
}

impl Run {
    /// The redo of a case begins, its clock tells what it has to, or it is done.
    fn step(&mut self, number: u32) {
        let directory = &self.register.directory;
        let opened = || evolve(None, &world().opened()).unwrap();
        let mut case = self.cases.remove(&number).unwrap_or_else(opened);
        let step: Step = "intake.redo".parse().unwrap();
        let division = case.opened.window_division;
        let announced = announcements(&case, self.now, directory);
        let events: Vec<Event> = if case.redo_clock().is_none() {
            vec![directory.start_clock(step, division, self.now).into()]
        } else if announced.is_empty() && number.is_multiple_of(2) {
            let why = Stop::Done;
            vec![ClockStopped { step, why }.into()]
        } else {
            announced
        };
        for event in events {
            case = evolve(Some(case), &event).unwrap();
        }
        let awaited = self.register.awaited(&case, self.now);
        self.awaited.insert(number, awaited);
        self.cases.insert(number, case);
    }

    /// A start with another calendar: what is awaited is looked at once more.
    fn restart(&mut self, directory: &Arc<Directory>) {
        self.register.directory = Arc::clone(directory);
        for awaited in self.awaited.values_mut().flatten() {
            awaited.at = Some(self.now);
        }
    }

    /// Whatever is due is among what is awaited by now, and nothing else stays there once it was looked at.
    fn assert_as_a_scan(&mut self) {
        let now = self.now;
        let is_awaited = |awaited: &Option<Awaited>| {
            let at = awaited.as_ref().and_then(|awaited| awaited.at);
            at.is_some_and(|at| at <= now)
        };
        for (number, case) in &self.cases {
            let is_due = !announcements(case, now, &self.register.directory).is_empty();
            assert!(!is_due || is_awaited(&self.awaited[number]), "at {now}");
            let again = self.register.awaited(case, now);
            assert_eq!(is_awaited(&again), is_due, "at {now}");
            self.awaited.insert(*number, again);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn what_is_due_is_what_a_look_at_every_redo_finds(
        steps in prop::collection::vec((0_u32..5, 0_i64..60, 0_u8..8), 1..60)
    ) {
        let shipped = Arc::new(Directory::built_in().unwrap());
        let announced = Arc::new(ANNOUNCED.clone());
        let mut run = Run {
            register: Register { directory: Arc::clone(&shipped) },
            cases: HashMap::new(),
            awaited: HashMap::new(),
            now: "2026-12-21 09:00:00".parse().unwrap(),
        };
        for (case, hours, what) in steps {
            run.now = run.now.plus_seconds(hours * 3_600);
            match what {
                0 => run.restart(&announced),
                1 => run.restart(&shipped),
                _ => run.step(case),
            }
            run.assert_as_a_scan();
        }
    }
}

#[test]
fn a_request_for_an_erasure_is_found_until_it_lapses_or_is_carried_out() {
    let register = Register {
        directory: Arc::new(Directory::built_in().unwrap()),
    };
    let mut connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(Register::TABLES).unwrap();
    let rows = connection.transaction().unwrap();
    let command: CommandId = "019ab0c4-8000-7000-8000-000000000001".parse().unwrap();
    let (subject, latest) = (command.case(), command.event(0));
    let write = |case: &Case, begun: Option<Timestamp>| {
        let folded = Folded {
            subject,
            state: Some(case),
            revision: 0,
            latest,
            begun,
        };
        register.write(&rows, &folded).unwrap();
    };
    let found = |now: Timestamp| erasures_requested(&rows, now).unwrap();
    let until: Timestamp = "2026-11-27 09:00:00".parse().unwrap();
    let in_time = until.plus_seconds(-1);
    let mut case = evolve(None, &world().opened()).unwrap();
    write(&case, Some(until.plus_seconds(-86_400)));
    assert!(found(in_time).is_empty());
    case.erasure_requested = Some(ErasureRequested {
        basis: ErasureBasis::ConsentWithdrawn,
        by: "he-jun".parse().unwrap(),
        unit: "s4k2m9qxa.bureau".parse().unwrap(),
        until,
        note: None,
    });
    write(&case, None);
    assert_eq!(found(in_time), [subject]);
    assert!(found(until).is_empty(), "it has lapsed");
    case.erased = Some(ErasureBasis::ConsentWithdrawn);
    write(&case, None);
    assert!(found(in_time).is_empty(), "it is done");
}

/// The number of a case and its short code, recorded or of before.
struct Registered {
    subject: CaseId,
    case: Case,
    at: Timestamp,
}

impl Registered {
    fn of(count: u32, recorded: Option<ShortCode>) -> Self {
        let command = format!("019ab0c4-8000-7000-8000-{count:012}");
        let mut case = evolve(None, &world().opened()).unwrap();
        case.opened.number = format!("s4k2m9qxa-261128-{count:03}").parse().unwrap();
        case.opened.short_code = recorded;
        Self {
            subject: command.parse::<CommandId>().unwrap().case(),
            case,
            at: "2026-11-28 09:00:00".parse().unwrap(),
        }
    }

    fn write(&self, register: &Register, rows: &Transaction<'_>) -> ShortCode {
        let folded = Folded {
            subject: self.subject,
            state: Some(&self.case),
            revision: 0,
            latest: "019ab0c4-8000-7000-8000-000000000001".parse().unwrap(),
            begun: Some(self.at),
        };
        register.write(rows, &folded).unwrap();
        short_code(rows, self.subject).unwrap().unwrap()
    }
}

/// Another service derives the code of a case of before as well, and knows other cases: what is taken here cannot decide on it.
#[test]
fn a_case_of_before_has_one_short_code_wherever_it_is_read() {
    let register = Register {
        directory: Arc::new(Directory::built_in().unwrap()),
    };
    let mut connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(Register::TABLES).unwrap();
    let rows = connection.transaction().unwrap();
    let of_before = Registered::of(2, None);
    let derived = ShortCode::derived(of_before.subject);
    // Here another case was given the same code.
    let first = Registered::of(1, Some(derived.clone()));
    assert_eq!(first.write(&register, &rows), derived);
    assert_eq!(of_before.write(&register, &rows), derived);
    // Folded again, it keeps it.
    assert_eq!(of_before.write(&register, &rows), derived);
    let mut codes = HashSet::from([derived]);
    for count in 3..300 {
        let case = Registered::of(count, None);
        assert!(codes.insert(case.write(&register, &rows)), "{count}");
    }
}
